#include "sync/budget.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <thread>

namespace dirbridge::sync {
namespace {

using namespace std::chrono_literals;
using Answer = Budget::Answer;
using testing::ElementsAre;

class MovedClock final : public Clock {
 public:
  WallTime now() const override { return time; }
  WallTime time = WallTime(400'000h);
};

BudgetRules rules_of(Limit disables) {
  BudgetRules rules;
  rules.disables = disables;
  return rules;
}

constexpr auto kDisable = Removal::Disable;

TEST(Limit, TheSmallerOneCounts) {
  EXPECT_EQ((Limit{100, 10}).allowed(5'000), 100U);
  EXPECT_EQ((Limit{100, 10}).allowed(300), 30U);
  EXPECT_EQ((Limit{100, 10}).allowed(20), Limit::floor) << "a tenth of a few is next to nothing";
  EXPECT_EQ((Limit{3, 10}).allowed(20), 3U) << "a count is meant as it stands";
  EXPECT_EQ((Limit{0, 10}).allowed(1'000), 0U);
  EXPECT_EQ((Limit{SIZE_MAX, 100}).allowed(5), SIZE_MAX);
  EXPECT_EQ((Limit{SIZE_MAX, 99}).allowed(SIZE_MAX), SIZE_MAX / 100 * 99 + SIZE_MAX % 100 * 99 / 100);
}

TEST(Budget, AWaveOfAFewPassesAndAMassStops) {
  MovedClock clock;
  Budget budget(BudgetRules(), clock);
  for (std::size_t i = 0; i < Limit::floor; ++i) EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Taken);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::NeedsTotal);
  std::size_t taken = Limit::floor;
  for (int i = 0; i < 5'000; ++i) taken += budget.take(kDisable, "", 1, 5'000) ? 1 : 0;
  EXPECT_EQ(taken, 100U);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
  EXPECT_EQ(budget.take(Removal::Delete, "", 1), Answer::Taken) << "each kind has its own";
}

TEST(Budget, AllOrNothing) {
  MovedClock clock;
  Budget budget(rules_of({20, 100}), clock);
  EXPECT_EQ(budget.take(kDisable, "", 21), Answer::Over);
  EXPECT_EQ(budget.spent(kDisable, ""), 0U);
  EXPECT_EQ(budget.take(kDisable, "", 20), Answer::Taken);
  EXPECT_EQ(budget.take(kDisable, "", 0), Answer::Taken);
  EXPECT_EQ(budget.take(kDisable, "", SIZE_MAX), Answer::Over);
  budget.give_back(kDisable, "", 5);
  EXPECT_EQ(budget.take(kDisable, "", 5), Answer::Taken);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
}

TEST(Budget, TheWindowSlides) {
  MovedClock clock;
  Budget budget(rules_of({2, 100}), clock);
  budget.take(kDisable, "", 1);
  clock.time += 30min;
  budget.take(kDisable, "", 1);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
  clock.time += 29min;
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
  clock.time += 3min;
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Taken);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
}

TEST(Budget, EachGroupHasItsOwn) {
  MovedClock clock;
  BudgetRules rules;
  rules.member_removals = {3, 100};
  Budget budget(rules, clock);
  EXPECT_EQ(budget.take(Removal::MemberRemoval, "a", 3), Answer::Taken);
  EXPECT_EQ(budget.take(Removal::MemberRemoval, "a", 1), Answer::Over);
  EXPECT_EQ(budget.take(Removal::MemberRemoval, "b", 3), Answer::Taken);
}

TEST(Budget, ARestartGivesNoNewOne) {
  MovedClock clock;
  Budget before(rules_of({20, 100}), clock);
  before.take(kDisable, "", 5);
  clock.time += 10min;
  before.take(kDisable, "", 7);
  Budget after(rules_of({20, 100}), clock);
  after.restore(before.spending());
  EXPECT_EQ(after.spent(kDisable, ""), 12U);
  EXPECT_EQ(after.spending(), before.spending());
  clock.time += 55min;
  EXPECT_EQ(after.spent(kDisable, ""), 7U);
}

TEST(Budget, AClockThatWasWrongDoesNotBlockForEver) {
  MovedClock clock;
  Budget budget(rules_of({1, 100}), clock);
  clock.time += 24h * 365;
  budget.take(kDisable, "", 1);
  clock.time -= 24h * 365;
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Taken);
}

// Whatever is asked whenever: never more within a window than allowed, and never refused what is left.
TEST(Budget, HoldsForAnySequence) {
  std::mt19937 random(20'261'122);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  for (int round = 0; round < 200; ++round) {
    MovedClock clock;
    BudgetRules rules =
        rules_of({static_cast<std::size_t>(below(60)), static_cast<unsigned>(1 + below(100))});
    rules.window = std::chrono::minutes(1 + below(90));
    Budget budget(rules, clock);
    const auto total = static_cast<std::size_t>(below(1'000));
    const auto allowed = rules.disables.allowed(total);
    std::deque<std::pair<WallTime, std::size_t>> taken;
    for (int step = 0; step < 200; ++step) {
      clock.time += std::chrono::seconds(below(240));
      const auto wanted = static_cast<std::size_t>(below(12));
      std::size_t strict = 0;   // those of a whole window, to the second
      std::size_t lenient = 0;  // the budget counts a minute more, since it keeps minutes
      for (const auto& [at, count] : taken) {
        if (at + rules.window > clock.time) strict += count;
        if (at + rules.window + 1min >= clock.time) lenient += count;
      }
      auto answer = budget.take(kDisable, "", wanted);
      if (answer == Answer::NeedsTotal)
        answer = budget.take(kDisable, "", wanted, total) ? Answer::Taken : Answer::Over;
      if (answer == Answer::Taken) {
        ASSERT_LE(strict + wanted, allowed);
        taken.emplace_back(clock.time, wanted);
      } else {
        ASSERT_GT(lenient + wanted, allowed);
      }
    }
  }
}

TEST(Budget, OtherRulesForgiveNothing) {
  MovedClock clock;
  Budget budget(rules_of({20, 100}), clock);
  EXPECT_EQ(budget.take(kDisable, "", 15), Answer::Taken);
  budget.change_rules(rules_of({10, 100}));
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Over);
  EXPECT_EQ(budget.spent(kDisable, ""), 15U);
  budget.change_rules(rules_of({16, 100}));
  EXPECT_EQ(budget.take(kDisable, "", 2), Answer::Over);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Taken);
}

TEST(Budget, AnotherWindowCountsForWhatIsSpent) {
  MovedClock clock;
  Budget budget(rules_of({10, 100}), clock);
  EXPECT_EQ(budget.take(kDisable, "", 10), Answer::Taken);
  clock.time += 30min;
  auto shorter = rules_of({10, 100});
  shorter.window = 20min;
  budget.change_rules(shorter);
  EXPECT_EQ(budget.window(), 20min);
  EXPECT_EQ(budget.take(kDisable, "", 1), Answer::Taken);
}

TEST(Budget, ThreadsDoNotShareAUnit) {
  MovedClock clock;
  Budget budget(rules_of({500, 100}), clock);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        if (budget.take(kDisable, "", 1) == Answer::Taken) ++taken;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 500);
}

}  // namespace
}  // namespace dirbridge::sync
