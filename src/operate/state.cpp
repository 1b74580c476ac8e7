#include "operate/state.hpp"

#include <algorithm>

#include "directory/dn_set.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/held.hpp"
#include "operate/entry_search.hpp"
#include "provision/grants/grants.hpp"

namespace dirbridge::operate {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using By = Grant::By;

std::string text(const Entry& entry, std::string_view name) {
  return std::string(entry.attributes.first(name));
}

// Source groups, default rules and the guard, and memberships by hand that are kept.
Filter granting() {
  return Filter::any_of({provision::granting(), Filter::equal(attr::kind, provision::by_hand_kind)});
}

State::Activity activity_of(const Entry& entry) {
  namespace held = mapping::held;
  using Activity = State::Activity;
  if (held::has(entry.attributes, held::removal)) return Activity::DeletionHeld;
  if (!text(entry, attr::deleted).empty()) return Activity::Deleted;
  if (held::has(entry.attributes, held::disable)) return Activity::DisableHeld;
  if (held::has(entry.attributes, held::disable_rejected)) return Activity::DisableRejected;
  return text(entry, attr::active) == "FALSE" ? Activity::Disabled : Activity::Active;
}

Grant grant_of(const Entry& record) {
  const auto kind = text(record, attr::kind);
  auto connection = text(record, attr::connection);
  if (kind == provision::default_kind) return {By::DefaultRule, std::move(connection)};
  if (kind == provision::held_kind) return {By::Guard, std::move(connection)};
  if (kind == provision::by_hand_kind) return {By::HandBefore};
  return {By::SourceGroup, std::move(connection), text(record, attr::display_name),
          text(record, mapping::mapped_as_attribute)};
}

// The group's own entry lists her, and says by itself whose doing that is.
Grant own_grant(const Entry& group, bool waits) {
  if (waits) return {By::HeldRemoval};
  if (group.attributes.has_value("objectClass", object_class::group))
    return {By::SourceGroupOrHand, text(group, attr::connection), text(group, attr::display_name)};
  return {By::Hand};
}

std::vector<Grant> grants_in(const std::vector<Entry>& records, const Dn& group) {
  std::vector<Grant> out;
  for (const auto& record : records) {
    const directory::DnSet targets(record.attributes.values(attr::target));
    if (targets.contains(group.str())) out.push_back(grant_of(record));
  }
  return out;
}

Result<std::vector<Membership>> memberships_of(const provision::Context& context, const Dn& dn,
                                               Deadline deadline) {
  const auto& rules = context.rules;
  const auto member = Filter::equal(rules.group_shape.member_attribute, dn.str());
  const auto groups = entries_below(context, rules.group_base, member, deadline);
  if (!groups) return groups.error();
  const auto held =
      entries_below(context, rules.group_base, Filter::equal(attr::held_member, dn.str()), deadline);
  if (!held) return held.error();
  const auto records =
      entries_below(context, rules.bridge_base, Filter::all_of({member, granting()}), deadline);
  if (!records) return records.error();
  std::vector<Membership> out;
  for (const auto& group : *groups) {
    const bool waits =
        std::any_of(held->begin(), held->end(), [&](const auto& one) { return one.dn == group.dn; });
    auto grants = grants_in(*records, group.dn);
    if (grants.empty()) grants.push_back(own_grant(group, waits));
    out.push_back({text(group, "cn"), group.dn, std::move(grants)});
  }
  return out;
}

Result<std::vector<Grant>> sources_of(const provision::Context& context, const Dn& group, Deadline deadline) {
  const auto records =
      entries_below(context, context.rules.bridge_base,
                    Filter::all_of({Filter::equal(attr::target, group.str()), granting()}), deadline);
  if (!records) return records.error();
  std::vector<Grant> out;
  for (const auto& record : *records) out.push_back(grant_of(record));
  return out;
}

}  // namespace

Result<State> state_of(const provision::Context& context, const Subject& subject, Deadline deadline) {
  const auto& entry = subject.entry;
  State out{subject.is_user,
            entry.dn,
            text(entry, attr::connection),
            text(entry, attr::id),
            text(entry, attr::user_name),
            activity_of(entry),
            text(entry, attr::deleted),
            {},
            {}};
  if (subject.is_user) {
    auto memberships = memberships_of(context, entry.dn, deadline);
    if (!memberships) return memberships.error();
    out.memberships = std::move(*memberships);
  } else {
    auto sources = sources_of(context, entry.dn, deadline);
    if (!sources) return sources.error();
    out.sources = std::move(*sources);
  }
  return out;
}

}  // namespace dirbridge::operate
