// The history as JSON.
#include <boost/json.hpp>

#include "operate/history.hpp"
#include "operate/json_list.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

void set(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

}  // namespace

json::object to_json(const Grant& grant) {
  json::object out{{"by", to_string(grant.by)}};
  set(out, "connection", grant.connection);
  set(out, "group", grant.group);
  set(out, "mapped_as", grant.mapped_as);
  return out;
}

json::object to_json(const Membership& membership) {
  return {{"group", membership.group}, {"dn", membership.dn.str()}, {"grants", list_of(membership.grants)}};
}

json::object to_json(const Deed& deed) {
  json::object out{{"kind", to_string(deed.kind)}};
  set(out, "group", deed.group);
  set(out, "old_name", deed.old_name);
  set(out, "new_name", deed.new_name);
  if (deed.members > 0) out["members"] = deed.members;
  if (!deed.attributes.empty())
    out["attributes"] = json::array(deed.attributes.begin(), deed.attributes.end());
  set(out, "removal", deed.removal);
  set(out, "field", deed.field);
  return out;
}

std::string_view to_string(Grant::By by) {
  static constexpr std::string_view words[] = {
      "source_group", "default_rule", "guard", "hand_before", "source_group_or_hand", "hand", "held_removal"};
  return words[static_cast<std::size_t>(by)];
}

std::string_view to_string(State::Activity activity) {
  static constexpr std::string_view words[] = {"active",           "disabled", "disable_held",
                                               "disable_rejected", "deleted",  "deletion_held"};
  return words[static_cast<std::size_t>(activity)];
}

std::string_view to_string(Deed::Kind kind) {
  static constexpr std::string_view words[] = {"created",
                                               "deleted",
                                               "renamed",
                                               "enabled",
                                               "disabled",
                                               "marked_deleted",
                                               "taken_up_again",
                                               "changed",
                                               "members_added",
                                               "members_removed",
                                               "member_removals_held",
                                               "member_removals_settled",
                                               "added_to_new_group",
                                               "added_to_group",
                                               "removed_from_group",
                                               "leaving_held",
                                               "leaving_settled",
                                               "decision",
                                               "left"};
  static_assert(std::size(words) == static_cast<std::size_t>(Deed::Kind::Left) + 1);
  return words[static_cast<std::size_t>(kind)];
}

json::object to_json(const State& state) {
  json::object out{{"type", state.is_user ? "user" : "group"}, {"dn", state.dn.str()}};
  set(out, "connection", state.connection);
  set(out, "id", state.id);
  if (!state.is_user) {
    out["sources"] = list_of(state.sources);
    return out;
  }
  set(out, "user_name", state.user_name);
  out["activity"] = to_string(state.activity);
  set(out, "deleted", state.deleted);
  out["memberships"] = list_of(state.memberships);
  return out;
}

json::object to_json(const Event& event) {
  json::object out{{"time", event.time}, {"connection", event.connection}};
  set(out, "cause", event.cause);
  set(out, "reason", event.reason);
  out["dn"] = event.dn.str();
  out["outcome"] = event.outcome;
  set(out, "detail", event.detail);
  out["deeds"] = list_of(event.deeds);
  return out;
}

json::object to_json(const History& history) {
  json::object out{{"name", history.name}, {"subjects", list_of(history.subjects)}};
  if (history.events) out["events"] = list_of(*history.events);
  out["failures"] = to_json(history.failures);
  return out;
}

}  // namespace dirbridge::operate
