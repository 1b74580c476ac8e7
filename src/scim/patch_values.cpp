#include "scim/patch_values.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::scim {
namespace {

Result<void> set_sub(const AttributeDefinition& sub, json::object& target, json::value value,
                     const Field& field) {
  auto coerced = coerce(sub, std::move(value), field);
  if (!coerced) return coerced.error();
  const auto* present = target.if_contains(sub.name);
  if (sub.mutability == Mutability::Immutable && present && (!*coerced || *present != **coerced))
    return error(ErrorKind::Mutability, field.str() + " cannot be changed", field.str());
  if (*coerced)
    target[sub.name] = std::move(**coerced);
  else
    target.stable_erase(sub.name);
  return {};
}

void drop_stale_reference(const AttributeDefinition& attribute, json::object& target) {
  if (!attribute.find("$ref")) return;
  target.stable_erase("$ref");
  for (const auto& sub : attribute.sub_attributes)
    if (sub.mutability == Mutability::ReadOnly) target.stable_erase(sub.name);
}

// The key of an element without regard to its type.
std::string value_key(const AttributeDefinition& attribute, const json::value& element) {
  if (!element.is_object()) return element_key(attribute, element);
  const auto* value = element.get_object().if_contains("value");
  return element_key(attribute, value ? json::value(json::object{{"value", *value}}) : element);
}

}  // namespace

Result<void> merge_complex(const AttributeDefinition& attribute, json::object& target, json::object source,
                           const Field& field) {
  if (find_member(source, "value") && !find_member(source, "$ref")) drop_stale_reference(attribute, target);
  if (auto* ref = find_member(source, "$ref"); ref && ref->is_string() && !find_member(source, "value"))
    if (const auto id = last_segment(ref->get_string()); !id.empty() && attribute.find("value"))
      source["value"] = json::value(id);
  for (auto& [name, value] : source) {
    const auto* sub = attribute.find(name);
    if (!sub || sub->mutability == Mutability::ReadOnly) continue;
    if (auto done = set_sub(*sub, target, std::move(value), Field{&field, sub->name}); !done) return done;
  }
  return {};
}

std::optional<json::object> described_element(const Filter& filter) {
  if (filter.kind == Filter::Kind::Compare) {
    if (filter.op != Operator::Eq || filter.literal.value.is_null()) return std::nullopt;
    return json::object{{filter.path.attribute->name, filter.literal.value}};
  }
  if (filter.kind != Filter::Kind::And) return std::nullopt;
  json::object out;
  for (const auto& term : filter.terms) {
    auto part = described_element(term);
    if (!part) return std::nullopt;
    for (auto& [name, value] : *part) out[name] = std::move(value);
  }
  return out;
}

std::vector<std::size_t> select(const Filter& filter, const json::array& list) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (matches_element(filter, list[i])) out.push_back(i);
  return out;
}

std::vector<std::size_t> add_elements(const AttributeDefinition& attribute, json::array& list,
                                      json::array added) {
  std::unordered_map<std::string, std::size_t> known;
  known.reserve(list.size() + added.size());
  for (std::size_t i = 0; i < list.size(); ++i) known.emplace(element_key(attribute, list[i]), i);
  std::vector<std::size_t> written;
  for (auto& element : added) {
    const auto [at, fresh] = known.emplace(element_key(attribute, element), list.size());
    written.push_back(at->second);
    if (fresh) {
      list.push_back(std::move(element));
    } else if (element.is_object() && list[at->second].is_object()) {
      auto& present = list[at->second].get_object();
      for (auto& [name, value] : element.get_object())
        if (name != "value") present[name] = std::move(value);
    }
  }
  return written;
}

void remove_elements(const AttributeDefinition& attribute, json::array& list, const json::array& listed) {
  std::unordered_set<std::string> keys;
  for (const auto& element : listed) keys.insert(element_key(attribute, element));
  json::array kept;
  kept.reserve(list.size());
  for (auto& element : list)
    if (!keys.contains(element_key(attribute, element)) && !keys.contains(value_key(attribute, element)))
      kept.push_back(std::move(element));
  list = std::move(kept);
}

void settle_primary(json::array& list, const std::vector<std::size_t>& written) {
  for (auto i = written.rbegin(); i != written.rend(); ++i)
    if (is_primary(list[*i]) && has_content(list[*i])) return demote_others(list, *i);
}

}  // namespace dirbridge::scim
