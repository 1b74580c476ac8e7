// A mapped source group whose name at the identity provider changes.
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupFilter;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class MappedName : public GroupOption {
 protected:
  Adjust mapped(const std::string& source, const std::string& target = "jira-users") {
    return [this, source, target](GroupOptions& o) { o.mapping = {{source, {group(target)}}}; };
  }
  void replace_group(const std::string& id, const std::string& name, const std::string& member) {
    const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                            {"displayName", name},
                            {"members", json::array{json::object{{"value", member}}}}};
    auto done = at().groups->replace(id, body, {}, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
};

TEST_F(MappedName, A9_AMappedGroupKeepsItsDirectoryGroupsWhateverItsNameBecomes) {
  connect(mapped("App-Developers"));
  const auto ann = add_user("ann");
  const auto devs = add_group("App-Developers", {ann});
  rename(devs, "Engineering");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("Engineering"));
  change(devs, "add", {add_user("ben")});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge());
  replace_group(devs, "Product", ann);
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  rename(devs, "App-Developers");
  rename(devs, "Engineering");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(MappedName, A9_ANameThatIsMappedTooDoesNotCountBeforeTheMappingIsChanged) {
  const auto both = [this](const std::string& staff) {
    return [this, staff](GroupOptions& o) {
      o.mapping = {{"Staff", {group(staff)}}, {"Admins", {group("jira-admins")}}};
    };
  };
  connect(both("jira-users"));
  const auto staff = add_group("Staff", {add_user("ann")});
  rename(staff, "Admins");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("jira-admins"));
  connect(both("jira-users"));
  EXPECT_FALSE(converge()) << "a restart is no change";
  connect(both("wiki-users"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("jira-admins"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(MappedName, A9_TheAdministratorChangesWhatItIsMappedTo) {
  connect(mapped("Staff"));
  const auto staff = add_group("Staff", {add_user("ann")});
  rename(staff, "People");
  connect(mapped("staff", "wiki-users"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("wiki-users"), ElementsAre("ann"));
  connect(mapped("Others"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("wiki-users"), IsEmpty());
  EXPECT_THAT(people_in("People"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(MappedName, A9_TheFilterJudgesTheNameThatTheMappingHas) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"App-devs", {group("jira-users")}}};
    o.filter = GroupFilter::make(GroupFilter::Mode::Prefix, {"App-"}).value();
  });
  const auto devs = add_group("App-devs", {add_user("ann")});
  rename(devs, "devs");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(MappedName, A9_WithFollowTheNewNameCounts) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}, {"People", {group("wiki-users")}}};
    o.on_rename = GroupOptions::OnRename::Follow;
  });
  const auto staff = add_group("Staff", {add_user("ann")});
  rename(staff, "People");
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("wiki-users"), ElementsAre("ann"));
}

TEST_F(MappedName, F_AUserMovesBetweenNestedGroupsWhereSheHasToBeAdded) {
  connect(mapped("All"));
  const auto ann = add_user("ann");
  const auto first = add_group("First", {ann});
  const auto second = add_group("Second", {ann});
  const auto all = add_group("All", {first, add_user("ben")});
  ldif("dn: " + group_dn("jira-users") + "\nchangetype: modify\ndelete: member\nmember: " + user_dn("ann") +
       "\n");
  auto moved = at().groups->patch(
      all,
      json::parse(R"({"Operations":[{"op":"remove","path":"members[value eq \")" + first +
                  R"(\"]"},{"op":"add","path":"members","value":[{"value":")" + second + R"("}]}]})"),
      {}, provision::Members::Leave, soon());
  EXPECT_TRUE(moved) << (moved ? "" : moved.error().detail);
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
