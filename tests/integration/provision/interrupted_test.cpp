// Changes that an outage or a crash cuts in the middle: a repeat is acknowledged when all of it is done, and
// what nobody repeats the sweep finishes or takes back.
#include <chrono>
#include <future>

#include "between.hpp"
#include "group_option_fixture.hpp"
#include "provision/upkeep/sweep.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using mapping::GroupOptions;
using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class Interrupted : public GroupOption {
 protected:
  void start(const Adjust& adjust) {
    connect(adjust);
    watched_ = std::make_unique<WatchedConnection>(at());
  }
  void start_mapped() {
    start([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  }
  void TearDown() override {
    watched_.reset();
    GroupOption::TearDown();
  }

  // The directory is away for changes that `which` says.
  void cut(const std::function<bool(const Change&)>& which) {
    watched_->directory.before = [which](const Change& change) -> Result<> {
      if (which(change)) return error(ErrorKind::Unavailable, "the directory is away");
      return {};
    };
  }
  void cut_all_after(const std::function<bool(const Change&)>& last) {
    auto away = std::make_shared<bool>(false);
    watched_->directory.before = [last, away](const Change& change) -> Result<> {
      if (*away) return error(ErrorKind::Unavailable, "the directory is away");
      *away = last(change);
      return {};
    };
  }
  void back() { watched_->directory.before = nullptr; }
  void sweep() {
    auto done = provision::sweep(at().context, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  Result<provision::Patched> rename_user(const std::string& id, const std::string& name) {
    return watched_->users->patch(
        id, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":")" + name + "\"}]}"), {},
        Members::Leave, soon());
  }
  static bool is_rename(const Change& change) {
    return std::holds_alternative<directory::Rename>(change.operation);
  }
  // The directory is away after so many changes, and the request is repeated. Whether there were no more.
  bool rename_in_two(const std::string& group, const std::string& name, int changes) {
    const auto renames =
        json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":")" + name + "\"}]}");
    int made = 0;
    watched_->directory.before = [&](const Change&) -> Result<> {
      if (made++ < changes) return {};
      return error(ErrorKind::Unavailable, "the directory is away");
    };
    const bool whole = watched_->groups->patch(group, renames, {}, Members::Leave, soon()).has_value();
    back();
    const auto repeated = watched_->groups->patch(group, renames, {}, Members::Leave, soon());
    EXPECT_TRUE(repeated) << (repeated ? "" : repeated.error().detail);
    return whole;
  }
  bool has_user(const std::string& name) {
    return count_entries(
               ldap_search(server(), As::Admin, {"-b", user_dn(name), "-s", "base", "1.1"}).output) == 1;
  }

  // The directory is away after so many changes. Whether there were no more.
  static bool take_all_out(WatchedConnection& by, const std::string& group, int changes) {
    int made = 0;
    by.directory.before = [&](const Change&) -> Result<> {
      if (made++ < changes) return {};
      return error(ErrorKind::Unavailable, "the directory is away");
    };
    const auto all = json::parse(R"({"Operations":[{"op":"remove","path":"members"}]})");
    const bool done = by.groups->patch(group, all, {}, Members::Leave, soon()).has_value();
    by.directory.before = nullptr;
    return done;
  }
  // One change fails after so many, and the bridge tries again: at its first look then `meanwhile` is done.
  // Whether there was that change.
  bool change_with_a_moment_away(const std::string& user, const std::string& body, int changes,
                                 const std::function<void()>& meanwhile) {
    int made = 0;
    bool away = false;
    watched_->directory.before = [&](const Change&) -> Result<> {
      if (made++ != changes) return {};
      away = true;
      return error(ErrorKind::OutcomeUnknown, "the directory is away");
    };
    std::future<void> beside;  // it may have to wait for the change
    watched_->directory.searched = [&] {
      if (!away || beside.valid()) return;
      beside = std::async(std::launch::async, meanwhile);
      beside.wait_for(std::chrono::milliseconds(50));
    };
    const auto changed = watched_->users->patch(user, json::parse(body), {}, Members::Leave, soon());
    EXPECT_TRUE(changed) << (changed ? "" : changed.error().detail);
    back();
    watched_->directory.searched = nullptr;
    beside.valid() ? beside.get() : meanwhile();
    return away;
  }

  std::unique_ptr<WatchedConnection> watched_;
  int number_ = 0;
};

template <class T>
void expect_503(const T& done) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable) << done.error().detail;
}

json::value staff(const std::vector<std::string>& ids) {
  json::array members;
  for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
  return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                      {"displayName", "Staff"},
                      {"members", members}};
}

TEST_F(Interrupted, G3_ARepeatedReplacementIsAcknowledgedWhenTheDirectoryGroupHasFollowed) {
  start_mapped();
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto id = add_group("Staff", {ann, ben});
  cut([&](const Change& change) { return directory::target(change) == group("jira-users"); });
  expect_503(watched_->groups->patch(id, member_operation("replace", {ann}), {}, Members::Leave, soon()));
  expect_503(watched_->groups->patch(id, member_operation("replace", {ann}), {}, Members::Leave, soon()));
  expect_503(watched_->groups->replace(id, staff({ann}), {}, soon()));
  back();
  ASSERT_TRUE(watched_->groups->replace(id, staff({ann}), {}, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(Interrupted, G3_ARepeatedDeletionIsNotFoundWhenTheDirectoryGroupHasFollowed) {
  start_mapped();
  const auto id = add_group("Staff", {add_user("ann")});
  cut([&](const Change& change) { return directory::target(change) == group("jira-users"); });
  expect_503(watched_->groups->remove(id, {}, soon()));
  expect_503(watched_->groups->remove(id, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  back();
  EXPECT_EQ(watched_->groups->remove(id, {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
}

TEST_F(Interrupted, G3_ARepeatedDeletionOfAUserIsAcknowledgedWhenTheDirectoryGroupsHaveFollowed) {
  for (const auto on_delete : {mapping::OnDelete::Disable, mapping::OnDelete::Delete}) {
    connect_with([&](mapping::Rules& rules) {
      rules.group_options.mapping = {{"Staff", {group("jira-users")}}};
      rules.user_options.on_delete = on_delete;
    });
    watched_ = std::make_unique<WatchedConnection>(at());
    const auto ann = add_user("ann");
    const auto ben = add_user("ben");
    const auto nested = add_group("Nested", {ben});
    const auto staff = add_group("Staff", {ann, nested});
    EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
    cut([&](const Change& change) { return directory::target(change) == group("jira-users"); });
    for (const auto& id : {ann, ben}) {
      expect_503(watched_->users->remove(id, {}, soon()));
      expect_503(watched_->users->remove(id, {}, soon()));
    }
    back();
    for (const auto& id : {ann, ben}) EXPECT_TRUE(watched_->users->remove(id, {}, soon()));
    EXPECT_THAT(people_in("jira-users"), IsEmpty());
    sweep();
    EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
    for (const auto& id : {staff, nested}) ASSERT_TRUE(watched_->groups->remove(id, {}, soon()));
    watched_.reset();
  }
}

TEST_F(Interrupted, G3_WhoIsGoneIsNotRestoredIntoGroups) {
  for (const bool mapped : {false, true}) {
    connect_with([&](mapping::Rules& rules) {
      if (mapped) rules.group_options.mapping = {{"Staff", {group("jira-users")}}};
      rules.user_options.on_delete = mapping::OnDelete::Delete;
    });
    watched_ = std::make_unique<WatchedConnection>(at());
    const auto ann = add_user("ann");
    const auto staff = add_group("Staff", {ann});
    watched_->directory.after = Between::cut_once(
        [](const Change& change) { return std::holds_alternative<directory::Delete>(change.operation); });
    const auto done = watched_->users->remove(ann, {}, soon());
    EXPECT_TRUE(done || done.error().kind != ErrorKind::NotFound) << "an unknown outcome is none";
    watched_->directory.after = nullptr;
    EXPECT_FALSE(has_user("ann"));
    EXPECT_THAT(people_in(mapped ? "jira-users" : "Staff"), IsEmpty());
    EXPECT_THAT(members(staff), IsEmpty());
    ASSERT_TRUE(watched_->groups->remove(staff, {}, soon()));
    watched_.reset();
  }
}

TEST_F(Interrupted, G3_ARepeatedRenameAndCreationToo) {
  start_mapped();
  const auto ann = add_user("ann");
  const auto id = add_group("People", {ann});
  cut([&](const Change& change) { return directory::target(change) == group("jira-users"); });
  const auto to_staff =
      json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"Staff"}]})");
  expect_503(watched_->groups->patch(id, to_staff, {}, Members::Leave, soon()));
  expect_503(watched_->groups->patch(id, to_staff, {}, Members::Leave, soon()));
  back();
  ASSERT_TRUE(watched_->groups->patch(id, to_staff, {}, Members::Leave, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_THAT(people_in("People"), IsEmpty());

  cut([&](const Change& change) { return directory::target(change) == group("ops"); });
  auto ops = staff({ann});
  ops.as_object()["displayName"] = "ops";
  expect_503(watched_->groups->create(ops, soon()));
  expect_503(watched_->groups->create(ops, soon()));
  back();
  EXPECT_EQ(watched_->groups->create(ops, soon()).error().kind, ErrorKind::Uniqueness);
  EXPECT_THAT(people_in("ops"), ElementsAre("ann"));
}

TEST_F(Interrupted, G3_TheSweepTakesBackARenameThatNobodyRepeats) {
  start([](GroupOptions&) {});
  const auto lone = add_user("lone");
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  const auto off = add_user("off");
  set_active(off, false);
  for (const auto& [id, from, to] :
       {std::tuple{lone, "lone", "solo"}, std::tuple{ann, "ann", "anna"}, std::tuple{off, "off", "gone"}}) {
    cut_all_after(is_rename);
    EXPECT_FALSE(rename_user(id, to));
    back();
    EXPECT_TRUE(has_user(to));
    sweep();
    EXPECT_TRUE(has_user(from));
    EXPECT_FALSE(has_user(to));
  }
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_THAT(members(devs), ElementsAre(ann));
}

TEST_F(Interrupted, G3_ADirectoryGroupThatWasRenamedAloneGetsItsNameBack) {
  start([this](GroupOptions& o) {
    o.on_rename = GroupOptions::OnRename::Follow;
    o.mapping = {{"Staff", {group("jira-users")}}};
  });
  const auto devs = add_group("devs", {add_user("ann")});
  cut_all_after(
      [&](const Change& change) { return is_rename(change) && directory::target(change) == group("devs"); });
  const auto to_ops = json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"ops"}]})");
  EXPECT_FALSE(watched_->groups->patch(devs, to_ops, {}, Members::Leave, soon()));
  EXPECT_TRUE(has_group("ops"));
  back();
  sweep();
  EXPECT_FALSE(has_group("ops"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
  ASSERT_TRUE(watched_->groups->patch(devs, to_ops, {}, Members::Leave, soon()));
  EXPECT_FALSE(has_group("devs"));
  EXPECT_THAT(people_in("ops"), ElementsAre("ann"));
}

// Whichever change it is after which the directory is away.
TEST_F(Interrupted, R4_WhoIsInAGroupByHandStaysWhereverARenameIsCut) {
  start([this](GroupOptions& o) {
    o.on_rename = GroupOptions::OnRename::Follow;
    o.keep_existing_user_groups = true;
    o.mapping = {{"Staff", {group("jira-users")}}};
  });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto devs = add_group("name-0", {ben});
  ldif("dn: " + group_dn("name-0") + "\nchangetype: modify\nadd: member\nmember: " + user_dn("ann") + "\n");
  change(devs, "add", {ann});
  change(devs, "remove", {ann});
  bool whole = false;
  for (int cut_after = 0; !whole; ++cut_after) {
    ASSERT_LT(cut_after, 40);
    const auto from = "name-" + std::to_string(cut_after);
    const auto to = "name-" + std::to_string(cut_after + 1);
    SCOPED_TRACE(to);
    EXPECT_THAT(people_in(from), ElementsAre("ann", "ben"));
    whole = rename_in_two(devs, to, cut_after);
    EXPECT_FALSE(has_group(from));
    sweep();
  }
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(Interrupted, R4_AMappedGroupKeepsItsTargetsWhereverARenameIsCut) {
  start_mapped();
  const auto ann = add_user("ann");
  bool whole = false;
  for (int cut_after = 0; !whole; ++cut_after) {
    ASSERT_LT(cut_after, 40);
    SCOPED_TRACE(cut_after);
    const auto id = add_group("Staff", {ann});
    whole = rename_in_two(id, "Crew", cut_after);
    EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
    EXPECT_FALSE(has_group("Crew"));
    ASSERT_TRUE(at().groups->remove(id, {}, soon()));
    sweep();
  }
}

TEST_F(Interrupted, G3_ARenameOfADirectoryGroupOfUnknownOutcomeIsLookedAt) {
  start([this](GroupOptions& o) {
    o.on_rename = GroupOptions::OnRename::Follow;
    o.mapping = {{"Staff", {group("jira-users")}}};
  });
  const auto devs = add_group("devs", {add_user("ann")});
  bool lost = false;
  watched_->directory.before = [&](const Change& change) -> Result<> {
    if (!is_rename(change) || std::exchange(lost, true)) return {};
    EXPECT_TRUE(at().pool.apply(change, {}, soon()));
    return error(ErrorKind::OutcomeUnknown, "the answer is lost");
  };
  const auto to_ops = json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"ops"}]})");
  const auto done = watched_->groups->patch(devs, to_ops, {}, Members::Leave, soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_TRUE(lost);
  EXPECT_THAT(people_in("ops"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("devs"));
}

TEST_F(Interrupted, G4_ThePostOfTheOldNameEndsARenameThatNobodyRepeats) {
  start([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  cut_all_after(is_rename);
  EXPECT_FALSE(rename_user(ann, "anna"));
  back();
  // The rename is taken back: the name is hers.
  const auto again = watched_->users->create(
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann"})"), soon());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness) << again.error().detail;
  EXPECT_TRUE(has_user("ann"));
  EXPECT_FALSE(has_user("anna"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  ASSERT_TRUE(rename_user(ann, "anna"));
  EXPECT_FALSE(add_user("ann").empty());
  EXPECT_THAT(people_in("devs"), ElementsAre("anna"));
}

TEST_F(Interrupted, R4_ARenameWhoseLastStepIsRefusedIsTakenBack) {
  start([](GroupOptions&) {});
  const auto ann = add_user("ann");
  add_group("devs", {ann});
  cut([&](const Change& change) {
    const auto* modify = std::get_if<directory::Modify>(&change.operation);
    return modify && directory::target(change).str() == user_dn("anna") &&
           std::any_of(modify->modifications.begin(), modify->modifications.end(),
                       [](const auto& m) { return m.attribute == "dirbridgeResource"; });
  });
  EXPECT_FALSE(rename_user(ann, "anna"));
  back();
  EXPECT_TRUE(has_user("ann"));
  EXPECT_FALSE(has_user("anna"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
}

// Whichever change of the removal and of the rename it is after which the directory is away for a moment.
TEST_F(Interrupted, R1_WhoWasTakenOutStaysOutThoughTheDirectoryWasAwayInTheMiddleOfARename) {
  const auto away = directory::Dn::parse("ou=away," + server().user_base()).value();
  ldif("dn: " + away.str() + "\nchangetype: add\nobjectClass: organizationalUnit\n");
  for (const bool moves : {false, true}) {
    connect_with([&](mapping::Rules& rules) {
      rules.group_options.mapping = {{"Staff", {group("jira-users"), group("t0")}}};
      if (moves) rules.disable.move_to = away;
    });
    watched_ = std::make_unique<WatchedConnection>(at());
    WatchedConnection other(at());
    bool whole = false;
    for (int removed = 0; !whole; ++removed) {
      ASSERT_LT(removed, 40);
      bool reached = true;
      for (int renamed = 0; reached; ++renamed) {
        ASSERT_LT(renamed, 40);
        SCOPED_TRACE(std::to_string(removed) + " changes of the removal, " + std::to_string(renamed) +
                     " of the rename");
        const auto name = "ann" + std::to_string(number_++);
        const auto ann = add_user(name);
        const auto id = add_group("Staff", {ann});
        whole = take_all_out(other, id, removed);
        reached = change_with_a_moment_away(
            ann,
            moves ? R"({"Operations":[{"op":"replace","path":"active","value":false}]})"
                  : R"({"Operations":[{"op":"replace","path":"userName","value":")" + name + "-r\"}]}",
            renamed, [&] { EXPECT_TRUE(take_all_out(other, id, 1000)); });
        EXPECT_THAT(members(id), IsEmpty());
        EXPECT_THAT(people_in("jira-users"), IsEmpty());
        EXPECT_THAT(people_in("t0"), IsEmpty());
        if (HasFailure()) return;
        ASSERT_TRUE(at().groups->remove(id, {}, soon()));
      }
    }
    watched_.reset();
  }
}

}  // namespace
}  // namespace dirbridge::test
