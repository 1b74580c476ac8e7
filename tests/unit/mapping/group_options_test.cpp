// Which directory groups a group of the identity provider becomes (readings 8, 9, 11, 12, 14).
#include "mapping/group_options.hpp"

#include <gmock/gmock.h>

#include <random>

#include "mapping/group_entry.hpp"

namespace dirbridge::mapping {
namespace {

using directory::Dn;
using testing::ElementsAre;
using testing::IsEmpty;
using Mode = GroupFilter::Mode;

const Dn base = Dn::parse("ou=groups,dc=x").value();

Dn group(const std::string& name) {
  return base.child({"cn", name});
}

bool admits(Mode mode, std::vector<std::string> values, std::string_view name) {
  return GroupFilter::make(mode, std::move(values)).value().admits(name).value();
}

std::vector<std::string> targets(const GroupOptions& options, std::string_view name, std::string_view kept = {},
                                 const std::vector<Dn>& protected_entries = {}) {
  const auto found = targets_of(options, {base, protected_entries}, name, kept);
  if (!found) return {"error: " + found.error().field};
  std::vector<std::string> out;
  for (const auto& one : found->groups) out.push_back(one.str());
  return out;
}

TEST(GroupOption, R11_EachModeOfTheFilter) {
  EXPECT_TRUE(admits(Mode::All, {}, "x"));
  EXPECT_TRUE(admits(Mode::Include, {"Jira", "wiki"}, "WIKI"));
  EXPECT_FALSE(admits(Mode::Include, {"Jira"}, "Jira2"));
  EXPECT_FALSE(admits(Mode::Exclude, {"Jira"}, "jira"));
  EXPECT_TRUE(admits(Mode::Exclude, {"Jira"}, "other"));
  EXPECT_TRUE(admits(Mode::Prefix, {"app-", "jira-"}, "Jira-devs"));
  EXPECT_FALSE(admits(Mode::Prefix, {"jira-"}, "my-jira-devs"));
  EXPECT_TRUE(admits(Mode::Contains, {"jira"}, "my-JIRA-devs"));
  EXPECT_TRUE(admits(Mode::IncludeRegex, {"app-.*", "x"}, "app-1"));
  EXPECT_FALSE(admits(Mode::IncludeRegex, {"app"}, "app-1")) << "the whole name";
  EXPECT_FALSE(admits(Mode::IncludeRegex, {"app-.*"}, "APP-1")) << "a pattern says itself how case counts";
  EXPECT_FALSE(admits(Mode::ExcludeRegex, {"tmp.*"}, "tmp1"));
  EXPECT_TRUE(admits(Mode::Prefix, {"\xC3\x84"}, "\xC3\xA4rzte")) << "letter case beyond ASCII";
}

TEST(GroupOption, R11_WhatDoesNotCompileIsNamed) {
  const auto bad = GroupFilter::make(Mode::IncludeRegex, {"a", "b", "("});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().field, "[2]");
}

TEST(GroupOption, R11_AnExclusionIsTheOppositeOfTheInclusion) {
  std::minstd_rand random(7);
  const auto word = [&] {
    std::string out;
    for (int i = 0; i < 3; ++i) out += "ab"[random() % 2];
    return out;
  };
  for (int i = 0; i < 500; ++i) {
    const std::vector<std::string> values{word(), word()};
    const auto name = word();
    EXPECT_NE(admits(Mode::Include, values, name), admits(Mode::Exclude, values, name));
    EXPECT_NE(admits(Mode::IncludeRegex, values, name), admits(Mode::ExcludeRegex, values, name));
    EXPECT_EQ(admits(Mode::Include, values, name), admits(Mode::IncludeRegex, values, name));
    if (admits(Mode::Prefix, values, name)) {
      EXPECT_TRUE(admits(Mode::Contains, values, name));
    }
  }
}

TEST(GroupOption, R08_TheMappingIsManyToMany) {
  GroupOptions options;
  options.mapping = {{"Staff", {group("a"), group("b")}}, {"Sales", {group("a")}}, {"Nobody", {}}};
  EXPECT_THAT(targets(options, "STAFF"), ElementsAre("cn=a,ou=groups,dc=x", "cn=b,ou=groups,dc=x"));
  EXPECT_THAT(targets(options, "Sales"), ElementsAre("cn=a,ou=groups,dc=x"));
  EXPECT_THAT(targets(options, "Nobody"), IsEmpty());
  EXPECT_THAT(targets(options, "Other"), ElementsAre("cn=Other,ou=groups,dc=x"));
  EXPECT_TRUE(is_mapping_target(options, Dn::parse("CN=A,ou=groups,dc=x").value()));
  EXPECT_FALSE(is_mapping_target(options, group("Other")));
  options.on_the_fly = false;
  EXPECT_THAT(targets(options, "Other"), IsEmpty());
}

TEST(GroupOption, R12_RulesAreForGroupsOnTheFlyAndComeAfterTheFilter) {
  GroupOptions options;
  options.mapping = {{"app-staff", {group("staff")}}};
  options.filter = GroupFilter::make(Mode::Prefix, {"app-"}).value();
  options.names = NameRules::compile({{"app-(.*)", "$1"}}, LetterCase::Lower).value();
  EXPECT_THAT(targets(options, "app-Devs"), ElementsAre("cn=devs,ou=groups,dc=x"));
  EXPECT_THAT(targets(options, "app-staff"), ElementsAre("cn=staff,ou=groups,dc=x"));
  EXPECT_THAT(targets(options, "devs"), IsEmpty());
  EXPECT_THAT(targets(options, "app-"), ElementsAre("error: displayName"));
}

TEST(GroupOption, R14_AKeptNameCountsMoreThanTheRules) {
  GroupOptions options;
  EXPECT_THAT(targets(options, "new", "old"), ElementsAre("cn=old,ou=groups,dc=x"));
  options.mapping = {{"new", {group("a")}}};
  EXPECT_THAT(targets(options, "new", "old"), ElementsAre("cn=a,ou=groups,dc=x"));
}

TEST(GroupOption, R09_ProtectedGroupsAreNoTargets) {
  GroupOptions options;
  EXPECT_THAT(targets(options, "Admins", {}, {group("admins")}), IsEmpty());
  EXPECT_THAT(targets(options, "admins2", {}, {group("admins")}), ElementsAre("cn=admins2,ou=groups,dc=x"));
  EXPECT_THAT(targets(options, "any", {}, {base}), IsEmpty()) << "nor what lies below a protected entry";
}

TEST(GroupOption, R08_WhatNeedsSourceGroupsOfTheirOwn) {
  const auto needs = [](auto set) {
    GroupOptions options;
    set(options);
    return needs_source_groups(options);
  };
  EXPECT_FALSE(needs([](GroupOptions&) {}));
  EXPECT_FALSE(needs([](GroupOptions& o) {
    o.on_rename = GroupOptions::OnRename::Follow;
    o.on_delete = GroupOptions::OnDelete::Delete;
    o.flatten = GroupOptions::Flatten::Never;
  }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.on_the_fly = false; }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.mapping = {{"a", {}}}; }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.keep_existing_user_groups = true; }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.flatten = GroupOptions::Flatten::Always; }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.defaults.whom = DefaultGroups::For::New; }));
  EXPECT_TRUE(needs([](GroupOptions& o) { o.names = NameRules::compile({}, LetterCase::Lower).value(); }));
}

TEST(GroupOption, R14_WhatARecordKeepsOfItsOldName) {
  Rules rules;
  rules.group_base = base;
  rules.bridge_base = Dn::parse("ou=bridge,dc=x").value();
  rules.group_options.names = NameRules::compile({{"(.*)", "idp-$1"}}, LetterCase::Keep).value();
  directory::Entry record{group_home(rules, "devs"), {{"dirbridgeDisplayName", {"devs"}}}};
  const auto renamed = map_group(rules, "coders", record);
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->kept, "idp-devs");
  EXPECT_THAT(renamed->targets.groups, ElementsAre(group("idp-devs")));
  record.attributes.set("dirbridgeDisplayName", {"coders"});
  record.attributes.set("cn", {"idp-devs"});
  EXPECT_EQ(map_group(rules, "hackers", record)->kept, "idp-devs");
  EXPECT_EQ(map_group(rules, "devs", record)->kept, "") << "it has its own name again";
  rules.group_options.on_rename = GroupOptions::OnRename::Follow;
  EXPECT_THAT(map_group(rules, "hackers", record)->targets.groups, ElementsAre(group("idp-hackers")));
}

}  // namespace
}  // namespace dirbridge::mapping
