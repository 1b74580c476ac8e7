#include "operate/held.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "base/json_access.hpp"
#include "operate/json_list.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;
using provision::HeldRemoval;
using Outcome = Decided::Outcome;

// The value that has this name.
template <class Value, std::size_t n>
std::optional<Value> named(const Value (&values)[n], std::string_view name) {
  const auto* const at = std::find_if(std::begin(values), std::end(values),
                                      [&](Value value) { return to_string(value) == name; });
  return at == std::end(values) ? std::nullopt : std::optional(*at);
}

json::object about(const std::string& connection, const HeldRemoval& removal) {
  return {{"connection", connection},
          {"id", removal.id},
          {"removal", sync::to_string(removal.removal)},
          {"name", removal.name},
          {"dn", removal.dn.str()},
          {"members", json::array(removal.members.begin(), removal.members.end())}};
}

}  // namespace

std::string_view to_string(HeldDecision decision) {
  return decision == HeldDecision::Approve ? "approve" : "reject";
}

std::string_view to_string(Outcome outcome) {
  static constexpr std::string_view words[] = {"done", "settled", "failed"};
  return words[static_cast<std::size_t>(outcome)];
}

json::object to_json(const Decided& decided) {
  auto out = about(decided.connection, decided.removal);
  out["outcome"] = to_string(decided.outcome);
  if (!decided.detail.empty()) out["detail"] = decided.detail;
  return out;
}

json::object to_json(const Held& held) {
  auto out = about(held.connection, held.removal);
  out["since"] = held.since;
  if (held.cause) out["cause"] = *held.cause;
  return out;
}

json::object to_json(const HeldList& list) {
  return {{"held", list_of(list.held)}, {"failures", to_json(list.failures)}};
}

json::object to_json(const DecidedList& list) {
  return {{"decision", to_string(list.decision)},
          {"decided", list_of(list.decided)},
          {"failures", to_json(list.failures)}};
}

std::optional<Decided> decided_in(const json::object& object) {
  using sync::Removal;
  static constexpr Removal removals[] = {Removal::Disable, Removal::Delete, Removal::GroupDelete,
                                         Removal::MemberRemoval};
  static constexpr Outcome outcomes[] = {Outcome::Done, Outcome::Settled, Outcome::Failed};
  const auto removal = named(removals, text_at(object, "removal"));
  const auto outcome = named(outcomes, text_at(object, "outcome"));
  auto dn = directory::Dn::parse(text_at(object, "dn"));
  if (!removal || !outcome || !dn) return std::nullopt;
  return Decided{std::string(text_at(object, "connection")),
                 {*removal,
                  std::string(text_at(object, "id")),
                  std::string(text_at(object, "name")),
                  std::move(*dn),
                  texts_at(object, "members"),
                  {}},
                 *outcome,
                 std::string(text_at(object, "detail"))};
}

}  // namespace dirbridge::operate
