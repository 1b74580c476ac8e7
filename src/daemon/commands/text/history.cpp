#include "daemon/commands/text/history.hpp"

#include "base/text.hpp"

namespace dirbridge::daemon {

namespace {

using Activity = operate::State::Activity;
using By = operate::Grant::By;
using Kind = operate::Deed::Kind;
using Lines = std::vector<std::string>;

std::string in_words(const operate::Grant& grant) {
  const auto owner = " of connection " + grant.connection;
  const auto group = "by the group \"" + grant.group + "\"" + owner;
  switch (grant.by) {
    case By::SourceGroup:
      return group +
             (grant.mapped_as.empty() ? "" : ", which the mapping knows as \"" + grant.mapped_as + "\"");
    case By::DefaultRule:
      return "by a default group rule" + owner;
    case By::Guard:
      return "by the guard, which held back what would have ended it" + owner;
    case By::HandBefore:
      return "by hand, before the identity provider granted it";
    case By::SourceGroupOrHand:
      return group + ", or by hand";
    case By::Hand:
      return "by hand";
    case By::HeldRemoval:
      return "removed by the identity provider, which waits for approval";
  }
  return {};
}

std::string activity(const operate::State& state) {
  switch (state.activity) {
    case Activity::Active:
      return "active";
    case Activity::Disabled:
      return "disabled";
    case Activity::DisableHeld:
      return "active; disabled by the identity provider, which waits for approval";
    case Activity::DisableRejected:
      return "active; disabled by the identity provider, which an administrator rejected";
    case Activity::Deleted:
      return "deleted by the identity provider at " + state.deleted + ", the entry is kept";
    case Activity::DeletionHeld:
      return "deleted by the identity provider at " + state.deleted + ", which waits for approval";
  }
  return {};
}

std::string in_words(const operate::Deed& deed, const operate::Event& event) {
  const auto members = std::to_string(deed.members) + (deed.members == 1 ? " member" : " members");
  switch (deed.kind) {
    case Kind::Created:
      return "created";
    case Kind::Deleted:
      return "deleted";
    case Kind::Renamed:
      return "renamed from " + deed.old_name + " to " + deed.new_name;
    case Kind::Enabled:
      return "enabled";
    case Kind::Disabled:
      return "disabled";
    case Kind::MarkedDeleted:
      return "deleted, the entry is kept";
    case Kind::TakenUpAgain:
      return "taken up again";
    case Kind::Changed:
      return "changed " + join(deed.attributes, ", ");
    case Kind::MembersAdded:
      return members + " added";
    case Kind::MembersRemoved:
      return members + " removed";
    case Kind::MemberRemovalsHeld:
      return "removal of " + members + " waits";
    case Kind::MemberRemovalsSettled:
      return "removal of " + members + " no longer waits";
    case Kind::AddedToNewGroup:
      return "added to the new group " + deed.group;
    case Kind::AddedToGroup:
      return "added to " + deed.group;
    case Kind::RemovedFromGroup:
      return "removed from " + deed.group;
    case Kind::LeavingHeld:
      return "leaving " + deed.group + " waits";
    case Kind::LeavingSettled:
      return "leaving " + deed.group + " no longer waits";
    case Kind::Decision:
      return deed.removal + (deed.group.empty() ? "" : " from " + deed.group) + ' ' + event.outcome;
    case Kind::Left:
      return deed.field + " left as it is, " + event.detail;
  }
  return {};
}

std::string in_words(const std::vector<operate::Grant>& grants) {
  Lines out;
  for (const auto& grant : grants) out.push_back(in_words(grant));
  return join(out, "; ");
}

// Names come from outside: a control character among them must not forge a line.
std::string as_text(const Lines& lines) {
  std::string out;
  for (const auto& line : lines) out += without_controls(line, '?') + '\n';
  return out;
}

}  // namespace

std::string to_text(const operate::State& state) {
  Lines out{(state.is_user ? "user " : "group ") + state.dn.str()};
  out.push_back("  " + (state.connection.empty() ? "not managed by the bridge"
                                                 : "of connection " + state.connection + ", id " + state.id));
  if (state.is_user) {
    if (!state.user_name.empty()) out.push_back("  userName " + state.user_name);
    out.push_back("  " + activity(state));
    for (const auto& [group, dn, grants] : state.memberships)
      out.push_back("  in " + group + " (" + dn.str() + "): " + in_words(grants));
    if (state.memberships.empty()) out.emplace_back("  in no group");
  }
  for (const auto& source : state.sources) out.push_back("  members come " + in_words(source));
  return as_text(out);
}

std::string to_text(const operate::Event& event) {
  Lines deeds;
  for (const auto& deed : event.deeds) deeds.push_back(in_words(deed, event));
  auto out = event.time + ' ' + event.connection + ": " + join(deeds, ", ");
  if (event.outcome == "refused" || event.outcome == "failed") out += " - not done, " + event.detail;
  if (event.outcome == "unknown") out += " - perhaps, the connection to the directory broke";
  if (!event.reason.empty()) out += ", " + event.reason;
  if (!event.cause.empty()) out += " [" + event.cause + ']';
  return without_controls(std::move(out), '?');
}

}  // namespace dirbridge::daemon
