// The built program's commands, as another program reads them: by --json, one object with known fields.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/json_access.hpp"
#include "support/json_answer.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::daemon {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* audit_line =
    R"({"time":"2026-11-22T09:00:00.000Z","connection":"entra","cause":"who","reason":"PATCH /Users",)"
    R"("verb":"modify","dn":"uid=ann,ou=u,dc=x","outcome":"applied",)"
    R"("changes":[{"op":"replace","attribute":"dirbridgeActive","after":["FALSE"]}]})";

class Answers : public testing::Test {
 protected:
  test::JsonAnswer ask(std::vector<std::string> arguments, const std::string& config) const {
    arguments.insert(arguments.begin(), DIRBRIDGE_PROGRAM);
    arguments.insert(arguments.end(), {"--json", "-c", config});
    return test::json_answer(arguments);
  }
  // A directory that does not answer, unless `directory` says otherwise.
  std::string config(const std::string& root = "", const std::string& group_base = "ou=g,dc=x") const {
    return folder_.file("dirbridge.json",
                        R"({"admin": {"listen": "127.0.0.1:1"}, "directories": {"main": {"uris":
      ["ldap://127.0.0.1:1"], "bind_dn": "cn=b,dc=x", "bind_password": {"file": ")" +
                            folder_.file("secret", "x\n") +
                            R"("}, "user_base": "ou=u,dc=x", "group_base": ")" + group_base +
                            R"(", "bridge_base": "ou=b,dc=x"}}, "connections": {"entra":
      {"directory": "main"}})" +
                            root + "}");
  }
  std::string config_with_audit(const std::string& lines) const {
    return config(R"(, "audit": {"file": ")" + folder_.file("audit.jsonl", lines) + R"("})");
  }
  static std::string text(const json::value& value) { return std::string(value.as_string()); }
  static std::vector<json::object> with(const json::value& list, std::string_view key,
                                        std::string_view value) {
    std::vector<json::object> out;
    for (const auto& item : list.as_array())
      if (text_at(item.as_object(), key) == value) out.push_back(item.as_object());
    return out;
  }
  // Why there is no answer, which standard error says as well.
  static std::string only_failure(const test::JsonAnswer& answer) {
    EXPECT_EQ(answer.exit_code, 1);
    const auto& failures = answer.document.at("failures").as_array();
    EXPECT_EQ(failures.size(), 1U);
    auto detail = text(failures.at(0).at("detail"));
    EXPECT_THAT(answer.said, HasSubstr(detail));
    return detail;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Answers, check_finds_problems) {
  const auto checked = ask({"check"}, config());
  EXPECT_EQ(checked.exit_code, 1);
  const auto& findings = checked.document.at("findings");
  const auto away = with(findings, "check", "connect");
  ASSERT_EQ(away.size(), 1U);
  EXPECT_EQ(away[0].at("verdict"), "problem");
  EXPECT_EQ(away[0].at("subject"), "main");
  EXPECT_THAT(text(away[0].at("what")), HasSubstr("ldap://127.0.0.1:1"));
  EXPECT_THAT(text(away[0].at("fix")), HasSubstr("is the server up"));
  const auto tokens = with(findings, "check", "tokens");
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].at("subject"), "configuration");
  EXPECT_EQ(tokens[0].at("verdict"), "warning");
}

TEST_F(Answers, check_finds_a_configuration_that_cannot_be_used) {
  const auto checked =
      ask({"check"}, folder_.file("bad.json", R"({"connections": {"okta": {"kind": "rest"}}})"));
  EXPECT_EQ(checked.exit_code, 1);
  const auto settings = with(checked.document.at("findings"), "check", "setting");
  EXPECT_EQ(settings.size(), checked.document.at("findings").as_array().size());
  ASSERT_THAT(settings, Not(IsEmpty()));
  for (const auto& finding : settings) EXPECT_THAT(checked.said, HasSubstr(text(finding.at("what"))));
}

TEST_F(Answers, check_of_a_healthy_directory) {
  const auto slapd = test::start_slapd(test::fast_slapd_options());
  const auto file = folder_.file(
      "healthy.json", R"({"directories": {"main": {"uris": [")" + slapd->uri() + R"("], "bind_dn": ")" +
                          slapd->bridge_dn() + R"(", "bind_password": {"file": ")" +
                          folder_.file("bridge", slapd->bridge_password().reveal() + "\n") +
                          R"("}, "user_base": ")" + slapd->user_base() + R"(", "group_base": ")" +
                          slapd->group_base() + R"(", "bridge_base": ")" + slapd->bridge_base() +
                          R"("}}, "connections": {"entra": {"directory": "main"}}})");
  const auto checked = ask({"check"}, file);
  EXPECT_EQ(checked.exit_code, 0) << checked.said;
  EXPECT_THAT(with(checked.document.at("findings"), "verdict", "problem"), IsEmpty());
  const auto schema = with(checked.document.at("findings"), "check", "schema");
  ASSERT_EQ(schema.size(), 1U);
  EXPECT_EQ(schema[0].at("verdict"), "ok");
  EXPECT_FALSE(schema[0].contains("fix"));
}

TEST_F(Answers, token_list) {
  const auto file = config();
  EXPECT_EQ(ask({"token", "list", "entra"}, file).document.at("tokens"), json::array());
  const auto made =
      test::run_command({DIRBRIDGE_PROGRAM, "token", "new", "entra", "--label", "For \"us\"", "-c", file});
  ASSERT_EQ(made.exit_code, 0);
  const auto listed = ask({"token", "list", "entra"}, file);
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.said, IsEmpty());
  const auto& token = listed.document.at("tokens").as_array().at(0).as_object();
  EXPECT_EQ(token.size(), 3U) << "no hash";
  EXPECT_EQ(token.at("label"), "For \"us\"");
  EXPECT_THAT(made.output, HasSubstr("id " + text(token.at("id"))));
  EXPECT_THAT(text(token.at("created")), HasSubstr("T"));
  EXPECT_THAT(only_failure(ask({"token", "list", "okta"}, file)), HasSubstr("configured: entra"));
}

TEST_F(Answers, atlassian_settings) {
  const auto form = ask({"atlassian-settings"}, config());
  EXPECT_EQ(form.exit_code, 0);
  const auto base = with(form.document.at("fields"), "label", "Base DN");
  ASSERT_EQ(base.size(), 1U);
  EXPECT_EQ(base[0].at("value"), "dc=x");
  EXPECT_EQ(base[0].at("property"), "ldap.basedn");
  EXPECT_EQ(base[0].at("kept"), "dc=x");
  EXPECT_EQ(base[0].at("section"), "LDAP schema");
  EXPECT_THAT(only_failure(ask({"atlassian-settings"}, config("", "ou=g,dc=elsewhere"))),
              HasSubstr("nothing in common"));
  EXPECT_EQ(test::run_command(
                {DIRBRIDGE_PROGRAM, "atlassian-settings", "--json", "--format", "json", "-c", config()})
                .exit_code,
            2);
}

TEST_F(Answers, healthcheck_without_a_bridge) {
  const auto health = ask({"healthcheck"}, config());
  EXPECT_EQ(health.document.at("good"), json::value(false));
  EXPECT_FALSE(health.document.contains("answer"));
  EXPECT_THAT(only_failure(health), HasSubstr("no answer from http://127.0.0.1:1/readyz"));
}

TEST_F(Answers, try_regex) {
  const auto names = folder_.file("names", "Ann@x\nann@y\nbob\n@x\n");
  const std::vector<std::string> rules{"--match", "(.*)@.*", "--replace", "$1", "--case", "lower"};
  std::vector<std::string> command{"try-regex", "entra", "-f", names};
  command.insert(command.end(), rules.begin(), rules.end());
  const auto tried = ask(command, config());
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.said, IsEmpty());
  EXPECT_EQ(tried.document.at("changed"), 2);
  EXPECT_EQ(tried.document.at("colliding"), 2);
  EXPECT_EQ(tried.document.at("refused"), 1);
  const auto& all = tried.document.at("names").as_array();
  EXPECT_EQ(all.at(0),
            json::parse(R"({"name": "Ann@x", "changed": true, "login": "ann", "collision": "ann@y"})"));
  EXPECT_EQ(all.at(2), json::parse(R"({"name": "bob", "changed": false, "login": "bob"})"));
  EXPECT_EQ(all.at(3).at("name"), "@x");
  EXPECT_THAT(text(all.at(3).at("refusal")), HasSubstr("empty"));
  EXPECT_FALSE(all.at(3).as_object().contains("login"));
  const auto wrong = ask({"try-regex", "entra", "-f", names, "--match", "(", "--replace", "x"}, config());
  EXPECT_THAT(only_failure(wrong), HasSubstr("not a regular expression"));
  EXPECT_THAT(text(wrong.document.at("failures").at(0).at("what")), HasSubstr(".match"));
}

TEST_F(Answers, audit) {
  const auto file = config_with_audit(std::string(audit_line) + "\nbroken\n" + audit_line + "\n");
  const auto all = ask({"audit"}, file);
  EXPECT_EQ(all.exit_code, 0) << all.said;
  EXPECT_EQ(all.document.at("lines"), (json::array{json::parse(audit_line), json::parse(audit_line)}));
  EXPECT_EQ(all.document.at("damaged"), 1);
  EXPECT_EQ(all.document.at("failures"), json::array());
  EXPECT_EQ(ask({"audit", "--since", "2999"}, file).document.at("lines"), json::array());
  EXPECT_THAT(only_failure(ask({"audit"}, config(R"(, "audit": {"enabled": false})"))),
              HasSubstr("The audit is off"));
}

TEST_F(Answers, a_directory_that_is_away_is_a_failure) {
  const auto file = config_with_audit("");
  const auto history = ask({"history", "ann"}, file);
  EXPECT_THAT(only_failure(history), HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(history.document.at("failures").at(0).at("what"), "entra");
  EXPECT_EQ(history.document.at("name"), "ann");
  EXPECT_EQ(history.document.at("subjects"), json::array());
  EXPECT_FALSE(history.document.contains("events"));
  const auto held = ask({"held", "list"}, file);
  EXPECT_THAT(only_failure(held), HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(held.document.at("held"), json::array());
  const auto plan = ask({"plan", "entra"}, file);
  EXPECT_THAT(only_failure(plan), HasSubstr("127.0.0.1:1"));
  EXPECT_FALSE(plan.document.contains("changes")) << "nothing to change is another answer";
  EXPECT_THAT(only_failure(ask({"apply", "entra", "--yes"}, file)), HasSubstr("127.0.0.1:1"));
  const auto approved = ask({"held", "approve", "--all"}, file);
  EXPECT_THAT(only_failure(approved), HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(approved.document.at("decision"), "approve");
  EXPECT_EQ(approved.document.at("decided"), json::array());
}

TEST_F(Answers, history_of_who_is_only_in_the_audit_needs_the_directory) {
  const auto nobody = ask({"history", "ann", "--connection", "okta"}, config_with_audit(audit_line));
  EXPECT_THAT(only_failure(nobody), HasSubstr("There is no connection \"okta\"; configured: entra"));
}

// Whatever the command, a program gets an object.
class Unconfigured : public Answers, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(Unconfigured, names_what_is_wrong) {
  const auto answer = ask(GetParam(), folder_.path() + "/none.json");
  EXPECT_THAT(only_failure(answer), Not(IsEmpty()));
  EXPECT_THAT(answer.said, HasSubstr("/none.json: 1 problem"));
}

INSTANTIATE_TEST_SUITE_P(
    Commands, Unconfigured,
    testing::Values(std::vector<std::string>{"plan", "c"}, std::vector<std::string>{"apply", "c"},
                    std::vector<std::string>{"held", "list"},
                    std::vector<std::string>{"held", "approve", "--all"},
                    std::vector<std::string>{"held", "reject", "--all"},
                    std::vector<std::string>{"history", "ann"}, std::vector<std::string>{"audit"},
                    std::vector<std::string>{"try-regex", "c"},
                    std::vector<std::string>{"token", "list", "c"},
                    std::vector<std::string>{"atlassian-settings"}, std::vector<std::string>{"healthcheck"}));

}  // namespace
}  // namespace dirbridge::daemon
