#include "provision/users/editing.hpp"

#include "base/uuid.hpp"
#include "mapping/user_entry.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/patch_keys.hpp"
#include "provision/groups/pending.hpp"
#include "provision/refusal.hpp"
#include "provision/users/arrival.hpp"
#include "provision/users/change.hpp"
#include "provision/users/remarks.hpp"
#include "provision/users/removal.hpp"
#include "provision/with_handover.hpp"

namespace dirbridge::provision {

namespace {

// Whether enabling or disabling may take a name.
bool homes_change(const mapping::Rules& rules) {
  return rules.disable.delete_entry || rules.disable.move_to || !rules.user_options.import;
}

// Of a request that was interrupted and comes again, what follows may be undone.
bool may_be_repeated(const Changed& changed) {
  return !changed.written || changed.resumed;
}

// Directory groups do not show a user without an entry, nor a disabled one where they are to be stripped.
Result<> follow_in_groups(const Context& context, const Changed& changed, Deadline deadline) {
  const auto& rules = context.rules;
  const bool moved =
      mapping::is_record(rules, changed.before.dn) != mapping::is_record(rules, changed.after.dn);
  if (!mapping::maps_groups(rules) || !(moved || rules.disable.strip_groups || may_be_repeated(changed)))
    return {};
  auto done = project_user(context, changed.after.dn, deadline);
  return done ? Result<>() : Result<>(done.error());
}

// What groups are to show of the change.
Result<> follow(const Context& context, const Changed& changed, Deadline deadline) {
  if (auto done = follow_in_groups(context, changed, deadline); !done) return done;
  const auto external_id = text_of(changed.after.content, "externalId");
  const bool new_name = external_id != text_of(changed.before.content, "externalId");
  if (external_id.empty() || !(new_name || may_be_repeated(changed))) return {};
  return admit_waiting(context, changed.after.dn, {external_id}, deadline);
}

struct Editing {
  std::string_view id;
  const Precondition& precondition;
  Keys keys;
  std::string reason;
  NewUser new_user;
};

Result<mapping::Record> edit_locked(const Context& context, const Editing& editing, const Refused& left,
                                    Deadline deadline) {
  auto lease = context.locks.acquire(editing.keys, deadline);
  if (!lease) return lease.error();
  json::object wanted;
  bool leaves = false;
  const auto remembered = [&](const mapping::Record& record) {
    auto wish = editing.new_user(record);
    if (wish) wanted = wish->content;
    leaves = wish && wish->leaves;
    return wish;
  };
  auto changed = change_user(context, editing.id, editing.precondition, remembered, editing.reason, deadline);
  if (!changed) return remarked(context, changed.error(), wanted);
  const auto& after = changed->after;
  if (text_of(after.content, "userName") != text_of(changed->before.content, "userName"))
    remark_on_bad_characters(context, after);
  remark_on_left(context, after.dn, left);
  remark_on_unshown(context, after, changed->before.content);
  if (auto done = follow(context, *changed, deadline); !done) {
    if (!leaves || !concerns_content(done.error().kind)) return done.error();
    const auto& why = done.error().detail;
    log_incomplete(context, after.dn, "groups do not follow: " + why);
    context.reconciler.left(after.dn, "groups", why);
  }
  return std::move(changed->after);
}

// `left` is filled by each run of the edit.
Result<mapping::Record> edit(const Context& context, const Editing& editing, const Refused& left,
                             Deadline deadline) {
  if (!is_uuid(editing.id)) return no_such_id(editing.id);
  return with_handover(context, deadline,
                       [&](const Context& inner) { return edit_locked(inner, editing, left, deadline); });
}

}  // namespace

Result<mapping::Record> replace_user(const Context& context, std::string_view id, json::value body,
                                     const Precondition& precondition, Deadline deadline) {
  const auto& type = context.catalog.user;
  const bool leaves = scim::takes_active_away(type, body);
  auto read = scim::read_possible(type, std::move(body), scim::ReadMode::Request);
  if (!read) return read.error();
  if (!leaves && !read->refused.empty()) return read->refused.front();
  const bool named = !text_of(read->resource, "userName").empty();
  auto keys = named ? arrival_keys(context, read->resource) : Keys{{}, {renames}};
  keys.exclusive.push_back(id_key(id));
  Refused left;
  const auto replaced = [&](const mapping::Record& record) {
    return replaced_user(context, record, *read, leaves, left);
  };
  return edit(context, {id, precondition, std::move(keys), context.mandate.reason_or("PUT /Users"), replaced},
              left, deadline);
}

Result<mapping::Record> patch_user(const Context& context, std::string_view id, json::value body,
                                   const Precondition& precondition, Deadline deadline) {
  auto read = scim::read_patch(context.catalog.user, std::move(body));
  if (!read) return read.error();
  const bool leaves = scim::takes_active_away(read->operations);
  if (!leaves && !read->refused.empty()) return read->refused.front();
  const auto& operations = read->operations;
  Keys keys{{id_key(id)}, {}};
  if (scim::touches(operations, "userName") ||
      (homes_change(context.rules) && scim::touches(operations, "active")))
    keys.exclusive.emplace_back(renames);
  add_external_id_keys(keys.exclusive, operations);
  Refused left;
  const auto patched = [&](const mapping::Record& record) {
    return leaves ? patched_user_at_least(context, record, *read, left)
                  : patched_user(context, record, operations);
  };
  return edit(context,
              {id, precondition, std::move(keys), context.mandate.reason_or("PATCH /Users"), patched}, left,
              deadline);
}

Result<bool> converge_user(const Context& context, std::string_view id, Deadline deadline) {
  if (!is_uuid(id)) return no_such_id(id);
  return with_handover(context, deadline, [&](const Context& inner) -> Result<bool> {
    auto lease = inner.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!lease) return lease.error();
    auto changed = change_user(inner, id, {}, as_recorded, inner.mandate.reason_or("apply"), deadline);
    if (!changed) return changed.error();
    if (!mapping::maps_groups(inner.rules)) return changed->written;
    auto shown_in_groups = project_user(inner, changed->after.dn, deadline);
    if (!shown_in_groups) return shown_in_groups.error();
    return changed->written || *shown_in_groups;
  });
}

Result<> decide_user(const Context& context, std::string_view id, sync::Decision decision,
                     Deadline deadline) {
  if (!is_uuid(id)) return no_such_id(id);
  return with_handover(context, deadline, [&](const Context& inner) -> Result<> {
    auto lease = inner.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!lease) return lease.error();
    if (auto done = decide_on_user(inner, id, decision, deadline); !done) return done;
    if (!mapping::maps_groups(inner.rules) || !inner.rules.disable.strip_groups) return {};
    auto home = find_entry(inner, inner.catalog.user, id, mapping::record_attributes(), deadline);
    if (!home && home.error().kind == ErrorKind::NotFound) return {};  // a deletion was approved
    if (!home) return home.error();
    auto projected = project_user(inner, home->dn, deadline);
    return projected ? Result<>() : Result<>(projected.error());
  });
}

}  // namespace dirbridge::provision
