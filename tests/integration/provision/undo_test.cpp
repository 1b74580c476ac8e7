// Creations that are undone: afterwards everything is as it was, and no budget was asked.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.hpp"
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using mapping::OnDelete;
using testing::ElementsAre;
using testing::IsEmpty;

class UndoTest : public GroupOption {
 protected:
  // As what a reader finds: without what the directory writes itself.
  Names entry(const std::string& dn) {
    const auto text = ldap_search(server(), As::Admin, {"-b", dn, "-s", "base", "*"}).output;
    Names lines;
    for (const auto line : split(text, '\n')) lines.emplace_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  Names everything() {
    Names out;
    for (const auto& base : {server().user_base(), server().group_base(), server().bridge_base()}) {
      const auto text = ldap_search(server(), As::Admin, {"-b", base, "1.1"}).output;
      for (const auto line : split(text, '\n'))
        if (line.starts_with("dn: ")) {
          const std::string dn(line.substr(4));
          for (auto& one : entry(dn)) out.push_back(dn + "|" + one);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  // Nothing may be removed but by an administrator.
  void allow_no_removals() {
    sync::BudgetRules none;
    none.disables = none.deletes = none.group_deletes = none.member_removals = {0, 100};
    budget_ = std::make_unique<sync::Budget>(none, at().clock);
    removals_ = std::make_unique<provision::Removals>("okta", *budget_, nullptr, at().clock);
    at().context.mandate.budget = removals_.get();
    at().users = provision::make_users(at().context);
    at().groups = provision::make_groups(at().context);
  }
  void TearDown() override {
    GroupOption::TearDown();
    removals_.reset();
  }
  provision::Created create_user(const std::string& name, const json::object& more = {}) {
    json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                      {"userName", name}};
    for (const auto& member : more) body[member.key()] = member.value();
    auto made = at().users->create_undoably(body, soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::move(*made) : provision::Created();
  }
  provision::Created create_group(const std::string& name, const Names& ids) {
    json::array members;
    for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
    json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                      {"displayName", name}};
    body["members"] = members;
    auto made = at().groups->create_undoably(body, soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::move(*made) : provision::Created();
  }
  void undo(const provision::Created& created) {
    for (int twice = 0; twice < 2; ++twice) {
      auto undone = created.undo(soon());
      EXPECT_TRUE(undone) << (undone ? "" : undone.error().detail);
    }
  }

 private:
  std::unique_ptr<sync::Budget> budget_;
  std::unique_ptr<provision::Removals> removals_;
};

TEST_F(UndoTest, ANewUserIsGoneAtOnceAndIsWaitedForAgain) {
  connect([](GroupOptions&) {});
  allow_no_removals();
  add_group("devs", {"e-1"});
  const auto before = everything();
  const auto ann = create_user("ann", {{"externalId", "e-1"}});
  ASSERT_THAT(people_in("devs"), ElementsAre("ann"));
  undo(ann);
  EXPECT_EQ(everything(), before);
  create_user("ann", {{"externalId", "e-1"}});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
}

TEST_F(UndoTest, ANewUserLosesDefaultGroupsAndThoseOfMappedGroups) {
  connect([this](GroupOptions& o) {
    o.defaults = {mapping::DefaultGroups::For::New, {group("jira-users")}};
    o.mapping = {{"Staff", {group("staff")}}};
  });
  add_user("old");
  add_group("Staff", {"e-1"});
  make_by_hand("staff-by-hand", {"old"});
  allow_no_removals();
  const auto before = everything();
  const auto ann = create_user("ann", {{"externalId", "e-1"}});
  ASSERT_THAT(people_in("staff"), ElementsAre("ann"));
  ASSERT_THAT(people_in("jira-users"), ElementsAre("ann", "old"));
  undo(ann);
  EXPECT_EQ(everything(), before);
}

TEST_F(UndoTest, AUserWithoutAnEntryIsGoneToo) {
  connect_with([](mapping::Rules& rules) { rules.user_options.import = false; });
  undo(create_user("first"));
  EXPECT_EQ(records("(dirbridgeUserName=*)"), 0U);
}

TEST_F(UndoTest, AnAdoptedEntryIsWhatItWas) {
  connect_with([](mapping::Rules& rules) {
    rules.user_options.adopt = {mapping::MatchBy::Mail};
    rules.user_options.on_delete = OnDelete::Delete;
  });
  ldif("dn: " + user_dn("alee") +
       "\nchangetype: add\nobjectClass: inetOrgPerson\nuid: alee\ncn: Ann Lee\nsn: Lee\ntitle: Boss\nmail: "
       "ann@example.org\n");
  make_by_hand("friends", {"alee"});
  add_group("devs", {"e-1"});
  allow_no_removals();
  const auto before = everything();
  const auto ann = create_user(
      "ann", {{"externalId", "e-1"},
              {"title", "Clerk"},
              {"emails", json::array{json::object{{"value", "ann@example.org"}, {"type", "work"}}}}});
  ASSERT_THAT(people_in("friends"), ElementsAre("ann"));
  ASSERT_THAT(people_in("devs"), ElementsAre("ann"));
  undo(ann);
  EXPECT_EQ(everything(), before);
}

TEST_F(UndoTest, WhoCameBackIsHiddenAgainAsBefore) {
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("staff")}}}; });
  const auto id = add_user("ann");
  add_group("Staff", {id});
  ASSERT_TRUE(at().users->remove(id, {}, soon()));
  ldif("dn: " + user_dn("ann") +
       "\nchangetype: modify\nreplace: dirbridgeDeleted\ndirbridgeDeleted: 20260101000000Z\n");
  allow_no_removals();
  const auto before = everything();
  const auto ann = create_user("ANN", {{"title", "Boss"}});
  EXPECT_EQ(id_of(ann.resource), id);
  add_group("others", {id});
  ASSERT_THAT(people_in("others"), ElementsAre("ANN"));
  undo(ann);
  auto after = everything();
  std::erase_if(after, [](const auto& line) { return line.find("others") != std::string::npos; });
  EXPECT_EQ(after, before);
  EXPECT_THAT(people_in("others"), IsEmpty());
  EXPECT_EQ(add_user("ann"), id);
}

TEST_F(UndoTest, ANewGroupIsGoneAtOnce) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto outer = add_group("outer", {"e-1"});
  allow_no_removals();
  const auto before = everything();
  const auto devs = create_group("devs", {ann});
  change(outer, "add", {id_of(devs.resource)});
  undo(devs);
  EXPECT_EQ(everything(), before);
}

TEST_F(UndoTest, TheDirectoryGroupsOfANewGroupAreWhatTheyWere) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("staff")}}};
    o.names = mapping::NameRules::compile({{"(.*)", "idp-$1"}}, mapping::LetterCase::Keep).value();
  });
  const auto ann = add_user("ann");
  make_by_hand("staff", {"byhand"});
  add_group("first", {ann});  // makes the place of records
  allow_no_removals();
  const auto before = everything();
  const auto devs = create_group("devs", {ann});
  const auto staff = create_group("Staff", {ann});
  ASSERT_THAT(people_in("idp-devs"), ElementsAre("ann"));
  ASSERT_THAT(people_in("staff"), ElementsAre("ann", "byhand"));
  undo(staff);
  undo(devs);
  EXPECT_FALSE(has_group("idp-devs"));
  EXPECT_EQ(everything(), before);
}

TEST_F(UndoTest, AGroupThatCameBackIsEmptyAgainAsBefore) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  ldif("dn: " + group_dn("devs") +
       "\nchangetype: modify\nreplace: dirbridgeDeleted\ndirbridgeDeleted: 20260101000000Z\n");
  allow_no_removals();
  const auto before = everything();
  const auto again = create_group("devs", {ann});
  EXPECT_EQ(id_of(again.resource), devs);
  ASSERT_THAT(people_in("devs"), ElementsAre("ann"));
  undo(again);
  EXPECT_EQ(everything(), before);
}

TEST_F(UndoTest, AMappedGroupThatCameBackIsDeletedAgainAsBefore) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("staff")}}};
    o.on_delete = GroupOptions::OnDelete::Delete;
    o.delete_after = std::chrono::days(30);
  });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto staff = add_group("Staff", {ann});
  ASSERT_TRUE(at().groups->remove(staff, {}, soon()));
  ASSERT_THAT(people_in("staff"), IsEmpty());
  allow_no_removals();
  const auto before = everything();
  const auto again = create_group("Staff", {ann, ben});
  EXPECT_EQ(id_of(again.resource), staff);
  ASSERT_THAT(people_in("staff"), ElementsAre("ann", "ben"));
  undo(again);
  EXPECT_EQ(everything(), before);
}

}  // namespace
}  // namespace dirbridge::test
