// The built program's commands, as a person or a script runs them.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "support/external_command.hpp"
#include "support/slapd_fixture.hpp"

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
  for (const auto* const name :
       {"serve", "check", "slapd", "token", "atlassian-settings", "healthcheck", "try-regex"}) {
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

TEST_F(Commands, R23_a_token_is_shown_once_then_listed_then_revoked) {
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

TEST_F(Commands, try_regex_shows_what_the_rules_make_of_names) {
  const auto file = config(R"("entra": {"directory": "main", "users": {"bad_characters": "refuse",
      "name_rules": [{"match": "(.*)@.*", "replace": "$1"}], "name_case": "lower"}})");
  const auto names = folder_.file("names", "Ann@example.org\nann@example.com\n\nbob\n@x\na/b@x\nCAY@x\n");
  const auto tried = run({"try-regex", "entra", "--file", names, "-c", file});
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.output, HasSubstr("Ann@example.org  ann         collides with ann@example.com\n"));
  EXPECT_THAT(tried.output, HasSubstr("ann@example.com  ann         collides with Ann@example.org\n"));
  EXPECT_THAT(tried.output, HasSubstr("bob              bob         unchanged\n"));
  EXPECT_THAT(tried.output, HasSubstr("@x               -           refused: the name rules make an empty"));
  EXPECT_THAT(tried.output, HasSubstr("a/b@x            -           refused: the login name a/b has one of"));
  EXPECT_THAT(tried.output, HasSubstr("CAY@x            cay\n"));
  EXPECT_THAT(tried.output, HasSubstr("6 names: 3 change, 2 collide, 2 are refused"));
}

TEST_F(Commands, try_regex_tries_rules_that_are_not_configured) {
  const auto names = folder_.file("names", "x.ann\nbob\n");
  const std::vector<std::string> all{"try-regex", "entra", "-f",      names,     "--match",   "x\\.(.*)",
                                     "--replace", "$1",    "--match", "(.)(.*)", "--replace", "$2-$1",
                                     "--case",    "upper", "-c",      config()};
  const auto tried = run(all);
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, AllOf(HasSubstr("x.ann  NN-A\n"), HasSubstr("bob    OB-B\n")));
  const auto wrong =
      run({"try-regex", "entra", "-f", names, "--match", "(", "--replace", "x", "-c", config()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.output, HasSubstr("[0].match: the pattern is not a regular expression"));
  EXPECT_EQ(run({"try-regex", "entra", "-f", names, "--match", "x", "-c", config()}).exit_code, 2);
  EXPECT_EQ(run({"try-regex", "okta", "-f", names, "-c", config()}).exit_code, 1);
  EXPECT_EQ(run({"try-regex", "entra", "-f", folder_.path() + "/none", "-c", config()}).exit_code, 1);
}

TEST_F(Commands, try_regex_reads_the_users_of_the_directory) {
  const auto slapd = test::start_slapd(test::fast_slapd_options());
  std::string people;
  for (const auto* name : {"ann", "bob"})
    people += std::string("dn: uid=") + name + "," + slapd->user_base() +
              "\nobjectClass: inetOrgPerson\nobjectClass: dirbridgeUser\nuid: " + name + "\ncn: " + name +
              "\nsn: x\ndirbridgeId: 0193c5f0-0000-7000-8000-00000000000" + (name[0] == 'a' ? "1" : "2") +
              "\ndirbridgeConnection: " + (name[0] == 'a' ? "entra" : "okta") +
              "\ndirbridgeUserName: " + name + "@example.org\n\n";
  ASSERT_EQ(test::ldap_add(*slapd, test::As::Admin, people).exit_code, 0);
  const auto secret = folder_.file("secret", slapd->bridge_password().reveal() + "\n");
  ASSERT_EQ(chmod(secret.c_str(), 0600), 0);
  const auto file = folder_.file(
      "with_directory.json",
      R"({"directories": {"main": {"uris": [")" + slapd->uri() + R"("], "bind_dn": ")" + slapd->bridge_dn() +
          R"(", "bind_password": {"file": ")" + secret + R"("}, "user_base": ")" + slapd->user_base() +
          R"(", "group_base": ")" + slapd->group_base() + R"(", "bridge_base": ")" + slapd->bridge_base() +
          R"("}}, "connections": {"entra": {"directory": "main"}}})");
  const auto tried = run({"try-regex", "entra", "--match", "(.*)@.*", "--replace", "$1", "-c", file});
  EXPECT_EQ(tried.exit_code, 0) << tried.output;
  EXPECT_THAT(tried.output, AllOf(HasSubstr("ann@example.org  ann\n"), Not(HasSubstr("bob")),
                                  HasSubstr("1 name: 1 change")));
}

}  // namespace
}  // namespace dirbridge::daemon
