// "handover" of a connection: what is read, and what each mistake is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/loader.hpp"

#include "problems.hpp"

namespace dirbridge::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ConfigResult configured_handover(const std::string& handover) {
  return parse_config(R"({"directories": {"main": {"uris": ["ldap://127.0.0.1"],
      "bind_dn": "cn=dirbridge,dc=example,dc=org", "bind_password": {"file": "secrets/ldap"},
      "user_base": "ou=people,dc=example,dc=org", "group_base": "ou=groups,dc=example,dc=org",
      "bridge_base": "ou=dirbridge,dc=example,dc=org"}},
      "connections": {"entra": {"directory": "main", "handover": )" +
                          handover + "}}}",
                      "/etc/dirbridge");
}

std::vector<std::string> handover_problems(const std::string& handover) {
  return problems(configured_handover(handover));
}

TEST(HandoverConfig, R20_EverythingThatIsSetIsRead) {
  const auto config = configured_handover(
      R"({"jira_url": "https://jira.example.org/jira/", "token": {"file": "secrets/jira"}, "ca_file": "ca.pem",
          "project_lead": "boss", "component_lead": "expert", "timeout_ms": 2500, "when_jira_is_away": "wait"})");
  ASSERT_TRUE(config);
  const auto& handover = config->connections.at("entra").handover;
  ASSERT_TRUE(handover);
  EXPECT_EQ(handover->jira_url, "https://jira.example.org/jira");
  EXPECT_EQ(handover->token.name, "/etc/dirbridge/secrets/jira");
  EXPECT_EQ(handover->ca_file, "/etc/dirbridge/ca.pem");
  EXPECT_EQ(handover->project_lead, "boss");
  EXPECT_EQ(handover->component_lead, "expert");
  EXPECT_EQ(handover->timeout, std::chrono::milliseconds(2500));
  EXPECT_EQ(handover->when_jira_is_away, mapping::HandoverFailure::Wait);
}

TEST(HandoverConfig, R20_SecurityComesFirstByDefault) {
  const auto config = configured_handover(
      R"({"jira_url": "http://127.0.0.1:8080", "token": {"env": "JIRA_TOKEN"}, "component_lead": "expert"})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->connections.at("entra").handover->when_jira_is_away, mapping::HandoverFailure::GoOn);
  EXPECT_EQ(configured_handover("null")->connections.at("entra").handover, std::nullopt);
}

TEST(HandoverConfig, MistakesAreToldWithTheirPlace) {
  constexpr auto at = "$.connections.entra.handover";
  EXPECT_THAT(handover_problems("{}"),
              testing::UnorderedElementsAre(AllOf(HasSubstr(at), HasSubstr("jira_url")),
                                            AllOf(HasSubstr(at), HasSubstr("token")),
                                            AllOf(HasSubstr(at), HasSubstr("project_lead"))));
  const auto with = [](const std::string& more) {
    return R"({"jira_url": "https://jira.example.org", "token": {"env": "T"}, "project_lead": "boss")" +
           more + "}";
  };
  EXPECT_THAT(handover_problems(with("")), IsEmpty());
  EXPECT_THAT(handover_problems(with(R"(, "when_jira_is_away": "panic")")),
              ElementsAre(HasSubstr("when_jira_is_away")));
  EXPECT_THAT(handover_problems(with(R"(, "timeout_ms": 1)")), ElementsAre(HasSubstr("timeout_ms")));
  EXPECT_THAT(handover_problems(with(R"(, "lead": "boss")")), ElementsAre(HasSubstr("lead")));
  EXPECT_THAT(handover_problems(
                  R"({"jira_url": "http://jira.example.org", "token": {"env": "T"}, "project_lead": "b"})"),
              ElementsAre(AllOf(HasSubstr("jira_url"), HasSubstr("https"))));
  EXPECT_THAT(
      handover_problems(R"({"jira_url": "jira.example.org", "token": {"env": "T"}, "project_lead": "b"})"),
      ElementsAre(HasSubstr("jira_url")));
  EXPECT_THAT(
      handover_problems(R"({"jira_url": "https://jira.example.org", "token": "plain", "project_lead": "b"})"),
      ElementsAre(AllOf(HasSubstr("token"), HasSubstr("must not stand in the configuration"))));
}

}  // namespace
}  // namespace dirbridge::config
