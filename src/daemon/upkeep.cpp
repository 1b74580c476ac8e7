#include "daemon/upkeep.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "provision/upkeep/sweep.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes sweep_interval{5};
constexpr std::chrono::seconds sweep_limit{30};
constexpr std::chrono::seconds budget_interval{2};
constexpr std::chrono::seconds budget_limit{10};
constexpr std::chrono::seconds look_limit{10};
constexpr std::chrono::seconds look_interval{1};

bool is_away(const Error& e) {
  return e.kind == ErrorKind::Unavailable || e.kind == ErrorKind::Timeout || e.kind == ErrorKind::Busy ||
         e.kind == ErrorKind::MissingBase;
}

// What was spent of the budgets outlives this process.
Result<> keep_budget(operate::KeptBudget& budget, const log::Field& whose, Deadline deadline) {
  auto kept = budget.store.exchange(deadline);
  if (!kept && !budget.unkept) log::warning("budget_not_kept", {whose, {"detail", kept.error().detail}});
  budget.unkept = !kept;
  return kept;
}

}  // namespace

Upkeep::Upkeep(std::string name, operate::DirectoryParts& directory, Prepare prepare)
    : name_(std::move(name)), directory_(directory), prepare_(std::move(prepare)) {}

Upkeep::~Upkeep() {
  stop();
  finish(deadline_in({}));
}

void Upkeep::serve(Connections connections) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& parts : connections) lasting_.insert_or_assign(parts->rules.connection, parts->lasting);
    connections_.swap(connections);
    are_others_ = true;
  }
  wake_.notify_all();
}

std::shared_ptr<operate::Lasting> Upkeep::lasting(const std::string& connection) const {
  const std::lock_guard lock(mutex_);
  const auto found = lasting_.find(connection);
  return found == lasting_.end() ? nullptr : found->second;
}

Upkeep::Connections Upkeep::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void Upkeep::start() {
  sweeper_ = std::thread([this] { run(); });
  bookkeeper_ = std::thread([this] {
    while (pause(budget_interval))
      if (budgets_known_) keep_budgets(deadline_in(budget_limit));
  });
}

Result<std::string> Upkeep::readiness(Deadline deadline) {
  if (auto passed = gate_.passed(); !passed) return passed.error();
  const auto there = directory::check_bases(directory_.target.directory(), directory_.bases, deadline);
  if (!there) return there.error();
  const auto aside = look_aside(deadline);
  return aside ? std::string("ok") : "ok, but for disable.move_to: " + aside.error().detail;
}

// Nobody who is to be disabled waits for the place where disabled users go.
Result<> Upkeep::look_aside(Deadline deadline) const {
  if (!directory_.aside) return {};
  return directory::check_bases(directory_.target.directory(), {&*directory_.aside, 1}, deadline);
}

void Upkeep::tell_aside() {
  const auto there = look_aside(deadline_in(look_limit));
  const auto detail = there ? std::string() : there.error().detail;
  if (std::exchange(said_aside_, detail) == detail || there) return;
  log::error("move_to_missing",
             {{"directory", name_},
              {"detail", detail + ": who is disabled is marked and stays where she is, nobody is created"}});
}

void Upkeep::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void Upkeep::finish(Deadline deadline) {
  if (sweeper_.joinable()) sweeper_.join();
  if (!bookkeeper_.joinable()) return;
  bookkeeper_.join();
  if (budgets_known_) keep_budgets(std::min(deadline, deadline_in(budget_limit)));
}

void Upkeep::run() {
  auto next_sweep = std::chrono::steady_clock::time_point::max();
  while (!stopping()) {
    if (auto opened = open_connections(); !opened) {
      not_yet(opened.error(), connections());
      if (!pause(look_interval)) return;
      continue;
    }
    if (!gate_.is_open()) {
      gate_.open();
      tell_aside();
      next_sweep = std::chrono::steady_clock::now() + sweep_interval;
    }
    if (!pause_until(next_sweep)) return;
    if (std::chrono::steady_clock::now() < next_sweep) continue;
    for (const auto& parts : connections()) sweep(*parts);
    tell_aside();
    next_sweep = std::chrono::steady_clock::now() + sweep_interval;
  }
}

// Nobody is served before it is known what was spent, nor takes a name that an interrupted rename still
// holds.
Result<> Upkeep::open_connections() {
  Connections closed;
  {
    const std::lock_guard lock(mutex_);
    are_others_ = false;
    for (const auto& parts : connections_)
      if (!parts->lasting->gate.is_open()) closed.push_back(parts);
  }
  if (closed.empty() && gate_.is_open()) return {};
  const auto look = [&] {
    return directory::check_bases(directory_.target.directory(), directory_.bases, deadline_in(look_limit));
  };
  if (auto there = look(); !there) return there;
  if (auto read = keep_budgets(deadline_in(budget_limit)); !read && is_away(read.error())) return read;
  budgets_known_ = true;
  for (const auto& parts : closed) {
    sweep(*parts);
    if (auto still = look(); !still) return still;
    prepare_(*parts);
    parts->lasting->gate.open();
    log::info("connection_ready", {{"connection", parts->rules.connection}});
  }
  return {};
}

void Upkeep::not_yet(const Error& why, const Connections& connections) {
  gate_.wait_for(why.detail);
  for (const auto& parts : connections) parts->lasting->gate.wait_for(why.detail);
  if (std::exchange(said_, why.detail) == why.detail) return;
  log::warning("directory_not_ready", {{"directory", name_}, {"detail", why.detail}});
}

void Upkeep::sweep(operate::ConnectionParts& parts) const {
  const log::RequestScope cause("bridge sweep");
  if (auto done = provision::sweep(parts.context, deadline_in(sweep_limit), &parts.drift); !done)
    log::warning("sweep_failed", {{"connection", parts.rules.connection}, {"detail", done.error().detail}});
}

// All of them, whatever becomes of one; the first error.
Result<> Upkeep::keep_budgets(Deadline deadline) {
  const std::lock_guard alone(budgets_mutex_);
  std::map<std::string, std::shared_ptr<operate::Lasting>> all;
  {
    const std::lock_guard lock(mutex_);
    all = lasting_;
  }
  Result<> out;
  const auto keep = [&](operate::KeptBudget& budget, const log::Field& whose) {
    auto kept = keep_budget(budget, whose, deadline);
    if (!kept && out) out = kept;
  };
  for (const auto& [connection, lasting] : all) keep(lasting->budget, {"connection", connection});
  if (directory_.common_budget) keep(*directory_.common_budget, {"directory", name_});
  return out;
}

bool Upkeep::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Upkeep::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [this] { return stopping_; });
}

bool Upkeep::pause_until(std::chrono::steady_clock::time_point time) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, time, [this] { return stopping_ || are_others_; });
  return !stopping_;
}

}  // namespace dirbridge::daemon
