#include "provision/store/stored.hpp"

#include "base/json_access.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

constexpr int most_looks = 20;  // for one who moves all the time

Result<mapping::Record> owned(const Context& context, const directory::Entry& entry) {
  auto record = mapping::read_record(entry);
  if (record && record->connection != context.rules.connection) return no_such_id(record->id);
  return record;
}

// The directory checks the version once more, at the moment of the change.
std::optional<directory::Filter> at_version(const Precondition& precondition, const directory::Entry& entry) {
  if (precondition.version.empty() || precondition.version == "*") return std::nullopt;
  return still_as_read(entry);
}

std::string_view wanted_record(const sync::EntryGoal& goal) {
  for (const auto& wish : goal.attributes)
    if (wish.attribute == attr::resource && !wish.values.empty()) return wish.values.front();
  return {};
}

// The id that a search by_id() looks for, for messages.
std::string sought(const directory::SearchRequest& find) {
  return find.filter.str();
}

}  // namespace

Result<> check(const Precondition& precondition, const mapping::Record& record) {
  const auto& [wanted, unwanted] = precondition;
  if (!unwanted.empty() && names_version(unwanted, record.version))
    return error(ErrorKind::PreconditionFailed, "the resource is still at version " + record.version,
                 "If-None-Match");
  if (wanted.empty() || names_version(wanted, record.version)) return {};
  return error(ErrorKind::PreconditionFailed, "the resource has changed: its version is " + record.version,
               "If-Match");
}

std::optional<directory::Filter> still_as_read(const directory::Entry& entry) {
  const auto csn = entry.attributes.first("entryCSN");
  if (csn.empty()) return std::nullopt;
  return directory::Filter::equal("entryCSN", csn);
}

Error no_such_id(std::string_view id) {
  return error(ErrorKind::NotFound, "no resource has the id " + std::string(id), "id");
}

directory::SearchRequest by_id(const Context& context, const scim::ResourceType& type, std::string_view id,
                               std::vector<std::string> attributes) {
  return by_id_below(context, homes(context, type).front(), type, id, std::move(attributes));
}

directory::SearchRequest by_id_below(const Context& context, directory::Dn base,
                                     const scim::ResourceType& type, std::string_view id,
                                     std::vector<std::string> attributes) {
  return {std::move(base), directory::Scope::Subtree,
          directory::Filter::all_of({directory::Filter::equal(attr::id, id), of_type(context, type)}),
          std::move(attributes), 0};
}

directory::Filter of_type(const Context& context, const scim::ResourceType& type) {
  using directory::Filter;
  const auto has_user_name = Filter::present(attr::user_name);
  return Filter::all_of({&type == &context.catalog.user ? has_user_name : Filter::negation(has_user_name),
                         Filter::negation(Filter::present(attr::deleted))});
}

namespace {

Result<directory::Entry> find_below(const Context& context, const directory::SearchRequest& find,
                                    std::string_view id, Deadline deadline) {
  auto entries = directory::search(context.directory, find, deadline);
  if (!entries) return entries.error();
  for (auto& entry : *entries)
    if (entry.attributes.first(attr::connection) == context.rules.connection) return std::move(entry);
  return no_such_id(id);
}

// All homes in one round trip, and whether they are there: before somebody is said not to be.
Result<directory::Entry> find_at_once(const Context& context, const scim::ResourceType& type,
                                      std::string_view id, const std::vector<std::string>& attributes,
                                      Deadline deadline) {
  const auto bases = homes(context, type);
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : bases) searches.push_back(by_id_below(context, base, type, id, attributes));
  for (const auto& base : bases) searches.push_back(directory::at(base, {"1.1"}));
  auto found = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < bases.size(); ++i) {
    if (!found[i]) return found[i].error();
    for (auto& entry : *found[i])
      if (entry.attributes.first(attr::connection) == context.rules.connection) return std::move(entry);
  }
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const auto& base = found[bases.size() + i];
    if (!base && base.error().kind != ErrorKind::NotFound) return base.error();
    if (!base || base->empty()) return directory::missing_base(bases[i]);
  }
  return no_such_id(id);
}

}  // namespace

Result<directory::Entry> find_entry(const Context& context, const scim::ResourceType& type,
                                    std::string_view id, std::vector<std::string> attributes,
                                    Deadline deadline) {
  if (!is_uuid(id)) return no_such_id(id);
  const auto moment = context.reconciler.moves().now();
  auto found = at_home(context, type, [&](const directory::Dn& base) {
    return find_below(context, by_id_below(context, base, type, id, attributes), id, deadline);
  });
  if (found || found.error().kind != ErrorKind::NotFound) return found;
  for (int look = 1;; ++look) {
    auto again = find_at_once(context, type, id, attributes, deadline);
    if (again || again.error().kind != ErrorKind::NotFound) return again;
    if (look == most_looks || !context.reconciler.moves().moved_since(moment, id)) return again;
  }
}

Result<Changed> change(const Context& context, const ResourceEdit& change, Deadline deadline) {
  Changed out;
  std::string recorded;  // before
  std::optional<sync::EntryGoal> last;
  sync::Task task;
  task.find = change.find;
  task.elsewhere = change.elsewhere;
  task.unread = change.unread;
  task.probes = change.probes;
  task.read_back = change.read_back;
  task.believed = change.believed;
  bool guess = task.believed.has_value();
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    const bool guessing = std::exchange(guess, false);
    if (!entry) return error(ErrorKind::NotFound, "no resource matches " + sought(change.find), "id");
    auto record = owned(context, *entry);
    if (!record) return record.error();
    out.resumed = out.resumed || entry->attributes.find(attr::alias);
    // A change of unknown outcome may have landed: what it was to make is there, and its own version is new.
    // One that does not change the record does not tell whether all of it has.
    const auto resource = entry->attributes.first(attr::resource);
    const bool may_have_landed = last && resource == wanted_record(*last);
    if (may_have_landed && resource != recorded) {
      last->dn = entry->dn;
      last->only_if.reset();
      return *last;
    }
    if (!may_have_landed) {
      if (auto fits = check(change.precondition, *record); !fits) return fits.error();
      out.before = *record;
      recorded = resource;
    }
    auto goal = change.edit(*record, *entry);
    if (!goal) return goal;
    goal->only_if = directory::both(std::move(goal->only_if), at_version(change.precondition, *entry));
    if (!guessing) last = *goal;
    return goal;
  };
  task.on_retry = [&](const Error& why) {
    if (why.kind == ErrorKind::PreconditionFailed || why.kind == ErrorKind::NotFound) last.reset();
  };
  auto report = context.reconciler.run(task, deadline);
  if (!report) return report.error();
  if (!report->after) return error(ErrorKind::Internal, "the directory did not return the entry it changed");
  auto after = mapping::read_record(*report->after);
  if (!after) return after.error();
  out.after = std::move(*after);
  if (change.landed) change.landed(out.after.dn);
  if (out.after.dn.str() != out.before.dn.str()) {
    context.member_ids.forget(out.before.dn);
    context.member_ids.forget(out.after.dn);
  }
  out.entry = std::move(*report->after);
  out.written = !report->plan.empty();
  out.absent = std::move(report->absent);
  return out;
}

Result<> remove(const Context& context, const directory::SearchRequest& find,
                const Precondition& precondition, std::string reason, Deadline deadline) {
  sync::Task task;
  task.find = find;
  bool seen = false;
  directory::Dn dn;
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry && seen) return sync::EntryGoal{sync::EntryGoal::Presence::Absent, {}, {}, reason, {}};
    if (!entry) return error(ErrorKind::NotFound, "no resource matches " + sought(find), "id");
    auto record = owned(context, *entry);
    if (!record) return record.error();
    if (auto fits = check(precondition, *record); !fits) return fits.error();
    dn = entry->dn;
    seen = true;  // gone at the next attempt: the delete of unknown outcome has happened
    return sync::EntryGoal{sync::EntryGoal::Presence::Absent, entry->dn, {}, reason, {}};
  };
  auto report = context.reconciler.run(task, deadline);
  context.member_ids.forget(dn);
  if (!report) return report.error();
  return {};
}

namespace {

// `goals` and `reason` outlive it.
sync::Task writing(const Context& context, const directory::SearchRequest& find,
                   const std::vector<sync::AttributeGoal>& goals, const std::string& reason) {
  sync::Task task;
  task.find = find;
  task.unread = {context.rules.group_shape.member_attribute};
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone");
    return sync::EntryGoal{sync::EntryGoal::Presence::Present, entry->dn, goals, reason, {}, {}};
  };
  return task;
}

}  // namespace

Result<> write_entry(const Context& context, const directory::SearchRequest& find,
                     const std::vector<sync::AttributeGoal>& goals, const std::string& reason,
                     Deadline deadline) {
  const auto task = writing(context, find, goals, reason);
  auto done = context.reconciler.run(task, deadline);
  return done || done.error().kind == ErrorKind::NotFound ? Result<>() : Result<>(done.error());
}

std::vector<Result<>> write_entries(const Context& context, std::span<const directory::SearchRequest> finds,
                                    const std::vector<sync::AttributeGoal>& goals, const std::string& reason,
                                    Deadline deadline) {
  std::vector<sync::Task> tasks;
  for (const auto& find : finds) tasks.push_back(writing(context, find, goals, reason));
  auto out = context.reconciler.run_all(tasks, deadline);
  for (auto& done : out)
    if (!done && done.error().kind == ErrorKind::NotFound) done = {};
  return out;
}

directory::SearchRequest entry_at(const directory::Dn& dn) {
  return directory::at(dn, {"objectClass", attr::id, attr::connection, attr::kind, attr::target});
}

Result<> delete_entry(const Context& context, const directory::Dn& dn, const std::string& reason,
                      Deadline deadline) {
  sync::Task task;
  task.find = entry_at(dn);
  task.goal = [&](const std::optional<directory::Entry>&) -> Result<sync::EntryGoal> {
    return sync::EntryGoal{sync::EntryGoal::Presence::Absent, dn, {}, reason, {}};
  };
  auto done = context.reconciler.run(task, deadline);
  return done || done.error().kind == ErrorKind::NotFound ? Result<>() : Result<>(done.error());
}

json::object with_id(json::object content, std::string_view id) {
  content["id"] = id;
  return content;
}

Result<scim::PatchResult> patched(const Context& context, const scim::ResourceType& type,
                                  const std::string& id, json::object content,
                                  std::span<const scim::PatchOperation> operations) {
  auto result = scim::apply(type, with_id(std::move(content), id), operations, context.patch_policy);
  if (result) result->resource.stable_erase("id");
  return result;
}

std::string id_key(std::string_view id) {
  return "id:" + ascii_lower(id);
}
std::string external_id_key(std::string_view external_id) {
  return "external:" + std::string(external_id);
}
void add_external_id_key(std::vector<std::string>& keys, const json::object& content) {
  const auto external_id = text_of(content, "externalId");
  if (!external_id.empty()) keys.push_back(external_id_key(external_id));
}
std::string dn_key(const directory::Dn& dn) {
  return "dn:" + dn.normalized();
}

std::string text_of(const json::object& content, std::string_view name) {
  return std::string(text_at(content, name));
}

std::vector<std::string> attributes_without_alias() {
  auto out = mapping::group_attributes();
  std::erase(out, attr::alias);
  return out;
}

}  // namespace dirbridge::provision
