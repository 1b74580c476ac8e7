#include "provision/members/batches.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "support/soon.hpp"

namespace dirbridge::provision {
namespace {

using test::soon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Resolved known(const std::string& id) {
  return {id, Member{id, "User", id, {}}};
}

std::vector<std::string> names(const std::vector<Resolved>& list) {
  std::vector<std::string> out;
  for (const auto& named : list) out.push_back(named.wanted);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(CombinedWishes, OfOneAreItself) {
  const MemberWish one{{known("a")}, {known("b")}};
  const auto all = combined({&one});
  EXPECT_THAT(names(all.add), ElementsAre("a"));
  EXPECT_THAT(names(all.remove), ElementsAre("b"));
}

TEST(CombinedWishes, ALaterOneTakesBackAnEarlierOne) {
  const MemberWish first{{known("a"), known("b")}, {known("c"), {"p", {}}}};
  const MemberWish second{{known("c")}, {known("a"), {"q", {}}}};
  const auto all = combined({&first, &second});
  EXPECT_THAT(names(all.add), ElementsAre("b", "c"));
  EXPECT_THAT(names(all.remove), ElementsAre("a", "p", "q"));
}

TEST(CombinedWishes, KnowAMemberUnderTwoNames) {
  const MemberWish by_id{{known("a")}, {}};
  const MemberWish by_external_id{{}, {{"E1", Member{"a", "User", "a", {}}}}};
  const auto all = combined({&by_id, &by_external_id});
  EXPECT_THAT(all.add, IsEmpty());
  EXPECT_THAT(names(all.remove), ElementsAre("E1"));
}

// A first change that does not end before `others` have come up behind it, and what was applied.
class Batches : public testing::Test {
 protected:
  Result<Changed> apply(const MemberWish& all) {
    const auto asked = names(all.add);
    if (asked == std::vector<std::string>{"first"}) {
      first_began_.count_down();
      while (!let_first_go_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const std::lock_guard lock(mutex_);
    applied_.push_back(asked);
    for (const auto& bad : refused_)
      if (std::find(asked.begin(), asked.end(), bad) != asked.end())
        return error(ErrorKind::Refused, "no " + bad);
    Changed out;
    out.after.version = std::to_string(applied_.size());
    return out;
  }

  Result<Changed> ask(const std::string& id, Deadline deadline = soon()) {
    const MemberWish wish{{known(id)}, {}};
    return batches_.run("g", wish, deadline, [this](const MemberWish& all, Deadline) { return apply(all); });
  }

  // The results of `ids`, all of which came while the first one was under way.
  std::vector<Result<Changed>> ask_during_the_first(const std::vector<std::string>& ids) {
    std::thread first([this] { EXPECT_TRUE(ask("first")); });
    first_began_.wait();
    std::vector<Result<Changed>> out(ids.size(), error(ErrorKind::Internal, "no answer"));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < ids.size(); ++i)
      threads.emplace_back([this, &out, &ids, i] { out[i] = ask(ids[i]); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    let_first_go_ = true;
    for (auto& thread : threads) thread.join();
    first.join();
    return out;
  }

  MemberBatches batches_;
  std::mutex mutex_;
  std::vector<std::vector<std::string>> applied_;
  std::vector<std::string> refused_;
  std::latch first_began_{1};
  std::atomic<bool> let_first_go_{false};
};

TEST_F(Batches, AreMadeOfWhatCameMeanwhile) {
  const auto results = ask_during_the_first({"a", "b", "c"});
  ASSERT_EQ(applied_.size(), 2U);
  EXPECT_THAT(applied_[1], ElementsAre("a", "b", "c"));
  for (const auto& result : results) EXPECT_EQ(result->after.version, "2");
}

TEST_F(Batches, ThatFailAreReplayedSoThatEachGetsItsOwnAnswer) {
  refused_ = {"b"};
  const auto results = ask_during_the_first({"a", "b", "c"});
  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().detail, "no b");
  EXPECT_TRUE(results[2]);
  EXPECT_THAT(applied_, UnorderedElementsAre(ElementsAre("first"), ElementsAre("a", "b", "c"),
                                             ElementsAre("a"), ElementsAre("b"), ElementsAre("c")));
}

TEST_F(Batches, OfOtherGroupsDoNotWait) {
  std::thread first([this] { EXPECT_TRUE(ask("first")); });
  first_began_.wait();
  const MemberWish wish{{known("x")}, {}};
  EXPECT_TRUE(batches_.run("other", wish, soon(), [](const MemberWish&, Deadline) { return Changed(); }));
  let_first_go_ = true;
  first.join();
}

TEST_F(Batches, LeaveOutWhoseTimeIsUp) {
  std::thread first([this] { EXPECT_TRUE(ask("first")); });
  first_began_.wait();
  const auto late = ask("late", deadline_in(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::Busy);
  let_first_go_ = true;
  first.join();
  EXPECT_TRUE(ask("next"));
  EXPECT_THAT(applied_, ElementsAre(ElementsAre("first"), ElementsAre("next")));
}

TEST_F(Batches, SurviveAnException) {
  const MemberWish wish{{known("x")}, {}};
  const auto broken = [](const MemberWish&, Deadline) -> Result<Changed> { throw std::runtime_error("bug"); };
  EXPECT_THROW((void)batches_.run("g", wish, soon(), broken), std::runtime_error);
  EXPECT_TRUE(ask("next"));
}

TEST_F(Batches, LoseNothingUnderLoad) {
  constexpr int threads = 16, rounds = 200;
  std::atomic<int> calls{0};
  std::mutex mutex;
  std::vector<std::string> all;
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i) {
        const MemberWish wish{{known(std::to_string(t) + "." + std::to_string(i))}, {}};
        const auto done = batches_.run("g", wish, soon(), [&](const MemberWish& together, Deadline) {
          ++calls;
          const std::lock_guard lock(mutex);
          for (const auto& named : together.add) all.push_back(named.wanted);
          return Changed();
        });
        EXPECT_TRUE(done);
      }
    });
  for (auto& thread : running) thread.join();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end()) << "somebody's change was made twice";
  EXPECT_EQ(all.size(), static_cast<std::size_t>(threads * rounds));
  EXPECT_LE(calls, threads * rounds);
}

}  // namespace
}  // namespace dirbridge::provision
