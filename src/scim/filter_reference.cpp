#include "scim/filter_reference.hpp"

#include "base/text.hpp"
#include "scim/filter_literal.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

std::optional<AttributeRef> id_behind(const ResourceType& type, const AttributeRef& ref) {
  if (!ref.attribute || !ref.sub) return std::nullopt;
  if (has_id_outside(ref, *ref.sub)) return AttributeRef{nullptr, type.find("id"), nullptr};
  const auto id = id_behind_sub(ref, *ref.sub);
  return id ? std::optional(AttributeRef{nullptr, ref.attribute, id->attribute}) : std::nullopt;
}

std::optional<AttributeRef> id_behind_sub(const AttributeRef& outer, const AttributeDefinition& sub) {
  const bool is_shown_only = !outer.extension && sub.name == "$ref" &&
                             (outer.attribute->name == "members" || outer.attribute->name == "groups");
  if (!is_shown_only) return std::nullopt;
  return AttributeRef{nullptr, outer.attribute->find("value"), nullptr};
}

bool has_id_outside(const AttributeRef& outer, const AttributeDefinition& sub) {
  return !outer.extension && outer.attribute->name == "meta" && sub.name == "location";
}

Result<Filter> make_reference_comparison(AttributeRef id, Operator op, const Token* literal,
                                         std::size_t position) {
  if (op != Operator::Eq && op != Operator::Ne && op != Operator::Pr)
    return filter_error("references can only be compared with eq, ne and pr", position);
  auto out = make_comparison(id, op, literal, position);
  if (!out || !out->literal.value.is_string()) return out;
  const std::string end(last_segment(out->literal.value.get_string()));
  if (end.empty()) return filter_error("the reference ends in no id", position);
  out->literal.value = json::value(end);
  out->literal.folded = fold_case(end);
  return out;
}

}  // namespace dirbridge::scim
