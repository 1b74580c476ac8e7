// The connection to the directory dies between a change and its answer: what the change has moved is found
// where it is now, and nobody is told that it is not there.
#include <gmock/gmock.h>

#include "moving_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using provision::Members;
using testing::ElementsAre;

bool is_rename(const Change& change) {
  return std::holds_alternative<directory::Rename>(change.operation);
}

class UnknownOutcome : public MovingFixture {
 protected:
  void cut_after(std::function<bool(const Change&)> which) {
    watched_->directory.after = Between::cut_once(std::move(which));
  }
};

TEST_F(UnknownOutcome, D2_WhoMovesIsFoundWhereverTheAnswerWasLost) {
  connect_moving();
  const auto ann = add_user("ann");
  const auto team = add_group("team", {ann});
  for (const bool active : {false, true, false, true}) {
    cut_after(is_rename);
    const auto done =
        users().patch(ann, replacing("active", active ? "true" : "false"), {}, Members::Leave, soon());
    ASSERT_TRUE(done) << said(done);
    EXPECT_EQ(done->resource.at("active"), json::value(active));
    EXPECT_TRUE(exists(active ? staff_dn("ann") : left_dn("ann")));
    EXPECT_THAT(members(team), ElementsAre(ann));
  }
}

TEST_F(UnknownOutcome, D2_WhoIsDeletedAndComesBackIsFoundToo) {
  connect_moving();
  const auto ann = add_user("ann");
  cut_after(is_rename);
  const auto gone = users().remove(ann, {}, soon());
  ASSERT_TRUE(gone) << said(gone);
  EXPECT_TRUE(exists(left_dn("ann")));
  cut_after(is_rename);
  const auto back = users().create(user_named("ann"), soon());
  ASSERT_TRUE(back) << said(back);
  EXPECT_EQ(id_of(*back), ann);
  EXPECT_TRUE(exists(staff_dn("ann")));
}

TEST_F(UnknownOutcome, D2_EveryAnswerMayBeLost) {
  connect_moving();
  const auto ann = add_user("ann");
  const auto team = add_group("team", {ann});
  bool active = false;
  bool more = true;
  for (int nth = 0; more; ++nth, active = !active) {
    int seen = 0;
    cut_after([&seen, nth](const Change&) { return seen++ == nth; });
    const auto done =
        users().patch(ann, replacing("active", active ? "true" : "false"), {}, Members::Leave, soon());
    ASSERT_TRUE(done) << nth << ": " << said(done);
    EXPECT_THAT(members(team), ElementsAre(ann)) << nth;
    EXPECT_EQ(at().users->find(ann, Members::Leave, soon())->at("active"), json::value(active)) << nth;
    more = seen > nth;
  }
}

TEST_F(UnknownOutcome, D2_ARenamedDirectoryGroupIsNotGone) {
  connect_moving([](mapping::Rules& rules) {
    rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
    rules.group_options.mapping = {{"elsewhere", {}}};
  });
  const auto ann = add_user("ann");
  const auto team = add_group("team", {ann});
  cut_after(is_rename);
  const auto done = groups().patch(team, replacing("displayName", "\"crew\""), {}, Members::Load, soon());
  ASSERT_TRUE(done) << said(done);
  EXPECT_FALSE(has_group("team"));
  EXPECT_THAT(people_in("crew"), ElementsAre("ann,ou=staff"));
}

// Nothing is there any more: that is not what the client asked, and not what it is told.
TEST_F(UnknownOutcome, D2_WhatCannotBeFoundAfterwardsIsUnknown) {
  connect_moving();
  const auto ann = add_user("ann");
  watched_->directory.after = [&](const Change& change) -> Result<> {
    if (!is_rename(change)) return {};
    ldif("dn: " + left_dn("ann") + "\nchangetype: delete\n");
    return error(ErrorKind::OutcomeUnknown, "the connection died");
  };
  const auto done = users().patch(ann, replacing("active", "false"), {}, Members::Leave, soon());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::OutcomeUnknown) << said(done);
}

}  // namespace
}  // namespace dirbridge::test
