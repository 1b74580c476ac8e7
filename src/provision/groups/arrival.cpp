#include "provision/groups/arrival.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "provision/grants/default_groups.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/pending.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

// A brand-new id cannot be waited for: only the name the identity provider gave can.
std::vector<std::string> awaited_names(const boost::json::object& content) {
  auto external_id = text_of(content, "externalId");
  if (external_id.empty()) return {};
  return {std::move(external_id)};
}

// Nobody has seen the new entry: it goes.
Error step_back(const Context& context, const sync::Task& arrived, const Arrival& arrival, Error why,
                Deadline deadline) {
  log::warning("arrival_taken_back", {{"dn", arrival.goal.dn.str()}, {"detail", why.detail}});
  sync::Task task;
  task.find = arrived.find;
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    return sync::EntryGoal{
        sync::EntryGoal::Presence::Absent, entry ? entry->dn : arrival.goal.dn, {}, why.detail, {}};
  };
  if (auto gone = context.reconciler.run(task, deadline); !gone) return gone.error();
  return why;
}

// The client comes again when the rename is finished.
Error held_by_rename(const Arrival& arrival) {
  return error(ErrorKind::Busy, "the name is being given up by a rename that is not finished",
               arrival.name_field);
}

Error in_use(const Arrival& arrival) {
  return error(ErrorKind::Uniqueness,
               arrival.name_field + " " + text_of(arrival.content, arrival.name_field) + " is already in use",
               arrival.name_field);
}

Error name_taken(const Context& context, const Arrival& arrival, Deadline deadline) {
  auto existing = directory::read(context.directory, arrival.goal.dn, mapping::record_attributes(), deadline);
  if (existing && *existing)
    if (auto done = complete_arrival(context, **existing, deadline); !done)
      log::warning("arrival_incomplete", {{"dn", arrival.goal.dn.str()}, {"detail", done.error().detail}});
  return in_use(arrival);
}

// By whom the name is in use: an unfinished rename, or whoever else is found by it.
std::vector<directory::SearchRequest> searches_for_holders(const Arrival& arrival) {
  std::vector<directory::SearchRequest> out{{arrival.base,
                                             directory::Scope::Subtree,
                                             directory::Filter::equal(attr::alias, arrival.goal.dn.str()),
                                             {"1.1"},
                                             0}};
  out.insert(out.end(), arrival.rivals.begin(), arrival.rivals.end());
  return out;
}

std::vector<directory::SearchRequest> with_hidden(std::vector<directory::SearchRequest> searches,
                                                  const Arrival& arrival) {
  if (arrival.hidden_rival) searches.push_back(*arrival.hidden_rival);
  return searches;
}

// The same in as few searches as there are bases: nearly always nobody is found.
std::vector<directory::SearchRequest> merged(std::vector<directory::SearchRequest> searches) {
  std::vector<directory::SearchRequest> out;
  for (auto& search : searches) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const auto& other) {
      return other.scope == search.scope && other.base == search.base;
    });
    if (same == out.end())
      out.push_back({search.base, search.scope, std::move(search.filter), {attr::id}, 0});
    else
      same->filter = directory::Filter::any_of({std::move(same->filter), std::move(search.filter)});
  }
  return out;
}

using Answers = std::span<const Result<std::vector<directory::Entry>>>;

Result<> check_free(Answers found, const Arrival& arrival) {
  if (!found.front()) return found.front().error();
  if (!found.front()->empty()) return held_by_rename(arrival);
  const auto rival = other_holder(found.subspan(1), arrival.id);
  if (!rival) return rival.error();
  return *rival ? Result<>(in_use(arrival)) : Result<>();
}

// `found`: by the merged searches. Who of them somebody is the single ones say.
Result<> check_free(const Context& context, Answers found, const Arrival& arrival, Deadline deadline) {
  if (!found.front()) return found.front().error();
  const auto somebody = other_holder(found, arrival.id);
  if (!somebody) return somebody.error();
  if (!*somebody) return {};
  const auto all = with_hidden(searches_for_holders(arrival), arrival);
  return check_free(context.directory.search_all(all, deadline), arrival);
}

}  // namespace

// Asked before the add, so that no reader sees a second one of the name, nor anything has to be taken back;
// and beside it, since others may come at the same time.
Result<mapping::Record> arrive(const Context& context, const Arrival& arrival, Before& before,
                               Deadline deadline) {
  auto holders = merged(searches_for_holders(arrival));
  if (auto is_free = check_free(context, context.directory.search_all(holders, deadline), arrival, deadline);
      !is_free)
    return is_free.error();
  holders = with_hidden(std::move(holders), arrival);
  const auto names = awaited_names(arrival.content);
  sync::Task task;
  task.find = by_id_below(context, arrival.base, *arrival.type, arrival.id, arrival.attributes);
  task.unread = {context.rules.group_shape.member_attribute};
  task.expected_absent = true;
  task.read_back = mapping::record_attributes();
  task.goal = [&](const std::optional<directory::Entry>& found) {
    // Found after an add of unknown outcome: it is the entry we wanted.
    return found ? sync::EntryGoal{sync::EntryGoal::Presence::Present, found->dn, {}, arrival.goal.reason, {}}
                 : arrival.goal;
  };
  task.alongside = holders;
  if (!names.empty())
    for (auto& search : waiting_groups(context, names)) task.alongside.push_back(std::move(search));
  auto report = context.reconciler.run(task, deadline);
  if (!report && report.error().kind == ErrorKind::Uniqueness) return name_taken(context, arrival, deadline);
  if (!report) return report.error();
  if (!report->after) return error(ErrorKind::Internal, "the directory did not return the entry it added");
  context.member_ids.forget(report->after->dn);
  auto answer = report->alongside.begin();
  if (auto is_free = check_free(context, {answer, holders.size()}, arrival, deadline); !is_free)
    return step_back(context, task, arrival, is_free.error(), deadline);
  before.is_added = true;
  answer += static_cast<std::ptrdiff_t>(holders.size());
  for (; answer != report->alongside.end(); ++answer) {
    if (!*answer) return answer->error();
    before.waiting.push_back({names.front(), **answer});
    if (auto done = admit(context, **answer, report->after->dn, names, deadline); !done) return done.error();
  }
  return mapping::read_record(*report->after);
}

Result<> complete_arrival(const Context& context, const directory::Entry& entry, Deadline deadline) {
  auto record = mapping::read_record(entry);
  if (!record || record->connection != context.rules.connection) return {};
  auto names = awaited_names(record->content);
  names.push_back(record->id);
  if (auto done = admit_waiting(context, entry.dn, names, deadline); !done) return done;
  if (!mapping::maps_groups(context.rules)) return {};
  if (auto done = project_user(context, entry.dn, deadline); !done) return done.error();
  const bool user = record->content.contains("userName");
  return user ? complete_welcome(context, entry, deadline) : Result<>();
}

}  // namespace dirbridge::provision
