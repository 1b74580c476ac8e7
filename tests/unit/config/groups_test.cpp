// The options of groups in the configuration: what is read, and what each mistake gets.
#include <gmock/gmock.h>

#include "config/loader.hpp"

#include "problems.hpp"

namespace dirbridge::config {
namespace {

using mapping::DefaultGroups;
using mapping::GroupFilter;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

ConfigResult configured_groups(const std::string& groups, const std::string& directory = "") {
  return parse_config(R"({
    "directories": {"main": {
      "uris": ["ldap://127.0.0.1"],
      "bind_dn": "cn=dirbridge,dc=example,dc=org",
      "bind_password": {"file": "secrets/ldap"},
      "user_base": "ou=people,dc=example,dc=org",
      "group_base": "ou=groups,dc=example,dc=org",)" +
                          directory + R"(
      "bridge_base": "ou=dirbridge,dc=example,dc=org"
    }},
    "connections": {"entra": {"directory": "main", "groups": )" +
                          groups + "}}}",
                      "/etc/dirbridge");
}

GroupOptions options(const std::string& groups) {
  const auto config = configured_groups(groups);
  EXPECT_THAT(problems(config), IsEmpty());
  return config ? config->connections.at("entra").groups : GroupOptions();
}

TEST(GroupOptionsConfig, TheDefaultsNeedNoRecordsOfTheirOwn) {
  const auto groups = options("null");
  EXPECT_FALSE(mapping::needs_source_groups(groups));
  EXPECT_TRUE(groups.on_the_fly);
  EXPECT_TRUE(groups.keep_existing_users);
  EXPECT_FALSE(groups.keep_existing_user_groups);
  EXPECT_EQ(groups.on_rename, GroupOptions::OnRename::Keep);
  EXPECT_EQ(groups.on_delete, GroupOptions::OnDelete::Empty);
}

TEST(GroupOptionsConfig, R08_EverythingThatIsSetIsRead) {
  const auto groups = options(R"json({
    "mapping": {"Staff": ["jira-users", "cn=wiki,ou=sub,ou=groups,dc=example,dc=org"], "Sales": "jira-users", "Gone": []},
    "filter": {"mode": "include_regex", "values": ["app-.*", "x"]},
    "name_rules": [{"match": "app-(.*)", "replace": "$1"}], "name_case": "lower", "merge": true,
    "keep_existing_users": false, "keep_existing_user_groups": true,
    "default_groups": {"groups": ["jira-users"], "for": "existing"},
    "on_rename": "follow", "on_delete": "delete", "delete_after_days": 30, "flatten": false})json");
  ASSERT_EQ(groups.mapping.size(), 3U);
  EXPECT_EQ(groups.mapping[0].source, "Staff");
  EXPECT_THAT(groups.mapping[0].targets,
              ElementsAre(directory::Dn::parse("cn=jira-users,ou=groups,dc=example,dc=org").value(),
                          directory::Dn::parse("cn=wiki,ou=sub,ou=groups,dc=example,dc=org").value()));
  EXPECT_THAT(groups.mapping[2].targets, IsEmpty());
  EXPECT_EQ(groups.filter.mode(), GroupFilter::Mode::IncludeRegex);
  EXPECT_EQ(groups.names.apply("app-Devs").value(), "devs");
  EXPECT_TRUE(groups.merge && groups.keep_existing_user_groups && !groups.keep_existing_users);
  EXPECT_EQ(groups.defaults.whom, DefaultGroups::For::Existing);
  EXPECT_EQ(groups.defaults.groups.size(), 1U);
  EXPECT_EQ(groups.on_rename, GroupOptions::OnRename::Follow);
  EXPECT_EQ(groups.on_delete, GroupOptions::OnDelete::Delete);
  EXPECT_EQ(groups.delete_after, std::chrono::days(30));
  EXPECT_EQ(groups.flatten, GroupOptions::Flatten::Never);
}

TEST(GroupOptionsConfig, R09_ProtectedEntriesAreRead) {
  const auto config = configured_groups("{}", R"("protected": ["cn=admins,ou=groups,dc=example,dc=org"],)");
  ASSERT_THAT(problems(config), IsEmpty());
  EXPECT_EQ(config->directories.at("main").protected_entries.size(), 1U);
}

TEST(GroupOptionsConfig, R09_AProtectedTargetIsAMistake) {
  EXPECT_THAT(problems(configured_groups(R"({"mapping": {"Staff": ["ADMINS"]}})",
                                         R"("protected": ["cn=admins,ou=groups,dc=example,dc=org"],)")),
              ElementsAre(StartsWith("$.connections.entra.groups.mapping.Staff[0]: is protected")));
  EXPECT_THAT(problems(configured_groups("{}", R"("protected": ["nonsense"],)")),
              ElementsAre(StartsWith("$.directories.main.protected[0]: ")));
}

struct GroupMistake {
  std::string name;
  std::string groups;
  std::string problem;
};

class BadGroupOptions : public testing::TestWithParam<GroupMistake> {};

TEST_P(BadGroupOptions, AreReportedAtTheirPath) {
  EXPECT_THAT(problems(configured_groups(GetParam().groups)),
              ElementsAre(StartsWith("$.connections.entra.groups" + GetParam().problem)));
}

const GroupMistake group_mistakes[] = {
    {"unknown_key", R"({"mappings": {}})", ".mappings: unknown key"},
    {"outside", R"({"mapping": {"A": ["cn=x,ou=people,dc=example,dc=org"]}})", ".mapping.A[0]: lies outside"},
    {"the_base", R"({"mapping": {"A": ["ou=groups,dc=example,dc=org"]}})", ".mapping.A[0]: lies outside"},
    {"blank_target", R"({"mapping": {"A": [" x"]}})", ".mapping.A[0]: the name begins or ends"},
    {"twice", R"({"mapping": {"A": ["x", "X"]}})", ".mapping.A[1]: is there already"},
    {"source_twice", R"({"mapping": {"A": ["x"], "a": ["y"]}})", ".mapping.a: is there already"},
    {"target_type", R"({"mapping": {"A": 7}})", ".mapping.A: must be"},
    {"mode", R"({"filter": {"mode": "prefx", "values": ["x"]}})", ".filter.mode: must be"},
    {"no_mode", R"({"filter": {"values": ["x"]}})", ".filter.mode: is missing"},
    {"no_values", R"({"filter": {"mode": "prefix"}})", ".filter.values: is missing"},
    {"useless_values", R"({"filter": {"mode": "all", "values": ["x"]}})", ".filter.values: means nothing"},
    {"empty_value", R"({"filter": {"mode": "prefix", "values": [""]}})",
     ".filter.values[0]: must not be empty"},
    {"regex", R"json({"filter": {"mode": "exclude_regex", "values": ["x", "(y"]}})json",
     ".filter.values[1]: the pattern"},
    {"rule", R"json({"name_rules": [{"match": "(", "replace": "x"}]})json", ".name_rules[0].match: "},
    {"case", R"({"name_case": "big"})", ".name_case: must be"},
    {"merge", R"({"merge": true})", ".merge: means nothing"},
    {"keep", R"({"keep_existing_users": true})", ".keep_existing_users: means nothing"},
    {"rename_without_fly", R"({"on_the_fly": false, "on_rename": "follow"})", ".on_rename: means nothing"},
    {"adopt_without_fly", R"({"on_the_fly": false, "adopt": true})", ".adopt: means nothing"},
    {"default_for", R"({"default_groups": {"groups": ["x"]}})", ".default_groups.for: is missing"},
    {"default_groups", R"({"default_groups": {"for": "new"}})", ".default_groups.groups: is missing"},
    {"default_empty", R"({"default_groups": {"for": "new", "groups": []}})",
     ".default_groups.groups: is empty"},
    {"days", R"({"delete_after_days": 3})", ".delete_after_days: means nothing"},
    {"days_range", R"({"on_delete": "delete", "delete_after_days": -1})", ".delete_after_days: must be"},
    {"flatten", R"({"flatten": "yes"})", ".flatten: must be"},
};

INSTANTIATE_TEST_SUITE_P(Each, BadGroupOptions, testing::ValuesIn(group_mistakes),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace dirbridge::config
