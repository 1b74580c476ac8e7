// The sections "audit" and "guard".
#include <gmock/gmock.h>

#include "config/loader.hpp"

#include "problems.hpp"

namespace dirbridge::config {
namespace {

using testing::HasSubstr;

ConfigResult load(const std::string& connection, const std::string& root = {}) {
  return parse_config(
      R"({"directories":{"main":{"uris":["ldap://127.0.0.1"],"bind_dn":"cn=b","bind_password":{"env":"X"},
      "user_base":"ou=u","group_base":"ou=g","bridge_base":"ou=b"}},
      "connections":{"okta":{"directory":"main")" +
          connection + "}}" + root + "}",
      "/etc/dirbridge");
}

const ConnectionConfig& okta(const ConfigResult& config) {
  return config.value().connections.at("okta");
}

TEST(ConfigGuard, E5_ADirectoryHasOneOfItsOwnWhenItIsConfigured) {
  const auto config = [](const std::string& guard) {
    return parse_config(R"({"directories":{"main":{"uris":["ldap://127.0.0.1"],"bind_dn":"cn=b",
        "bind_password":{"env":"X"},"user_base":"ou=u","group_base":"ou=g","bridge_base":"ou=b")" +
                            guard + "}}}",
                        "/etc/dirbridge");
  };
  const auto none = config("");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->directories.at("main").guard);
  const auto some = config(R"(,"guard":{"disables":{"count":7}})");
  ASSERT_TRUE(some) << testing::PrintToString(problems(some));
  ASSERT_TRUE(some->directories.at("main").guard);
  EXPECT_EQ(some->directories.at("main").guard->disables.count, 7U);
  EXPECT_EQ(some->directories.at("main").guard->deletes, sync::BudgetRules().deletes);
  EXPECT_THAT(problems(config(R"(,"guard":{"deletes":5})")),
              testing::ElementsAre(HasSubstr("guard.deletes")));
}

TEST(ConfigGuard, HasDefaults) {
  const auto config = load("");
  ASSERT_TRUE(config);
  ASSERT_TRUE(okta(config).guard);
  EXPECT_EQ(okta(config).guard->window, std::chrono::minutes(60));
  EXPECT_EQ(okta(config).guard->disables.count, 100U);
  EXPECT_EQ(okta(config).guard->disables.percent, 10U);
  ASSERT_TRUE(config->audit);
  EXPECT_EQ(config->audit->path, "/etc/dirbridge/audit/audit.jsonl");
}

TEST(ConfigGuard, IsReadAndWhatIsLeftOutIsTheDefault) {
  const auto config =
      load(R"(,"guard":{"window_minutes":5,"disables":{"count":0},"member_removals":{"percent":100}})",
           R"(,"audit":{"file":"/var/log/a","max_bytes":100000,"files":0})");
  ASSERT_TRUE(config) << testing::PrintToString(problems(config));
  const auto& guard = *okta(config).guard;
  EXPECT_EQ(guard.window, std::chrono::minutes(5));
  EXPECT_EQ(guard.disables.count, 0U);
  EXPECT_EQ(guard.disables.percent, 10U);
  EXPECT_EQ(guard.member_removals.count, sync::BudgetRules().member_removals.count);
  EXPECT_EQ(guard.member_removals.percent, 100U);
  EXPECT_EQ(config->audit->path, "/var/log/a");
  EXPECT_EQ(config->audit->max_bytes, 100'000U);
  EXPECT_EQ(config->audit->files, 0U);
}

TEST(ConfigGuard, CanBeOff) {
  const auto config = load(R"(,"guard":{"enabled":false})", R"(,"audit":{"enabled":false})");
  ASSERT_TRUE(config);
  EXPECT_FALSE(okta(config).guard);
  EXPECT_FALSE(config->audit);
}

TEST(ConfigGuard, MistakesAreReportedWithTheirPlace) {
  const auto config = load(R"(,"guard":{"window_minutes":0,"disables":{"percent":0,"counts":1},"deletes":5})",
                           R"(,"audit":{"files":-1})");
  EXPECT_THAT(problems(config),
              testing::UnorderedElementsAre(HasSubstr("$.audit.files"), HasSubstr("guard.window_minutes"),
                                            HasSubstr("guard.disables.percent"),
                                            HasSubstr("guard.disables.counts"), HasSubstr("guard.deletes")));
}

}  // namespace
}  // namespace dirbridge::config
