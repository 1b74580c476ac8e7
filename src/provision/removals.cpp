#include "provision/removals.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::chrono::minutes total_life{10};
constexpr std::size_t most_totals = 1'000;

void count(const std::string& connection, sync::Decision decision, sync::Removal removal, std::size_t many) {
  static auto& family = prometheus::BuildCounter()
                            .Name("dirbridge_removals_total")
                            .Help("Removals over the budget: held, approved and rejected")
                            .Register(metrics::registry());
  family
      .Add({{"connection", connection},
            {"decision", std::string(sync::to_string(decision))},
            {"removal", std::string(sync::to_string(removal))}})
      .Increment(static_cast<double>(many));
}

}  // namespace

Error nothing_waits(std::string_view id) {
  return error(ErrorKind::NotFound, "nothing about " + std::string(id) + " waits for a decision", "id");
}

Removals::Removals(std::string connection, sync::Budget& budget, sync::Journal* journal, const Clock& clock,
                   sync::Budget* common)
    : connection_(std::move(connection)),
      budget_(budget),
      common_(common),
      journal_(journal),
      clock_(clock) {}

Result<bool> Removals::take(sync::Removal removal, const std::string& subject, std::size_t wanted,
                            const Total& total) {
  auto own = take_of(budget_, Whose::Connection, removal, subject, wanted, total);
  if (!own || !*own || !common_) return own;
  auto all = take_of(*common_, Whose::Directory, removal, subject, wanted, total);
  if (!all || !*all) budget_.give_back(removal, subject, wanted);
  return all;
}

Result<bool> Removals::take_of(sync::Budget& budget, Whose whose, sync::Removal removal,
                               const std::string& subject, std::size_t wanted, const Total& total) {
  const auto answer = budget.take(removal, subject, wanted);
  if (answer != sync::Budget::Answer::NeedsTotal) return answer == sync::Budget::Answer::Taken;
  const Key key{whose, removal, subject};
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = totals_.find(key);
    if (known != totals_.end() && known->second.at <= now && now - known->second.at < total_life)
      return budget.take(removal, subject, wanted, known->second.total);
  }
  const auto counted = total(whose);
  if (!counted) return counted.error();
  const std::lock_guard lock(mutex_);
  if (totals_.size() >= most_totals) totals_.clear();
  totals_[key] = {*counted, now};
  return budget.take(removal, subject, wanted, *counted);
}

void Removals::give_back(sync::Removal removal, const std::string& subject, std::size_t count) {
  budget_.give_back(removal, subject, count);
  if (common_) common_->give_back(removal, subject, count);
}

void Removals::decided(sync::Decision decision, sync::Removal removal, const directory::Dn& dn,
                       const std::vector<std::string>& members, std::string_view detail) {
  count(connection_, decision, removal, members.empty() ? 1 : members.size());
  if (decision == sync::Decision::Held && is_first_of_window(removal))
    log::warning("removals_held",
                 {{"connection", connection_},
                  {"removal", sync::to_string(removal)},
                  {"first", dn.str()},
                  {"detail", "over the budget: see `dirbridge held list`, approve or reject there"}});
  if (journal_) journal_->note({connection_, decision, sync::to_string(removal), dn, members, detail});
}

bool Removals::is_first_of_window(sync::Removal removal) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  const auto [at, is_new] = warned_.try_emplace(removal, now);
  if (!is_new && now - at->second < budget_.window()) return false;
  at->second = now;
  return true;
}

Permission::~Permission() {
  if (taken_ > 0) removals_->give_back(removal_, subject_, taken_);
}

Result<bool> Permission::ask(std::size_t wanted, const Removals::Total& total) {
  if (!removals_) return true;
  if (allowed_ && asked_ == wanted) return *allowed_;
  if (taken_ > 0) removals_->give_back(removal_, subject_, std::exchange(taken_, 0));
  allowed_.reset();
  if (wanted == 0) return true;
  auto answer = removals_->take(removal_, subject_, wanted, total);
  if (!answer) return answer;
  allowed_ = *answer;
  asked_ = wanted;
  if (*answer) taken_ = wanted;
  return answer;
}

void Permission::refuse() {
  if (!removals_) return;
  if (taken_ > 0) removals_->give_back(removal_, subject_, std::exchange(taken_, 0));
  allowed_ = false;
}

void Permission::landed(const directory::Dn& dn, const std::vector<std::string>& members) {
  taken_ = 0;
  if (!allowed_ || *allowed_) return;
  if (removal_ == sync::Removal::MemberRemoval && members.empty()) return;  // none of them was a member
  removals_->decided(sync::Decision::Held, removal_, dn, members, "over the budget");
}

}  // namespace dirbridge::provision
