#include "sync/reconcile.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "sync/reconcile_parts.hpp"

namespace dirbridge::sync {

namespace {

using directory::Change;
using directory::Dn;
using directory::Entry;
using directory::Modification;
using directory::Modify;

constexpr int most_attempts = 100;
// How long a write whose outcome is unknown is looked after before the client is told to come back.
constexpr std::chrono::seconds patience_after_unknown{5};
constexpr int most_looks_for_ours = 3;

// For memberships of an entry that stays, when the time of the request is up.
constexpr std::chrono::seconds time_to_restore{5};

bool is_transport(ErrorKind kind) {
  return kind == ErrorKind::OutcomeUnknown || kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout;
}

// Grows with the attempts, with jitter, so that parties that collided do not collide again in step.
void back_off(int attempt, Deadline deadline) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = std::min(200, 1 << std::min(attempt, 8));
  const std::chrono::milliseconds pause{std::uniform_int_distribution<int>(0, most)(random)};
  std::this_thread::sleep_for(std::min(pause, remaining(deadline)));
}

// A group that no longer has the old name of a renamed entry does not get the new one: nothing is to be done.
bool follows_a_name(const Change& change, const GroupShape& shape) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify || !modify->only_if || modify->modifications.empty()) return false;
  const auto& attribute = modify->modifications.front().attribute;
  return iequals(attribute, shape.member_attribute) || iequals(attribute, attr::held_member);
}

// What of the probed values is known not to be there after the change.
void update_absent(std::vector<Value>& absent, const Change& change, const std::vector<Value>& probes) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify) return absent.clear();
  for (const auto& m : modify->modifications)
    for (const auto& probe : probes) {
      const bool named = iequals(m.attribute, probe.attribute) &&
                         std::find(m.values.begin(), m.values.end(), probe.value) != m.values.end();
      if (!named) continue;
      std::erase(absent, probe);
      if (m.op == Modification::Op::Delete) absent.push_back(probe);
    }
}

template <class T>
std::optional<Error> failure_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

Task finding_as(const Task& task) {
  Task out;
  out.find = task.find;
  out.elsewhere = task.elsewhere;
  return out;
}

// The server spells the new DN otherwise than we did: the rest is planned with its spelling, which groups are
// to have (design rule 8).
Plan plan_from(const Dn& now, EntryGoal goal, Current current, const GroupShape& shape) {
  auto& entry = *current.entry;
  const bool noted = !current.at_goal && entry.attributes.find(attr::id);
  if (noted || !current.referrers.empty()) {
    current.spellings = {goal.dn.str()};
    if (current.at_goal) current.spellings.insert(current.spellings.begin(), entry.dn.str());
    std::vector<std::string> names{entry.dn.str(), goal.dn.str()};
    entry.attributes.set(attr::alias, std::move(names));
  }
  entry.dn = now;
  goal.dn = now;
  goal.only_if.reset();
  current.at_goal = false;
  return plan(goal, current, shape);
}

const directory::Rename* rename_in(const Stage& stage) {
  return stage.size() == 1 ? std::get_if<directory::Rename>(&stage.front().operation) : nullptr;
}

Dn resulting_dn(const directory::Rename& rename) {
  return rename.new_superior.value_or(rename.dn.parent()).child(rename.new_rdn);
}

// It was seen before a change whose answer never came.
Error not_seen_again(const Error& e) {
  return error(ErrorKind::OutcomeUnknown, "a change was sent and may have been made; afterwards: " + e.detail,
               e.field);
}

}  // namespace

Result<Report> Reconciler::run(const Task& task, Deadline deadline) {
  bool unknown_before = false;
  int conflicts = 0;
  auto sameness = Sameness::Surely;
  std::optional<Dn> was;
  for (int count = 0;; ++count) {
    auto believed = count == 0 ? attempt_believed(task, deadline) : std::nullopt;
    const auto look = count > 0 ? Look::Everywhere : task.expected_absent ? Look::Nowhere : Look::AsTold;
    auto attempt = believed ? std::move(*believed) : this->attempt(task, look, sameness, deadline);
    if (attempt.result) return std::move(attempt.result);
    const Error& e = attempt.result.error();
    if (!was) was = attempt.was;
    attempt.was = was;
    if (const auto next = wider(sameness); next && e.kind == ErrorKind::ValueExists) {
      log::warning("values_are_one", {{"entry", task.find.filter.str()}, {"detail", e.detail}});
      sameness = *next;
      continue;
    }
    // After an add of unknown outcome, "exists" may speak of our own entry: look again. Who is not found then
    // is somebody else.
    const bool may_be_ours = e.kind == ErrorKind::Uniqueness && ++conflicts <= most_looks_for_ours;
    const bool retry = attempt.may_retry || (unknown_before && (is_transport(e.kind) || may_be_ours));
    if (e.kind == ErrorKind::OutcomeUnknown && !unknown_before) {
      unknown_before = true;
      deadline = std::min(deadline, deadline_in(patience_after_unknown));
    }
    // An entry that was to go, and is not what it was, stays in its groups.
    const bool stays = e.kind == ErrorKind::PreconditionFailed && !attempt.left_groups.empty();
    if ((attempt.partly_applied || was) && (!retry || stays)) take_back(task, attempt, deadline);
    const bool ends = directory::is_called_off(e) || count + 1 == most_attempts;
    if (!retry || ends || remaining(deadline).count() == 0)
      return unknown_before && e.kind == ErrorKind::NotFound ? not_seen_again(e) : e;
    if (task.on_retry) task.on_retry(e);
    back_off(count, deadline);
  }
}

// The plan failed for good after some of its stages: an entry that was renamed gets its name back, and one
// that could not be deleted its memberships.
void Reconciler::take_back(const Task& task, const Attempt& attempt, Deadline deadline) {
  if (auto settled = settle(finding_as(task), attempt.was, deadline); !settled)
    log::warning("rename_unsettled", {{"detail", settled.error().detail}});
  Stage restore;
  for (const auto& group : attempt.left_groups)
    restore.push_back(
        {Modify{group, {{Modification::Op::Add, shape_.member_attribute, {attempt.left_by.str()}}}, true, {}},
         "the entry could not be deleted"});
  if (restore.empty()) return;
  if (auto restored = apply_stage(restore, {}, std::max(deadline, deadline_in(time_to_restore))); !restored)
    log::error("memberships_not_restored",
               {{"dn", attempt.left_by.str()}, {"detail", restored.error().detail}});
}

void Reconciler::left(const Dn& dn, std::string_view field, std::string_view reason) const {
  log::warning("left_as_it_is", {{"connection", guard_.connection()},
                                 {"dn", dn.str()},
                                 {"field", std::string(field)},
                                 {"reason", std::string(reason)}});
  if (journal_) journal_->note(LeftNote{guard_.connection(), dn, field, reason});
}

Result<> Reconciler::settle(const directory::SearchRequest& find, Deadline deadline) {
  Task task;
  task.find = find;
  return settle(std::move(task), std::nullopt, deadline);
}

Result<> Reconciler::settle(Task task, const std::optional<Dn>& at, Deadline deadline) {
  task.goal = [&](const std::optional<Entry>& entry) -> Result<EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone");
    return EntryGoal{
        EntryGoal::Presence::Present, at.value_or(entry->dn), {}, "finish an interrupted rename", {}};
  };
  auto tried = attempt(task, Look::Everywhere, Sameness::Surely, deadline);
  // Another rename had to be finished before the one back.
  if (!tried.result && tried.may_retry && at)
    tried = attempt(task, Look::Everywhere, Sameness::Surely, deadline);
  if (!tried.result && tried.result.error().kind != ErrorKind::NotFound) return tried.result.error();
  return {};
}

// nullopt: what is believed does not do; it has to be read. Whatever the belief leads to but one change is
// not trusted, an error least of all.
std::optional<Reconciler::Attempt> Reconciler::attempt_believed(const Task& task, Deadline deadline) {
  if (!task.believed || !task.believed->entry) return std::nullopt;
  const auto& entry = *task.believed->entry;
  const auto csn = entry.attributes.first("entryCSN");
  auto goal = task.goal(entry);
  if (csn.empty() || !goal || needs_referrers(*goal, entry)) return std::nullopt;
  goal->only_if = directory::Filter::equal("entryCSN", csn);
  keep_distinct(*goal, Sameness::Surely);
  Report report;
  report.before = entry;
  report.plan = plan(*goal, *task.believed, shape_);
  const auto& stages = report.plan.stages;
  const bool one = stages.size() == 1 && stages.front().size() == 1 &&
                   std::holds_alternative<Modify>(stages.front().front().operation);
  if (!one || !guard_.check(report.plan, report.before)) return std::nullopt;
  report.absent = task.believed->absent;
  return apply(task, std::move(report), {}, {}, deadline);
}

Reconciler::Attempt Reconciler::attempt(const Task& task, Look look, Sameness sameness, Deadline deadline) {
  auto found = current(task, look, deadline);
  if (!found) return {found.error()};
  auto goal = task.goal(found->entry);
  if (!goal) return {goal.error()};
  if (is_rename_upon_rename(*goal, found->entry)) {
    if (auto settled = settle(finding_as(task), std::nullopt, deadline); !settled) return {settled.error()};
    return {error(ErrorKind::PreconditionFailed, "an interrupted rename had to be finished first"), true};
  }
  keep_distinct(*goal, sameness);
  Report report;
  report.before = found->entry;
  report.absent = found->absent;
  const auto running = announce(*goal, *found);
  if (auto completed = complete(*found, *goal, deadline); !completed) return {completed.error()};
  report.plan = plan(*goal, *found, shape_);
  if (auto allowed = guarded(report.plan, found->entry); !allowed) return {allowed.error()};
  const auto moving = move_of(*goal, found->entry);
  const auto after_rename = [&](const Dn& now) { return plan_from(now, *goal, *found, shape_); };
  const bool follows = needs_referrers(*goal, found->entry);
  const bool goes = goal->presence == EntryGoal::Presence::Absent;
  const auto before_last = [&](const Dn& now) { return catch_up(*goal, *found, now, deadline); };
  auto out = apply(task, std::move(report), after_rename,
                   follows && !goes ? BeforeLast(before_last) : BeforeLast(), deadline);
  if (follows && goes && out.result)
    if (auto done = catch_up(*goal, *found, goal->successor, deadline); !done) out.result = done.error();
  if (!out.partly_applied) return out;
  if (goes) {
    out.left_by = found->entry->dn;
    out.left_groups = std::move(found->referrers);
  } else if (found->entry->dn.str() != goal->dn.str()) {
    out.was = found->entry->dn;
  }
  return out;
}

// Others who work with names of the entry must know of all that it is called while it changes.
NameChanges::Running Reconciler::announce(const EntryGoal& goal, const Current& current) {
  if (!names_ || !needs_referrers(goal, current.entry)) return {};
  std::vector<Dn> names{current.entry->dn};
  if (goal.presence == EntryGoal::Presence::Present) names.push_back(goal.dn);
  if (goal.successor) names.push_back(*goal.successor);
  for (const auto& alias : aliases(*current.entry))
    if (auto dn = Dn::parse(alias)) names.push_back(std::move(*dn));
  return names_->begin(names);
}

// Groups that were given a former name after the referrers were read.
Result<> Reconciler::catch_up(const EntryGoal& goal, const Current& current, const std::optional<Dn>& now,
                              Deadline deadline) {
  Current late;
  late.entry = current.entry;
  late.at_goal = current.at_goal;
  late.spellings = current.spellings;
  if (auto found = find_referrers(late, former_names(goal, late), deadline); !found) return found;
  if (late.referrers.empty()) return {};
  const auto all = stragglers(goal, late, now, shape_);
  log::info("groups_caught_up", {{"dn", current.entry->dn.str()}});
  auto ours = late.entry;  // also one that was nobody's until now
  ours->attributes.set(attr::connection, {guard_.connection()});
  if (auto allowed = guarded(all, ours); !allowed) return allowed;
  for (const auto& stage : all.stages)
    if (auto done = apply_stage(stage, {}, deadline); !done) return done;
  return {};
}

// For as long as it is kept, readers are told of the move.
std::optional<Moves::Move> Reconciler::move_of(const EntryGoal& goal, const Before& entry) {
  std::optional<Moves::Move> out;
  if (!entry) return out;
  const auto to = goal.presence == EntryGoal::Presence::Present ? std::optional(goal.dn) : goal.successor;
  if (to && to->str() != entry->dn.str())
    out.emplace(moves_, entry->attributes.first(attr::id), entry->dn, *to);
  return out;
}

Reconciler::Attempt Reconciler::apply(const Task& task, Report report, const AfterRename& after_rename,
                                      const BeforeLast& before_last, Deadline deadline) {
  if (report.plan.empty()) {
    report.after = report.before;
    for (const auto& search : task.alongside)
      report.alongside.push_back(directory::search(directory_, search, deadline));
    return {std::move(report)};
  }
  const auto& stages = report.plan.stages;
  const bool was_there = report.before.has_value();
  const auto failed = [was_there](const Error& e, bool partly) {
    const bool moved_away = e.kind == ErrorKind::NotFound && was_there;
    return Attempt{
        e, e.kind == ErrorKind::PreconditionFailed || e.kind == ErrorKind::OutcomeUnknown || moved_away,
        partly};
  };
  for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
    auto done = rename_in(stages[i]) ? rename(report, i, after_rename, deadline)
                                     : apply_stage(stages[i], report.before, deadline);
    if (!done) return failed(done.error(), stages.size() > 1);
  }
  if (before_last)
    if (auto done = before_last(directory::target(stages.back().front())); !done)
      return failed(done.error(), stages.size() > 1);
  if (stages.back().size() == 1) {
    auto done = apply_with_searches(task, report, deadline);
    if (!done) return failed(done.error(), stages.size() > 1);
    report.after = std::move(*done);
  } else if (auto done = apply_stage(stages.back(), report.before, deadline); !done) {
    return failed(done.error(), true);
  }
  for (const auto& stage : stages)
    for (const auto& change : stage) log_applied(change);
  return {std::move(report)};
}

// The DN is read back: what follows is written in the server's spelling.
Result<> Reconciler::rename(Report& report, std::size_t at, const AfterRename& after_rename,
                            Deadline deadline) {
  auto& stages = report.plan.stages;
  const Change& change = stages[at].front();
  auto done = directory_.apply(change, {"1.1"}, deadline);
  note(change, report.before, failure_of(done));
  if (!done) return done.error();
  if (!*done || (*done)->dn.str() == resulting_dn(*rename_in(stages[at])).str()) return {};
  auto rest = after_rename((*done)->dn);
  stages.resize(at + 1);
  std::move(rest.stages.begin(), rest.stages.end(), std::back_inserter(stages));
  return {};
}

Result<> Reconciler::guarded(const Plan& plan, const Before& entry) const {
  auto allowed = guard_.check(plan, entry);
  if (allowed || !journal_) return allowed;
  for (const auto& stage : plan.stages)
    for (const auto& change : stage)
      journal_->note({guard_.connection(), directory_.as_sent(change), entry ? &*entry : nullptr,
                      Outcome::Refused, allowed.error().detail});
  return allowed;
}

// A change that lost a race or never reached the directory is made again or not at all: not worth a line.
void Reconciler::note(const Change& change, const Before& before, const std::optional<Error>& failure) const {
  if (!journal_) return;
  auto outcome = Outcome::Applied;
  if (failure) {
    const auto kind = failure->kind;
    const bool refused = kind == ErrorKind::Refused || kind == ErrorKind::Denied ||
                         kind == ErrorKind::Uniqueness || kind == ErrorKind::ValueExists;
    if (!refused && kind != ErrorKind::OutcomeUnknown) return;
    outcome = refused ? Outcome::Failed : Outcome::Unknown;
  }
  journal_->note({guard_.connection(), directory_.as_sent(change), before ? &*before : nullptr, outcome,
                  failure ? std::string_view(failure->detail) : std::string_view()});
}

Result<> Reconciler::apply_stage(const Stage& stage, const Before& entry, Deadline deadline) {
  const auto results = directory_.apply_all(stage, deadline);
  const Before unknown;
  Result<> out;
  for (std::size_t i = 0; i < stage.size(); ++i) {
    const auto& before = entry && directory::target(stage[i]).str() == entry->dn.str() ? entry : unknown;
    const auto e = failure_of(results[i]);
    const bool left = e && e->kind == ErrorKind::PreconditionFailed && follows_a_name(stage[i], shape_);
    const auto retry =
        e && out && is_object_class_violation(*e) ? with_placeholder(stage[i], shape_) : std::nullopt;
    if (retry) {
      auto done = directory_.apply(*retry, {}, deadline);
      note(*retry, before, failure_of(done));
      if (!done) out = done.error();
      continue;
    }
    note(stage[i], before, e);
    if (e && !left && out) out = *e;
  }
  return out;
}

// The last change of a plan: its entry is read back, and the task's searches ride along when it is the only
// one.
Result<std::optional<Entry>> Reconciler::apply_with_searches(const Task& task, Report& report,
                                                             Deadline deadline) {
  const Change& change = report.plan.stages.back().front();
  if (task.alongside.empty()) return apply_one(task, report, deadline);
  if (report.plan.stages.size() == 1) {
    auto mixed = directory_.apply_and_search(change, task.read_back, task.alongside, deadline);
    report.alongside = std::move(mixed.searches);
    note(change, report.before, failure_of(mixed.change));
    return std::move(mixed.change);
  }
  auto done = apply_one(task, report, deadline);
  if (done) report.alongside = directory_.search_all(task.alongside, deadline);
  return done;
}

Result<std::optional<Entry>> Reconciler::apply_one(const Task& task, Report& report, Deadline deadline) {
  const Change& change = report.plan.stages.back().front();
  auto done = directory_.apply(change, task.read_back, deadline);
  const auto retry =
      !done && is_object_class_violation(done.error()) ? with_placeholder(change, shape_) : std::nullopt;
  if (retry) done = directory_.apply(*retry, task.read_back, deadline);
  update_absent(report.absent, retry ? *retry : change, task.probes);
  note(retry ? *retry : change, report.before, failure_of(done));
  return done;
}

}  // namespace dirbridge::sync
