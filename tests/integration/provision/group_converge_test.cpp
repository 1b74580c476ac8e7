// The configuration has changed: groups are brought to what it says now, and a second run writes nothing.
#include "group_option_fixture.hpp"
#include "provision/upkeep/converge.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class GroupOptionConverge : public GroupOption {
 protected:
  Adjust mapped(const std::string& source, const std::string& target) {
    return [this, source, target](GroupOptions& o) { o.mapping = {{source, {group(target)}}}; };
  }
};

TEST_F(GroupOptionConverge, R08_AnotherTargetGetsTheMembersAndTheOldOneLosesThem) {
  connect(mapped("Staff", "jira-users"));
  const auto ann = add_user("ann");
  make_by_hand("jira-users", {"byhand"});
  const auto staff = add_group("Staff", {ann});
  connect(mapped("Staff", "jira-people"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("byhand"));
  EXPECT_THAT(people_in("jira-people"), ElementsAre("ann"));
  EXPECT_THAT(members(staff), ElementsAre(ann));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionConverge, A3_AGroupOfWhoseNameTodaysRulesMakeNothingKeepsNobodyElseFromItsOwn) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto ops = add_group("Ops-x", {ann});
  const auto ok = add_group("ok-grp", {ann});
  connect([](GroupOptions& o) {
    o.names = mapping::NameRules::compile({{"Ops-(y?)x", "$1"}, {"ok-(.*)", "$1"}}, mapping::LetterCase::Keep)
                  .value();
  });
  for (const auto& id : {ops, ok}) {
    const auto done = at().groups->converge(id, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  const auto rest = provision::converge_groups(at().context, soon());
  EXPECT_TRUE(rest) << (rest ? "" : rest.error().detail);
  EXPECT_THAT(people_in("ok-grp"), ElementsAre("ann")) << "the directory group keeps its name";
  EXPECT_EQ(records("(dirbridgeDisplayName=ok-grp)"), 1U);
  EXPECT_THAT(people_in("Ops-x"), ElementsAre("ann"));
  EXPECT_THAT(members(ops), ElementsAre(ann));
  EXPECT_THAT(members(ok), ElementsAre(ann));
  change(ops, "remove", {ann});
  EXPECT_THAT(people_in("Ops-x"), IsEmpty()) << "who leaves is not kept in by a rule";
}

TEST_F(GroupOptionConverge, R11_AGroupThatIsFilteredNowLosesItsDirectoryGroup) {
  connect(mapped("Staff", "jira-users"));
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  connect([&](GroupOptions& o) {
    o.filter = mapping::GroupFilter::make(mapping::GroupFilter::Mode::Exclude, {"devs"}).value();
  });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), IsEmpty());
  EXPECT_THAT(members(devs), ElementsAre(ann));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionConverge, R08_HomesMoveToRecordsAndBack) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto devs = add_group("devs", {ann, "ext-9"});
  const auto outer = add_group("outer", {devs, ben});
  ldif("dn: " + group_dn("devs") +
       "\nchangetype: modify\nadd: member\nmember: cn=service,dc=example,dc=org\n");
  const auto uuid =
      ldap_search(server(), As::Admin, {"-b", group_dn("devs"), "-s", "base", "entryUUID"}).output;
  connect([](GroupOptions& o) { o.keep_existing_user_groups = true; });
  EXPECT_THAT(members(devs), testing::UnorderedElementsAre(ann, "ext-9")) << "found before it has moved";
  EXPECT_TRUE(converge());
  EXPECT_THAT(members(devs), testing::UnorderedElementsAre(ann, "ext-9"));
  EXPECT_THAT(members(outer), testing::UnorderedElementsAre(devs, ben));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "cn=service,dc=example,dc=org"));
  EXPECT_EQ(records("(objectClass=dirbridgeGroup)"), 2U);
  EXPECT_EQ(at().groups->list({}, soon())->total, 2U);
  EXPECT_FALSE(converge());
  change(devs, "add", {ben});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "cn=service,dc=example,dc=org"));
  EXPECT_THAT(people_in("outer"), testing::Contains("ann")) << "flattened";
  connect([](GroupOptions&) {});
  EXPECT_THAT(members(devs), testing::UnorderedElementsAre(ann, ben, "ext-9"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(members(devs), testing::UnorderedElementsAre(ann, ben, "ext-9"));
  EXPECT_THAT(members(outer), testing::UnorderedElementsAre(devs, ben));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "cn=service,dc=example,dc=org"));
  EXPECT_EQ(records("(objectClass=dirbridgeGroup)"), 0U);
  EXPECT_EQ(ldap_search(server(), As::Admin, {"-b", group_dn("devs"), "-s", "base", "entryUUID"}).output,
            uuid);
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionConverge, R14_AKeptNameSurvivesTheMove) {
  connect([](GroupOptions&) {});
  const auto devs = add_group("devs", {add_user("ann")});
  rename(devs, "developers");
  connect([](GroupOptions& o) { o.keep_existing_user_groups = true; });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("developers"));
  EXPECT_EQ(shown(devs).at("displayName"), "developers");
  connect([](GroupOptions&) {});
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("developers"));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionConverge, R08_ChangesWorkBeforeTheMove) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto devs = add_group("devs", {ann});
  connect(mapped("other", "jira-users"));
  change(devs, "add", {ben});
  change(devs, "remove", {ann});
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
  connect([](GroupOptions&) {});
  change(devs, "add", {ann});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  EXPECT_THAT(people_in("devs"), IsEmpty());
}

}  // namespace
}  // namespace dirbridge::test
