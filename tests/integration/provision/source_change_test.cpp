// A source group that another instance of the bridge changes at the same time.
#include "counting_directory.hpp"
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using testing::ElementsAre;

class SourceChange : public GroupOption {
 protected:
  void SetUp() override {
    GroupOption::SetUp();
    connect([this](GroupOptions& o) { o = mapped(); });
    other_ = std::make_unique<TestConnection>(
        server(), "okta", [this](mapping::Rules& rules) { rules.group_options = mapped(); });
  }
  void TearDown() override {
    other_.reset();
    GroupOption::TearDown();
  }
  GroupOptions mapped() {
    GroupOptions out;
    out.mapping = {{"Staff", {group("jira-users")}}, {"People", {group("wiki-users")}}};
    out.on_rename = GroupOptions::OnRename::Follow;
    return out;
  }

  // What the other instance does once the first one has read the group and notes what it owes to directory
  // groups.
  template <class Meanwhile, class Request>
  void overtaken(const Meanwhile& meanwhile, const Request& request) {
    auto& c = at();
    CountingDirectory watched(c.pool);
    bool done = false;
    watched.before_change_ = [&](const directory::Change& change) {
      const auto* add = std::get_if<directory::Add>(&change.operation);
      if (done || !add || add->attributes.first("dirbridgeKind") != "ended") return;
      done = true;
      meanwhile(*other_->groups);
    };
    sync::Reconciler reconciler(watched, c.guard, c.rules.group_shape,
                                {c.rules.group_base, c.rules.bridge_base});
    const provision::Context context{c.context.catalog, c.rules, watched, reconciler,
                                     c.locks,           c.clock, {},      c.member_ids};
    request(*provision::make_groups(context));
    EXPECT_TRUE(done);
  }

  std::unique_ptr<TestConnection> other_;
};

json::value staff_with(const std::string& id) {
  return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                      {"displayName", "Staff"},
                      {"members", json::array{json::object{{"value", id}}}}};
}

TEST_F(SourceChange, WhoCameMeanwhileLeavesWithTheReplacementTheDirectoryGroupToo) {
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto eve = add_user("eve");
  const auto staff = add_group("Staff", {ann, ben});
  overtaken(
      [&](provision::Resources& other) {
        ASSERT_TRUE(
            other.patch(staff, member_operation("add", {eve}), {}, provision::Members::Leave, soon()));
      },
      [&](provision::Resources& groups) { ASSERT_TRUE(groups.replace(staff, staff_with(ann), {}, soon())); });
  EXPECT_THAT(members(staff), ElementsAre(ann));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(SourceChange, ARenameMeanwhileTakesTheMembersOutOfTheRightGroups) {
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto staff = add_group("Staff", {ann, ben});
  overtaken(
      [&](provision::Resources& other) {
        ASSERT_TRUE(other.patch(
            staff, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"People"}]})"),
            {}, provision::Members::Leave, soon()));
      },
      [&](provision::Resources& groups) {
        ASSERT_TRUE(
            groups.patch(staff, member_operation("remove", {ben}), {}, provision::Members::Leave, soon()));
      });
  EXPECT_THAT(members(staff), ElementsAre(ann));
  EXPECT_TRUE(people_in("jira-users").empty());
  EXPECT_THAT(people_in("wiki-users"), ElementsAre("ann"));
}

}  // namespace
}  // namespace dirbridge::test
