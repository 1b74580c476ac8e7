#pragma once
// Budget: how many removals one connection may make within a sliding window (design rule 10). Counts only;
// what becomes of a removal that is over is the caller's affair. No I/O; thread-safe.
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace dirbridge::sync {

enum class Removal { Disable, Delete, GroupDelete, MemberRemoval };
std::string_view to_string(Removal removal);  // "disable", "delete", "group delete", "member removal"

struct Limit {
  // A per cent of few is next to nothing: this many are in any case within `percent`.
  static constexpr std::size_t floor = 10;

  std::size_t count = SIZE_MAX;
  unsigned percent = 100;  // of the total, rounded down; 100: no limit

  std::size_t allowed(std::size_t total) const;  // the smaller one of the two
  friend bool operator==(const Limit&, const Limit&) = default;
};

struct BudgetRules {
  std::chrono::minutes window{60};
  Limit disables{100, 10};
  Limit deletes{100, 10};
  Limit group_deletes{20, 10};
  Limit member_removals{500, 50};  // of each group
  friend bool operator==(const BudgetRules&, const BudgetRules&) = default;
};

// Any number of removals.
BudgetRules unlimited();

class Budget {
 public:
  // `clock` outlives it.
  Budget(BudgetRules rules, const Clock& clock) : clock_(clock), rules_(rules) {}

  // What was spent stays spent.
  void change_rules(const BudgetRules& rules);

  enum class Answer { Taken, Over, NeedsTotal };
  // All of `wanted` or nothing. `subject` is the group's id for MemberRemoval, else empty. NeedsTotal: only
  // the number of users, groups or members that there are decides; ask again with it.
  Answer take(Removal removal, std::string_view subject, std::size_t wanted);
  bool take(Removal removal, std::string_view subject, std::size_t wanted, std::size_t total);
  // They were not made after all.
  void give_back(Removal removal, std::string_view subject, std::size_t count);

  std::size_t spent(Removal removal, std::string_view subject) const;
  std::chrono::minutes window() const;

  // What is kept over a restart, to the minute.
  struct Spending {
    Removal removal = Removal::Disable;
    std::string subject;
    WallTime minute;
    std::size_t count = 0;
    friend bool operator==(const Spending&, const Spending&) = default;
  };
  std::vector<Spending> spending() const;
  void restore(const std::vector<Spending>& spending);  // in addition to what was spent meanwhile
  std::uint64_t revision() const;                       // another one after each change

 private:
  struct Slot {
    WallTime minute;
    std::size_t count;
  };
  using Slots = std::deque<Slot>;
  using Key = std::pair<Removal, std::string>;

  const Limit& limit(Removal removal) const;
  std::size_t count(const Key& key) const;
  void add(const Key& key, WallTime minute, std::size_t count);
  void forget_old();
  bool counts(const Slot& slot) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  BudgetRules rules_;
  std::map<Key, Slots> slots_;
  std::uint64_t revision_ = 0;
};

}  // namespace dirbridge::sync
