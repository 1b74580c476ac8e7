// Several entries at once.
#include "sync/reconcile.hpp"
#include "sync/reconcile_parts.hpp"

namespace dirbridge::sync {

namespace {

// Worth another look by run(): somebody else was faster, or nobody knows.
bool may_retry(ErrorKind kind) {
  return kind == ErrorKind::PreconditionFailed || kind == ErrorKind::OutcomeUnknown ||
         kind == ErrorKind::NotFound || kind == ErrorKind::ValueExists;
}

}  // namespace

// One change of one entry that is there, or none: what is more takes run().
Result<std::optional<Stage>> Reconciler::planned_alone(const Task& task, const Current& found) const {
  auto goal = task.goal(found.entry);
  if (!goal) return goal.error();
  if (needs_referrers(*goal, found.entry) || is_rename_upon_rename(*goal, found.entry))
    return std::optional<Stage>();
  keep_distinct(*goal, Sameness::Surely);
  auto all = plan(*goal, found, shape_);
  if (all.empty()) return std::optional(Stage());
  if (all.stages.size() > 1 || all.stages.front().size() > 1) return std::optional<Stage>();
  if (auto allowed = guarded(all, found.entry); !allowed) return allowed.error();
  return std::optional(std::move(all.stages.front()));
}

std::vector<Result<>> Reconciler::run_all(std::span<const Task> tasks, Deadline deadline) {
  std::vector<Result<>> out(tasks.size());
  if (tasks.empty()) return out;
  std::vector<std::size_t> rest;
  std::vector<Together> changes;
  std::vector<directory::SearchRequest> searches;
  for (const auto& task : tasks) {
    auto some = searches_of(task);
    std::move(some.begin(), some.end(), std::back_inserter(searches));
  }
  auto answers = directory_.search_all(searches, deadline);
  std::size_t from = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto count = 1 + tasks[i].probes.size();
    auto found = current_of(tasks[i], std::span(answers).subspan(from, count));
    from += count;
    auto stage = found ? planned_alone(tasks[i], *found) : Result<std::optional<Stage>>(found.error());
    if (!stage)
      out[i] = stage.error();
    else if (!*stage)
      rest.push_back(i);
    else if (!(*stage)->empty())
      changes.push_back({i, std::move((*stage)->front()), std::move(found->entry)});
  }
  auto last = apply_together(std::move(changes), out, rest, true, deadline);
  apply_together(std::move(last), out, rest, false, deadline);
  for (const auto i : rest) {
    auto done = run(tasks[i], deadline);
    out[i] = done ? Result<>() : Result<>(done.error());
  }
  return out;
}

// The groups that would be left without a member, whose turn it is once more.
std::vector<Reconciler::Together> Reconciler::apply_together(std::vector<Together> changes,
                                                             std::vector<Result<>>& out,
                                                             std::vector<std::size_t>& rest, bool again,
                                                             Deadline deadline) {
  Stage stage;
  for (const auto& one : changes) stage.push_back(one.change);
  const auto results = stage.empty() ? std::vector<Result<>>() : directory_.apply_all(stage, deadline);
  std::vector<Together> emptied;
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto& [task, change, before] = changes[i];
    const auto failure = results[i] ? std::nullopt : std::optional(results[i].error());
    if (again && failure && is_object_class_violation(*failure))
      if (auto kept = with_placeholder(change, shape_)) {
        emptied.push_back({task, std::move(*kept), std::move(before)});
        continue;
      }
    note(change, before, failure);
    if (!failure)
      log_applied(change);
    else if (may_retry(failure->kind))
      rest.push_back(task);
    else
      out[task] = *failure;
  }
  return emptied;
}

}  // namespace dirbridge::sync
