// How many changes and readings of a group's entry a number of member changes cost.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "connection_fixture.hpp"
#include "counting_directory.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;

class CoalescingTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    auto& own = connection();
    counting_ = std::make_unique<CountingDirectory>(own.pool);
    reconciler_ = std::make_unique<sync::Reconciler>(*counting_, own.guard, own.rules.group_shape,
                                                     std::vector{own.rules.group_base});
    const provision::Context context{own.context.catalog, own.rules, *counting_, *reconciler_,
                                     own.locks,           own.clock, {},         own.member_ids};
    counted_ = provision::make_groups(context);
  }
  void TearDown() override {
    counted_.reset();
    reconciler_.reset();
    counting_.reset();
    ConnectionFixture::TearDown();
  }

  std::vector<std::string> add_users(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
    return ids;
  }

  std::unique_ptr<CountingDirectory> counting_;
  std::unique_ptr<sync::Reconciler> reconciler_;
  std::unique_ptr<provision::Resources> counted_;
};

TEST_F(CoalescingTest, AThousandMembersOfOneRequestAreOneModify) {
  const auto ids = add_users(1000);
  const auto team = id_of(add_group("team", {}));
  ASSERT_TRUE(counted_->patch(team, member_operation("add", ids), {}, Members::Leave, soon()));
  EXPECT_EQ(counting_->changes_, 1U);
  EXPECT_EQ(values(group_dn("team"), "member").size(), 1000U);
  ASSERT_TRUE(counted_->patch(team, member_operation("remove", {ids.begin() + 1, ids.end()}), {},
                              Members::Leave, soon()));
  EXPECT_EQ(counting_->changes_, 2U);
  EXPECT_THAT(values(group_dn("team"), "member"), testing::ElementsAre(user_dn("u0")));
}

TEST_F(CoalescingTest, RequestsThatComeTogetherAreAFewModifies) {
  const auto ids = add_users(16);
  const auto team = id_of(add_group("team", {}));
  counting_->pause_ = std::chrono::milliseconds(200);
  std::vector<std::thread> threads;
  for (const auto& id : ids)
    threads.emplace_back([&, id] {
      const auto done = counted_->patch(team, member_operation("add", {id}), {}, Members::Load, soon());
      ASSERT_TRUE(done) << done.error().detail;
      EXPECT_THAT(member_ids(done->resource), testing::Contains(id));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(values(group_dn("team"), "member").size(), 16U);
  EXPECT_LT(counting_->changes_, 8U) << "each for itself would be 16";
}

TEST_F(CoalescingTest, ALargeGroupIsNotReadForEveryChange) {
  const auto ids = add_users(303);
  const auto team = id_of(add_group("team", {ids.begin(), ids.begin() + 300}));
  ASSERT_TRUE(counted_->find(team, Members::Load, soon()));  // now it is known to be large
  const auto patch = [&](const char* op, const std::string& id) {
    const auto before = counting_->searches_for(team);
    EXPECT_TRUE(counted_->patch(team, member_operation(op, {id}), {}, Members::LoadFew, soon()));
    return counting_->searches_for(team) - before;
  };
  EXPECT_GT(patch("add", ids[300]), 0U);
  EXPECT_EQ(patch("add", ids[301]), 0U);
  EXPECT_EQ(patch("remove", ids[0]), 0U);
  EXPECT_EQ(patch("remove", ids[0]), 0U) << "what is so already";
  EXPECT_EQ(values(group_dn("team"), "member").size(), 301U);
  const directory::Modification held{
      directory::Modification::Op::Add, "dirbridgeHeldMember", {user_dn("u302")}};
  ASSERT_TRUE(connection().pool.apply(
      {directory::Modify{*directory::Dn::parse(group_dn("team")), {held}, false, {}}, "by hand"}, {},
      soon()));
  EXPECT_GT(patch("add", ids[302]), 0U) << "what was known of it is not so any more";
  EXPECT_THAT(values(group_dn("team"), "dirbridgeHeldMember"), testing::IsEmpty());
  EXPECT_EQ(patch("remove", ids[302]), 0U);
  EXPECT_EQ(values(group_dn("team"), "member").size(), 301U);
}

TEST_F(CoalescingTest, ARequestThatIsRefusedDoesNotSpoilOthers) {
  const auto ids = add_users(4);
  const auto team = id_of(add_group("team", {}));
  counting_->pause_ = std::chrono::milliseconds(200);
  std::vector<std::thread> threads;
  for (const auto& id : ids)
    threads.emplace_back([&, id] {
      EXPECT_TRUE(counted_->patch(team, member_operation("add", {id}), {}, Members::Leave, soon()));
    });
  threads.emplace_back([&] {
    const provision::Precondition absent{{}, "*"};
    const auto there =
        counted_->patch(team, member_operation("add", {"somebody"}), absent, Members::Leave, soon());
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().kind, ErrorKind::PreconditionFailed);
  });
  threads.emplace_back([&] {
    const auto stale =
        counted_->patch(team, member_operation("add", {"nobody"}), {"W/\"other\""}, Members::Leave, soon());
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().kind, ErrorKind::PreconditionFailed);
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(values(group_dn("team"), "member").size(), 4U);
  EXPECT_TRUE(values(group_dn("team"), "dirbridgePendingMember").empty());
}

}  // namespace
}  // namespace dirbridge::test
