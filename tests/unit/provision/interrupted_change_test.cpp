// What walks over failing directories have found, one by one (R4, design rule 18).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/upkeep/sweep.hpp"
#include "support/between.hpp"
#include "support/dn.hpp"
#include "support/memory_connection.hpp"
#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
namespace json = boost::json;
using provision::Members;
using Adjust = std::function<void(mapping::Rules&)>;

bool is_rename(const Change& change) {
  return std::holds_alternative<directory::Rename>(change.operation);
}

class InterruptedChange : public testing::Test {
 protected:
  void connect(const Adjust& adjust) {
    connection_ = std::make_unique<ConnectionParts>(directory_, memory_rules("okta", adjust));
  }
  void connect_mapping() {
    connect([](mapping::Rules& rules) {
      rules.group_options.mapping = {{"staff", {example_dn("cn=jira-users,ou=groups")}}};
      rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
    });
  }
  provision::Resources& users() { return *connection_->users; }
  provision::Resources& groups() { return *connection_->groups; }

  // The directory does not make changes that `which` says.
  void refuse(const std::function<bool(const Change&)>& which, ErrorKind kind = ErrorKind::Denied) {
    directory_.before = [which, kind](const Change& change) -> Result<> {
      return which(change) ? Result<>(error(kind, "refused by the test")) : Result<>();
    };
  }
  // It does not answer the one that `which` says, which is made.
  void lose_answer(std::function<bool(const Change&)> which) {
    directory_.after = Between::cut_once(std::move(which));
  }
  void work() { directory_.before = directory_.after = nullptr; }
  void sweep() {
    const auto done = provision::sweep(connection_->context, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }

  std::string add(provision::Resources& resources, const boost::json::object& body) {
    const auto made = resources.create(body, soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::string(made->at("id").as_string()) : std::string();
  }
  std::string add_group(const std::string& name, const std::vector<std::string>& ids) {
    auto body = group_message(name);
    body["members"] = members_of(ids);
    return add(groups(), body);
  }
  Result<provision::Patched> rename_group(const std::string& id, const char* name) {
    return groups().patch(id, patch_message("replace", "displayName", boost::json::string(name)), {},
                          Members::Leave, soon());
  }
  bool exists(const std::string& name) {
    return directory::read(world_.directory(), example_dn(name), {"1.1"}, soon()).value().has_value();
  }

  MemoryWorld world_;
  Between directory_{world_.directory()};
  std::unique_ptr<ConnectionParts> connection_;
};

TEST_F(InterruptedChange, R4_WhoIsDeletedMovesThoughAnAnswerBeforeTheMoveIsLost) {
  world_.add("ou=staff,ou=people,dc=example,dc=org", {{"objectClass", {"organizationalUnit"}}});
  world_.add("ou=left,ou=people,dc=example,dc=org", {{"objectClass", {"organizationalUnit"}}});
  connect([](mapping::Rules& rules) {
    rules.user_base = example_dn("ou=staff,ou=people");
    rules.disable.move_to = example_dn("ou=left,ou=people");
  });
  const auto ann = add(users(), user_message("ann"));
  lose_answer([](const Change& change) { return !is_rename(change); });
  ASSERT_TRUE(users().remove(ann, {}, soon()));
  EXPECT_FALSE(exists("uid=ann,ou=staff,ou=people"));
  EXPECT_TRUE(exists("uid=ann,ou=left,ou=people"));
}

// A reader of the directory would see her before she is gone again, and whoever is cut off would leave her.
TEST_F(InterruptedChange, R4_WhoseLoginIsSomebodyElsesIsNotEvenAdded) {
  world_.add("cn=Ann,ou=people,dc=example,dc=org",
             {{"objectClass", {"inetOrgPerson"}}, {"cn", {"Ann"}}, {"sn", {"A"}}, {"uid", {"ann"}}});
  connect([](mapping::Rules&) {});
  const auto before = world_.directory().changes().size();
  const auto made = users().create(user_message("ann"), soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness) << made.error().detail;
  EXPECT_EQ(world_.directory().changes().size(), before);
}

// Taken up and not disabled yet: she would stay visible, and her record says that she is not.
TEST_F(InterruptedChange, R4_AnEntryThatIsTakenUpHalfWayIsFinished) {
  for (const bool repeats : {true, false}) {
    const std::string name = repeats ? "ann" : "bob";
    world_.add("uid=" + name + ",ou=people,dc=example,dc=org",
               {{"objectClass", {"inetOrgPerson"}}, {"cn", {"A"}}, {"sn", {"A"}}, {"uid", {name}}});
    connect([](mapping::Rules& rules) { rules.user_options.adopt = {mapping::MatchBy::UserName}; });
    bool away = false;
    refuse([&](const Change&) { return std::exchange(away, true); }, ErrorKind::Unavailable);
    auto body = user_message(name);
    body["active"] = false;
    ASSERT_FALSE(users().create(body, soon()));
    work();
    if (repeats) {
      const auto again = users().create(body, soon());
      ASSERT_FALSE(again);
      EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness) << again.error().detail;
    } else {
      sweep();
    }
    const auto entry =
        directory::read(world_.directory(), example_dn("uid=" + name + ",ou=people"), {}, soon()).value();
    EXPECT_EQ(entry->attributes.first("dirbridgeActive"), "FALSE");
    EXPECT_FALSE(entry->attributes.find("dirbridgeAlias"));
  }
}

TEST_F(InterruptedChange, R4_ADirectoryGroupGetsItsNameBackBeforeItIsMadeAnew) {
  connect_mapping();
  const auto ann = add(users(), user_message("ann"));
  const auto devs = add_group("devs", {});
  refuse([](const Change& change) {
    const auto* modify = std::get_if<directory::Modify>(&change.operation);
    return modify && modify->dn.str().starts_with("dirbridgeDisplayName=ops") &&
           modify->modifications.front().attribute == "dirbridgeResource";
  });
  auto ops = group_message("ops");
  ops["members"] = members_of({ann});
  ASSERT_FALSE(groups().replace(devs, ops, {}, soon()));
  EXPECT_TRUE(exists("cn=devs,ou=groups"));
  EXPECT_FALSE(exists("cn=ops,ou=groups"));
}

TEST_F(InterruptedChange, R4_ARenameThatIsRepeatedKeepsTheDirectoryNameThatItKeepsOtherwise) {
  connect([](mapping::Rules& rules) {
    rules.group_options.mapping = {{"staff", {example_dn("cn=jira-users,ou=groups")}}};
  });
  const auto first = add_group("devs", {});
  ASSERT_TRUE(rename_group(first, "crew"));  // it keeps the directory group devs
  const auto second = add_group("ops", {});
  bool away = false;
  refuse([&](const Change& change) { return std::exchange(away, away || is_rename(change)); },
         ErrorKind::Unavailable);
  ASSERT_FALSE(rename_group(second, "devs"));
  work();
  const auto again = rename_group(second, "devs");
  EXPECT_TRUE(again) << again.error().detail;
}

TEST_F(InterruptedChange, R4_WhoIsBackWithAnEntryIsInHerGroupsThoughItWasCut) {
  connect([](mapping::Rules& rules) {
    rules.group_options.mapping = {{"staff", {example_dn("cn=jira-users,ou=groups")}}};
    rules.disable.delete_entry = true;
  });
  const auto ann = add(users(), user_message("ann"));
  add_group("staff", {ann});
  const auto set_active = [&](bool active) {
    return users().patch(ann, patch_message("replace", "active", active), {}, Members::Leave, soon());
  };
  ASSERT_TRUE(set_active(false));
  refuse([](const Change& change) {  // the last one of the move
    return std::holds_alternative<directory::Modify>(change.operation) &&
           directory::target(change) == example_dn("uid=ann,ou=people");
  });
  ASSERT_FALSE(set_active(true));
  work();
  ASSERT_TRUE(set_active(true));
  const auto group =
      directory::read(world_.directory(), example_dn("cn=jira-users,ou=groups"), {"member"}, soon());
  EXPECT_TRUE((*group)->attributes.has_value("member", "uid=ann,ou=people,dc=example,dc=org"));
}

TEST_F(InterruptedChange, R4_ARepeatLeavesOneHome) {
  connect([](mapping::Rules& rules) { rules.disable.delete_entry = true; });
  const auto ann = add(users(), user_message("ann"));
  const auto set_active = [&](bool active) {
    return users().patch(ann, patch_message("replace", "active", active), {}, Members::Leave, soon());
  };
  ASSERT_TRUE(set_active(false));
  refuse([](const Change& change) { return std::holds_alternative<directory::Delete>(change.operation); },
         ErrorKind::Unavailable);
  ASSERT_FALSE(set_active(true));
  work();
  ASSERT_TRUE(set_active(true));
  EXPECT_TRUE(exists("uid=ann,ou=people"));
  EXPECT_FALSE(exists("dirbridgeUserName=ann,dirbridgeConnection=okta,ou=dirbridge"));
}

// Refused, and the name is given up: the second try goes elsewhere.
TEST_F(InterruptedChange, R4_AMoveThatIsRefusedLeavesOneHome) {
  connect([](mapping::Rules& rules) { rules.disable.delete_entry = true; });
  const auto ann = add(users(), user_message("ann"));
  add_group("team", {ann});
  bool refused = false;
  refuse([&](const Change& change) {
    return directory::target(change) == example_dn("cn=team,ou=groups") && !std::exchange(refused, true);
  });
  auto body = user_message("anna");
  body["active"] = false;
  ASSERT_TRUE(users().replace(ann, body, {}, soon()));
  EXPECT_FALSE(exists("dirbridgeUserName=anna,dirbridgeConnection=okta,ou=dirbridge"));
  EXPECT_TRUE(users().replace(ann, body, {}, soon()));
}

TEST_F(InterruptedChange, R4_AnAdoptionThatFailsInAnOutageIsTakenBack) {
  world_.add("cn=Ann,ou=people,dc=example,dc=org",
             {{"objectClass", {"inetOrgPerson"}}, {"cn", {"Ann"}}, {"sn", {"A"}}, {"uid", {"ann"}}});
  connect([](mapping::Rules& rules) { rules.user_options.adopt = {mapping::MatchBy::UserName}; });
  auto body = user_message("ann");
  body["active"] = false;
  int changes = 0;
  refuse([&](const Change&) { return ++changes == 2; }, ErrorKind::Unavailable);
  ASSERT_FALSE(users().create(body, soon()));
  const auto entry = directory::read(world_.directory(), example_dn("cn=Ann,ou=people"), {}, soon()).value();
  EXPECT_FALSE(entry->attributes.find("dirbridgeId"));
  EXPECT_FALSE(entry->attributes.find("dirbridgeAlias"));
}

TEST_F(InterruptedChange, R4_TheSweepTakesOneWithoutAnEntryOutOfDirectoryGroups) {
  connect([](mapping::Rules& rules) {
    rules.group_options.mapping = {{"staff", {example_dn("cn=jira-users,ou=groups")}}};
    rules.disable.delete_entry = true;
  });
  const auto ann = add(users(), user_message("ann"));
  add_group("staff", {ann});
  refuse([](const Change& change) { return change.reason == "group mapping"; }, ErrorKind::Unavailable);
  ASSERT_FALSE(users().patch(ann, patch_message("replace", "active", false), {}, Members::Leave, soon()));
  work();
  sweep();
  const auto group =
      directory::read(world_.directory(), example_dn("cn=jira-users,ou=groups"), {"member"}, soon());
  EXPECT_THAT((*group)->attributes.values("member"), testing::ElementsAre("cn=dirbridge-placeholder"));
}

// Its other name is its own: nothing moves, and nothing gives way.
TEST_F(InterruptedChange, R4_ARecordThatChangesItsLetterCaseIsNotLost) {
  connect_mapping();
  const auto ann = add(users(), user_message("ann"));
  const auto staff = add_group("staff", {ann});
  directory_.before = Between::away_after(is_rename);
  ASSERT_FALSE(rename_group(staff, "Staff"));
  work();
  sweep();
  const auto found = groups().find(staff, Members::Load, soon());
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->at("members").as_array().size(), 1U);
}

TEST_F(InterruptedChange, R4_ARecordOfAUserToo) {
  connect([](mapping::Rules& rules) {
    rules.user_options.import = false;
    rules.user_options.not_imported = mapping::NotImported::Accept;
  });
  const auto ann = add(users(), user_message("ann"));
  directory_.before = Between::away_after(is_rename);
  ASSERT_FALSE(users().patch(ann, patch_message("replace", "userName", "Ann"), {}, Members::Leave, soon()));
  work();
  sweep();
  EXPECT_TRUE(users().find(ann, Members::Leave, soon()));
}

// Linked already, and under its old login still.
TEST_F(InterruptedChange, R4_WhoIsTakenUpByHerMailHalfWayIsNotMadeTwice) {
  connect([](mapping::Rules& rules) { rules.user_options.adopt = {mapping::MatchBy::Mail}; });
  world_.add("uid=bob,ou=people,dc=example,dc=org", {{"objectClass", {"inetOrgPerson"}},
                                                     {"uid", {"bob"}},
                                                     {"cn", {"Ann"}},
                                                     {"sn", {"A"}},
                                                     {"mail", {"ann@example.org"}}});
  directory_.before = Between::away_after(
      [](const Change& change) { return directory::target(change) == example_dn("uid=bob,ou=people"); });
  auto body = user_message("ann");
  body["emails"] = members_of({"ann@example.org"});
  ASSERT_FALSE(users().create(body, soon()));
  work();
  const auto again = users().create(body, soon());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness) << again.error().detail;
  EXPECT_TRUE(exists("uid=ann,ou=people"));
  EXPECT_FALSE(exists("uid=bob,ou=people"));
}

// The entry is older than the record of the default groups, she is not.
TEST_F(InterruptedChange, R4_WhoIsTakenUpHalfWayGetsHerDefaultGroups) {
  connect([](mapping::Rules& rules) {
    rules.user_options.adopt = {mapping::MatchBy::UserName};
    rules.group_options.defaults = {mapping::DefaultGroups::For::New, {example_dn("cn=everybody,ou=groups")}};
  });
  add(users(), user_message("ben"));
  world_.directory().load({example_dn("uid=ann,ou=people"),
                           {{"objectClass", {"inetOrgPerson"}},
                            {"uid", {"ann"}},
                            {"cn", {"Ann"}},
                            {"sn", {"A"}},
                            {"createTimestamp", {"20200101000000Z"}}}});
  directory_.before = Between::away_after(
      [](const Change& change) { return directory::target(change) == example_dn("uid=ann,ou=people"); });
  ASSERT_FALSE(users().create(user_message("ann"), soon()));
  work();
  const auto again = users().create(user_message("ann"), soon());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness) << again.error().detail;
  const auto everybody =
      directory::read(world_.directory(), example_dn("cn=everybody,ou=groups"), {"member"}, soon()).value();
  EXPECT_EQ(everybody->attributes.values("member").size(), 2U);
}

// The group lists her by her old name until the sweep has finished the rename.
TEST_F(InterruptedChange, R1_WhoIsTakenOutBesideAnUnfinishedRenameStaysOut) {
  connect([](mapping::Rules&) {});
  const auto ann = add(users(), user_message("ann"));
  const auto ben = add(users(), user_message("ben"));
  const auto devs = add_group("devs", {ann, ben});
  directory_.before = Between::away_after(is_rename);
  ASSERT_FALSE(users().patch(ann, patch_message("replace", "userName", "anna"), {}, Members::Leave, soon()));
  work();
  ASSERT_TRUE(groups().patch(devs, patch_message("remove", "members", members_of({ann})), {}, Members::Leave,
                             soon()));
  sweep();
  EXPECT_TRUE(exists("uid=anna,ou=people") || exists("uid=ann,ou=people"));
  const auto found = groups().find(devs, Members::Load, soon());
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->at("members").as_array().size(), 1U);
}

// An entry and a record at once: neither stays.
TEST_F(InterruptedChange, R1_WhoIsDeletedBesideAnUnfinishedMoveIsGone) {
  for (const bool comes_back : {true, false}) {
    connect([](mapping::Rules& rules) { rules.disable.delete_entry = true; });
    const auto name = std::string(comes_back ? "ann" : "ben");
    const auto id = add(users(), user_message(name));
    const auto devs = add_group("devs-" + name, {id});
    if (comes_back) {
      ASSERT_TRUE(users().patch(id, patch_message("replace", "active", false), {}, Members::Leave, soon()));
    }
    directory_.before = Between::away_after(
        [](const Change& change) { return std::holds_alternative<directory::Add>(change.operation); });
    ASSERT_FALSE(
        users().patch(id, patch_message("replace", "active", comes_back), {}, Members::Leave, soon()));
    work();
    ASSERT_TRUE(users().remove(id, {}, soon()));
    sweep();
    const auto found = users().find(id, Members::Leave, soon());
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(groups().find(devs, Members::Load, soon())->contains("members")) << name;
    EXPECT_TRUE(users().create(user_message(name), soon())) << "nobody has the name";
  }
}

// Her groups list her by two names while the rename is not finished.
TEST_F(InterruptedChange, R1_WhoIsDeletedBesideAnUnfinishedRenameIsInNoGroup) {
  for (const bool is_there : {false, true}) {
    connect([](mapping::Rules&) {});
    const auto name = std::string(is_there ? "ann" : "ben");
    const auto id = add(users(), user_message(name));
    const auto devs = add_group("devs" + name, {id});
    if (is_there)
      directory_.before = Between::away_after(is_rename);
    else
      refuse(is_rename, ErrorKind::Unavailable);
    ASSERT_FALSE(users().patch(id, patch_message("replace", "userName", json::string("x-" + name)), {},
                               Members::Leave, soon()));
    work();
    ASSERT_TRUE(users().remove(id, {}, soon()));
    sweep();
    const auto group =
        directory::read(world_.directory(), example_dn("cn=devs" + name + ",ou=groups"), {"member"}, soon())
            .value();
    EXPECT_THAT(group->attributes.values("member"), testing::ElementsAre("cn=dirbridge-placeholder")) << name;
  }
}

// The record that takes the place of her entry is listed already.
TEST_F(InterruptedChange, R1_WhoIsTakenOutBesideAnUnfinishedMoveStaysOut) {
  connect([](mapping::Rules& rules) { rules.disable.delete_entry = true; });
  const auto ann = add(users(), user_message("ann"));
  const auto ben = add(users(), user_message("ben"));
  const auto devs = add_group("devs", {ann, ben});
  directory_.before = Between::away_after(
      [](const Change& change) { return directory::target(change) == example_dn("cn=devs,ou=groups"); });
  ASSERT_FALSE(users().patch(ann, patch_message("replace", "active", false), {}, Members::Leave, soon()));
  work();
  ASSERT_TRUE(groups().patch(devs, patch_message("remove", "members", members_of({ann})), {}, Members::Leave,
                             soon()));
  sweep();
  EXPECT_EQ(groups().find(devs, Members::Load, soon())->at("members").as_array().size(), 1U);
}

// The directory group has its new name already: it is not made anew under the old one.
TEST_F(InterruptedChange, R4_WhoComesBesideAnUnfinishedRenameOfAGroupMakesNoSecondOne) {
  connect([](mapping::Rules& rules) {
    rules.group_options.mapping = {{"staff", {example_dn("cn=jira-users,ou=groups")}}};
    rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
    rules.group_options.keep_existing_user_groups = true;
  });
  const auto ann = add(users(), user_message("ann"));
  const auto ben = add(users(), user_message("ben"));
  const auto devs = add_group("devs", {ann});
  auto body = group_message("ops");
  body["members"] = members_of({ann, ben});
  directory_.before = Between::away_after(is_rename);
  ASSERT_FALSE(groups().replace(devs, body, {}, soon()));
  work();
  auto both = patch_message("replace", "displayName", "ops");
  both["Operations"].as_array().push_back(
      patch_message("add", "members", members_of({ben}))["Operations"].as_array().front());
  ASSERT_TRUE(groups().patch(devs, both, {}, Members::Leave, soon()));
  EXPECT_FALSE(exists("cn=devs,ou=groups"));
  ASSERT_TRUE(groups().patch(devs, patch_message("remove", "members", members_of({ann})), {}, Members::Leave,
                             soon()));
  const auto group =
      directory::read(world_.directory(), example_dn("cn=ops,ou=groups"), {"member"}, soon()).value();
  ASSERT_TRUE(group);
  EXPECT_THAT(group->attributes.values("member"),
              testing::ElementsAre("uid=ben,ou=people,dc=example,dc=org"));
}

TEST_F(InterruptedChange, R4_TheSweepMakesADirectoryGroupThatNobodyIsIn) {
  connect_mapping();
  refuse([](const Change& change) { return directory::target(change) == example_dn("cn=devs,ou=groups"); },
         ErrorKind::Unavailable);
  ASSERT_FALSE(groups().create(group_message("devs"), soon()));
  work();
  sweep();
  EXPECT_TRUE(exists("cn=devs,ou=groups"));
}

TEST_F(InterruptedChange, R4_AConflictAfterALostAnswerIsToldAtOnce) {
  connect([](mapping::Rules&) {});
  world_.add("cn=devs,ou=groups,dc=example,dc=org",
             {{"objectClass", {"organizationalRole"}}, {"cn", {"devs"}}});  // no group has the name
  int adds = 0;
  directory_.before = [&](const Change&) -> Result<> {
    return ++adds == 1 ? Result<>(error(ErrorKind::OutcomeUnknown, "the connection died")) : Result<>();
  };
  const auto made = groups().create(group_message("devs"), soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness) << made.error().detail;
  EXPECT_LT(adds, 8);
}

}  // namespace
}  // namespace dirbridge::test
