#include "sync/budget.hpp"

#include <algorithm>

namespace dirbridge::sync {

namespace {

WallTime minute_of(WallTime time) {
  return std::chrono::floor<std::chrono::minutes>(time);
}

std::size_t sum(std::size_t a, std::size_t b) {
  return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

}  // namespace

std::string_view to_string(Removal removal) {
  static constexpr std::string_view names[] = {"disable", "delete", "group delete", "member removal"};
  return names[static_cast<std::size_t>(removal)];
}

BudgetRules unlimited() {
  BudgetRules out;
  for (auto* limit : {&out.disables, &out.deletes, &out.group_deletes, &out.member_removals}) *limit = {};
  return out;
}

std::size_t Limit::allowed(std::size_t total) const {
  if (percent >= 100) return count;
  const auto share = total / 100 * percent + total % 100 * percent / 100;
  return std::min(count, std::max(floor, share));
}

const Limit& Budget::limit(Removal removal) const {
  switch (removal) {
    case Removal::Disable:
      return rules_.disables;
    case Removal::Delete:
      return rules_.deletes;
    case Removal::GroupDelete:
      return rules_.group_deletes;
    case Removal::MemberRemoval:
      return rules_.member_removals;
  }
  return rules_.disables;
}

void Budget::change_rules(const BudgetRules& rules) {
  const std::lock_guard lock(mutex_);
  rules_ = rules;
}

std::chrono::minutes Budget::window() const {
  const std::lock_guard lock(mutex_);
  return rules_.window;
}

Budget::Answer Budget::take(Removal removal, std::string_view subject, std::size_t wanted) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const Key key{removal, std::string(subject)};
  const auto after = sum(count(key), wanted);
  const auto& most = limit(removal);
  if (after > most.allowed(SIZE_MAX)) return Answer::Over;
  if (after > most.allowed(0)) return Answer::NeedsTotal;
  add(key, minute_of(clock_.now()), wanted);
  return Answer::Taken;
}

bool Budget::take(Removal removal, std::string_view subject, std::size_t wanted, std::size_t total) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const Key key{removal, std::string(subject)};
  if (sum(count(key), wanted) > limit(removal).allowed(total)) return false;
  add(key, minute_of(clock_.now()), wanted);
  return true;
}

void Budget::give_back(Removal removal, std::string_view subject, std::size_t count) {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find({removal, std::string(subject)});
  if (at == slots_.end() || count == 0) return;
  auto& slots = at->second;
  while (count > 0 && !slots.empty()) {
    const auto taken = std::min(count, slots.back().count);
    slots.back().count -= taken;
    count -= taken;
    if (slots.back().count == 0) slots.pop_back();
  }
  if (slots.empty()) slots_.erase(at);
  ++revision_;
}

std::size_t Budget::spent(Removal removal, std::string_view subject) const {
  const std::lock_guard lock(mutex_);
  return count({removal, std::string(subject)});
}

std::vector<Budget::Spending> Budget::spending() const {
  const std::lock_guard lock(mutex_);
  std::vector<Spending> out;
  for (const auto& [key, slots] : slots_)
    for (const auto& slot : slots)
      if (counts(slot)) out.push_back({key.first, key.second, slot.minute, slot.count});
  return out;
}

void Budget::restore(const std::vector<Spending>& spending) {
  const std::lock_guard lock(mutex_);
  for (const auto& one : spending) add({one.removal, one.subject}, minute_of(one.minute), one.count);
  forget_old();
}

std::uint64_t Budget::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

std::size_t Budget::count(const Key& key) const {
  const auto at = slots_.find(key);
  std::size_t out = 0;
  if (at == slots_.end()) return out;
  for (const auto& slot : at->second)
    if (counts(slot)) out = sum(out, slot.count);
  return out;
}

void Budget::add(const Key& key, WallTime minute, std::size_t count) {
  if (count == 0) return;
  auto& slots = slots_[key];
  const auto at = std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return s.minute >= minute; });
  if (at != slots.end() && at->minute == minute)
    at->count = sum(at->count, count);
  else
    slots.insert(at, {minute, count});
  ++revision_;
}

// A slot counts until all of its minute is out of the window. One from the far future was made by a clock
// that was wrong.
bool Budget::counts(const Slot& slot) const {
  const auto now = clock_.now();
  return slot.minute + std::chrono::minutes(1) + rules_.window > now && slot.minute < now + rules_.window;
}

void Budget::forget_old() {
  for (auto at = slots_.begin(); at != slots_.end();) {
    std::erase_if(at->second, [&](const Slot& slot) { return !counts(slot); });
    at = at->second.empty() ? slots_.erase(at) : std::next(at);
  }
}

}  // namespace dirbridge::sync
