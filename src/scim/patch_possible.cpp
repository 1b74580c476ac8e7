#include <utility>

#include "base/text.hpp"
#include "scim/patch.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

namespace {

// Each of them by itself costs a copy of the resource.
constexpr std::size_t most_single_operations = 100;

constexpr std::string_view active = "active";

bool is_of_active(const PatchOperation& operation) {
  const auto& target = operation.path.target;
  return !target.extension && target.attribute && target.attribute->name == active;
}

bool says_false(const json::value& value) {
  if (value.is_bool()) return !value.get_bool();
  if (value.is_array()) return value.get_array().size() == 1 && says_false(value.get_array().front());
  return value.is_string() && to_boolean(value.get_string()) == false;
}

// What an operation makes of the password stays until a later one says otherwise.
void take_over(PatchResult& all, PatchResult one) {
  all.resource = std::move(one.resource);
  all.changed = all.changed || one.changed;
  if (!one.password && !one.password_removed) return;
  all.password = std::move(one.password);
  all.password_removed = one.password_removed;
}

}  // namespace

PossiblePatch apply_possible(const ResourceType& type, const json::object& resource,
                             std::span<const PatchOperation> operations, const PatchPolicy& policy) {
  PossiblePatch out;
  out.result.resource = resource;
  const bool all = operations.size() <= most_single_operations;
  if (!all) out.refused.push_back(error(ErrorKind::TooLarge, "these are too many operations", "Operations"));
  for (const auto& operation : operations) {
    if (!all && !is_of_active(operation)) continue;
    auto done = apply(type, out.result.resource, {&operation, 1}, policy);
    if (done)
      take_over(out.result, std::move(*done));
    else
      out.refused.push_back(done.error());
  }
  return out;
}

bool takes_active_away(std::span<const PatchOperation> operations) {
  bool away = false;
  for (const auto& operation : operations)
    if (is_of_active(operation) && operation.op != PatchOp::Remove && operation.value)
      away = says_false(*operation.value);
  return away;
}

bool takes_active_away(const ResourceType& type, const json::value& body) {
  if (!body.is_object()) return false;
  bool away = false;
  for (const auto& member : body.get_object()) {
    if (iequals(member.key(), active)) away = says_false(member.value());
    if (member.value().is_object() && type.is_core_urn(member.key()))
      away = takes_active_away(type, member.value()) || away;
  }
  return away;
}

}  // namespace dirbridge::scim
