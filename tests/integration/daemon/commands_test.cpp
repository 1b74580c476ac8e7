// The built program's commands, as a person or a script runs them.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "support/external_command.hpp"

namespace dirbridge::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Commands : public testing::Test {
 protected:
  test::CommandResult run(std::vector<std::string> arguments,
                          const std::vector<std::string>& environment = {}) const {
    arguments.insert(arguments.begin(), DIRBRIDGE_PROGRAM);
    return test::run_command(arguments, {}, environment);
  }
  std::string config(const std::string& connection = R"("entra": {"directory": "main"})") const {
    return folder_.file("dirbridge.json", R"({"directories": {"main": {"uris": ["ldap://127.0.0.1:1"],
      "bind_dn": "cn=b,dc=x", "bind_password": {"env": "DIRBRIDGE_NO_SUCH_VARIABLE"}, "user_base": "ou=u,dc=x",
      "group_base": "ou=g,dc=x", "bridge_base": "ou=b,dc=x"}}, "connections": {)" +
                                              connection + "}}");
  }
  // The line of the output that is a token.
  static std::string token_in(const std::string& output) {
    for (const auto line : split(output, '\n')) {
      if (line.starts_with("dirb_")) return std::string(line);
    }
    return {};
  }

  test::TemporaryFolder folder_;
};

TEST_F(Commands, help_names_every_command) {
  const auto help = run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const auto* const name : {"serve", "check", "slapd", "token", "atlassian-settings", "healthcheck"}) {
    EXPECT_THAT(help.output, HasSubstr(name));
    const auto own = run({name, "--help"});
    EXPECT_EQ(own.exit_code, 0) << name;
    EXPECT_THAT(own.output, HasSubstr("Usage: dirbridge " + std::string(name)));
  }
}

TEST_F(Commands, version_is_one_line) {
  const auto version = run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output, testing::MatchesRegex("dirbridge [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Commands, wrong_usage_is_exit_code_two) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"chekc"}).exit_code, 2);
  EXPECT_EQ(run({"check", "--nonsense"}).exit_code, 2);
  EXPECT_EQ(run({"token", "new"}).exit_code, 2);
}

TEST_F(Commands, a_token_is_shown_once_then_listed_then_revoked) {
  const auto file = config();
  const auto made = run({"token", "new", "entra", "--label", "Entra production", "-c", file});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const auto token = token_in(made.output);
  ASSERT_FALSE(token.empty()) << made.output;
  const auto listed = run({"token", "list", "entra", "-c", file});
  EXPECT_THAT(listed.output,
              AllOf(HasSubstr("Entra production"), Not(HasSubstr(token)), Not(HasSubstr("sha256"))));
  const auto at = listed.output.rfind("\n", listed.output.size() - 2) + 1;
  const auto id = listed.output.substr(at, listed.output.find(' ', at) - at);
  EXPECT_EQ(run({"token", "revoke", "entra", id, "-c", file}).exit_code, 0);
  EXPECT_EQ(run({"token", "revoke", "entra", id, "-c", file}).exit_code, 1);
  EXPECT_THAT(run({"token", "list", "entra", "-c", file}).output, HasSubstr("No tokens"));
}

TEST_F(Commands, an_unknown_connection_is_told_the_known_ones) {
  const auto made = run({"token", "new", "okta", "-c", config()});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_THAT(made.output, HasSubstr("configured: entra"));
}

TEST_F(Commands, the_configuration_may_come_from_the_environment) {
  EXPECT_EQ(run({"token", "list", "entra"}, {"DIRBRIDGE_CONFIG=" + config()}).exit_code, 0);
}

TEST_F(Commands, check_prints_every_problem_of_the_configuration) {
  const auto checked =
      run({"check", "-c",
           config(R"("entra": {"directory": "mian"}, "okta": {"kind": "rest", "directory": "main"})")});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.output, AllOf(HasSubstr("2 problems"), HasSubstr("$.connections.entra.directory: "),
                                    HasSubstr("$.connections.okta.kind: ")));
}

TEST_F(Commands, check_goes_on_from_the_configuration_to_the_directory) {
  const auto checked = run({"check", "-c", config()});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.output,
              AllOf(HasSubstr("problem  configuration: $.directories.main.bind_password: the environment "
                              "variable DIRBRIDGE_NO_SUCH_VARIABLE is not set"),
                    HasSubstr("warning  configuration: connection entra has no token"),
                    HasSubstr("problem  main: ")));
}

TEST_F(Commands, atlassian_settings_need_no_secret) {
  const auto printed = run({"atlassian-settings", "--format", "json", "-c", config()});
  ASSERT_EQ(printed.exit_code, 0) << printed.output;
  const auto json = boost::json::parse(printed.output);
  EXPECT_EQ(json.at("ldap.basedn").as_string(), "dc=x");
  EXPECT_EQ(run({"atlassian-settings", "--directory", "other", "-c", config()}).exit_code, 1);
}

}  // namespace
}  // namespace dirbridge::daemon
