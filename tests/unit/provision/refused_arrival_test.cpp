// R4: who cannot be given what comes with her arrival does not arrive by half; the repeat says the same.
#include "provision/upkeep/sweep.hpp"
#include "refusal_fixture.hpp"

namespace dirbridge::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;
using testing::UnorderedElementsAre;

void give_team_to_all(mapping::Rules& rules) {
  rules.group_options.defaults.groups = {dn(team)};
  rules.group_options.defaults.whom = mapping::DefaultGroups::For::All;
}

void map_source_to_team(mapping::Rules& rules) {
  rules.group_options.mapping = {{"source", {dn(team)}}};
}

class RefusedArrival : public RefusedRemoval {
 protected:
  std::string create(json::value body) { return said(okta_->users->create(std::move(body), soon())); }
  std::string create_group(const std::string& name, const std::vector<std::string>& ids) {
    auto body = group_message(name);
    body["members"] = members_of(ids);
    return said(okta_->groups->create(body, soon()));
  }
  bool is_recorded(const std::string& name) {
    const auto found = directory::search(world_.directory(),
                                         {okta_->context.rules.bridge_base,
                                          directory::Scope::Subtree,
                                          directory::Filter::equal("dirbridgeDisplayName", name),
                                          {"1.1"},
                                          0},
                                         soon());
    EXPECT_TRUE(found);
    return found && !found->empty();
  }
  std::string sweep() { return said(provision::sweep(okta_->context, soon())); }
};

TEST_F(RefusedArrival, R4_AUserWhoseDefaultGroupMayNotBeWritten) {
  reopen(give_team_to_all);
  add_by_hand({"cn=somebody"});
  refuse_changes_of(team);
  EXPECT_THAT(create(user_message("ann")), StartsWith("denied"));
  EXPECT_FALSE(exists(uid("ann")));
  EXPECT_THAT(create(user_message("ann")), StartsWith("denied")) << "not that her name is in use";
  refuse_nothing();
  EXPECT_EQ(sweep(), "");
  EXPECT_THAT(values(team, "member"), ElementsAre("cn=somebody")) << "nobody remembers her";
  add("ann");
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre("cn=somebody", uid("ann")));
}

TEST_F(RefusedArrival, R4_AnAdoptedUserIsAsHeWas) {
  reopen([](mapping::Rules& rules) {
    give_team_to_all(rules);
    rules.user_options.adopt = {mapping::MatchBy::UserName};
  });
  add_by_hand({"cn=somebody"});
  world_.add(uid("bob"),
             {{"objectClass", {"inetOrgPerson"}}, {"uid", {"bob"}}, {"cn", {"Bob"}}, {"sn", {"B"}}});
  refuse_changes_of(team);
  EXPECT_THAT(create(user_message("bob")), StartsWith("denied"));
  EXPECT_THAT(values(uid("bob"), "cn"), ElementsAre("Bob"));
  EXPECT_THAT(values(uid("bob"), "dirbridgeId"), testing::IsEmpty());
}

TEST_F(RefusedArrival, R4_AnEntryThatAnotherConnectionHasDeletedStaysItsOwn) {
  const auto ann = add("ann");
  EXPECT_EQ(remove(ann), "");
  ConnectionParts entra(directory_, memory_rules("entra", [](mapping::Rules& rules) {
                          give_team_to_all(rules);
                          rules.user_options.adopt = {mapping::MatchBy::UserName};
                        }));
  add_by_hand({"cn=somebody"});
  refuse_changes_of(team);
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(said(entra.users->create(user_message("ann"), soon())), StartsWith("denied"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeConnection"), ElementsAre("okta"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeId"), ElementsAre(ann));
  EXPECT_EQ(add("ann"), ann);
}

TEST_F(RefusedArrival, R4_AUserWhoReturnsIsAwayAsBefore) {
  const auto ann = add("ann");
  EXPECT_EQ(remove(ann), "");
  reopen(give_team_to_all);
  add_by_hand({"cn=somebody"});
  refuse_changes_of(team);
  EXPECT_THAT(create(user_message("ann")), StartsWith("denied"));
  expect_disabled(uid("ann"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeDeleted"), testing::SizeIs(1));
  refuse_nothing();
  EXPECT_EQ(add("ann"), ann);
}

TEST_F(RefusedArrival, R4_AUserForWhomAGroupWaitsThatMayNotBeWritten) {
  constexpr const char* devs = "cn=devs,ou=groups,dc=example,dc=org";
  constexpr const char* ops = "cn=ops,ou=groups,dc=example,dc=org";
  add_group("devs", {"ext-ann"});
  add_group("ops", {"ext-ann"});
  auto body = user_message("ann");
  body["externalId"] = "ext-ann";
  refuse_changes_of(ops);
  EXPECT_THAT(create(body), StartsWith("denied"));
  EXPECT_FALSE(exists(uid("ann")));
  for (const auto* group : {devs, ops}) {
    EXPECT_THAT(values(group, "member"), ElementsAre("cn=dirbridge-placeholder")) << group;
    EXPECT_THAT(values(group, "dirbridgePendingMember"), ElementsAre("ext-ann")) << group;
  }
  EXPECT_THAT(create(body), StartsWith("denied")) << "not that her name is in use";
  refuse_nothing();
  EXPECT_EQ(create(body), "");
  for (const auto* group : {devs, ops}) EXPECT_THAT(values(group, "member"), ElementsAre(uid("ann")));
}

TEST_F(RefusedArrival, A6_WhoArrivesDisabledIsHiddenWhereSheMayBe) {
  add_unit("left");
  reopen([](mapping::Rules& rules) { rules.disable.move_to = dn("ou=left,dc=example,dc=org"); });
  refuse([](const auto& change) {
    return directory::target(change).is_within(dn("ou=left,dc=example,dc=org"));
  });
  auto body = user_message("ann");
  body["active"] = false;
  EXPECT_EQ(create(body), "");
  expect_disabled(uid("ann"));
  EXPECT_THAT(left_.fields, ElementsAre("place"));
}

TEST_F(RefusedArrival, R4_AGroupWhoseDirectoryGroupMayNotBeWritten) {
  reopen(map_source_to_team);
  add_by_hand({"cn=somebody"});
  const auto ann = add("ann");
  refuse_changes_of(team);
  EXPECT_THAT(create_group("source", {ann}), StartsWith("denied"));
  EXPECT_FALSE(is_recorded("source"));
  EXPECT_THAT(create_group("source", {ann}), StartsWith("denied")) << "not that its name is in use";
  refuse_nothing();
  EXPECT_EQ(sweep(), "");
  EXPECT_THAT(values(team, "member"), ElementsAre("cn=somebody")) << "nobody remembers it";
  add_group("source", {ann});
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre("cn=somebody", uid("ann")));
}

}  // namespace
}  // namespace dirbridge::test
