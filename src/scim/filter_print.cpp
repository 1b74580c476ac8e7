#include "scim/filter.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::scim {
namespace {

std::string print(const Filter& filter, const AttributeDefinition* outer);

std::string print_terms(const Filter& filter, const AttributeDefinition* outer, std::string_view keyword) {
  std::string out = "(";
  for (const auto& term : filter.terms) {
    if (&term != &filter.terms.front()) out += keyword;
    out += print(term, outer);
  }
  return out += ")";
}

// Inside brackets (outer), an element that has no sub-attributes is called `value`.
std::string print_compare(const Filter& filter, const AttributeDefinition* outer) {
  std::string out = outer && filter.path.attribute == outer ? "value" : to_string(filter.path);
  (out += ' ') += to_string(filter.op);
  if (filter.op != Operator::Pr) (out += ' ') += serialize(filter.literal.value);
  return out;
}

std::string print(const Filter& filter, const AttributeDefinition* outer) {
  switch (filter.kind) {
    case Filter::Kind::Compare:
      return print_compare(filter, outer);
    case Filter::Kind::And:
      return print_terms(filter, outer, " and ");
    case Filter::Kind::Or:
      return print_terms(filter, outer, " or ");
    case Filter::Kind::Not:
      return "not (" + print(filter.terms.front(), outer) + ")";
    case Filter::Kind::Element:
      return to_string(filter.path) + "[" + print(filter.terms.front(), filter.path.attribute) + "]";
  }
  return {};
}

}  // namespace

std::string to_string(const Filter& filter) {
  return print(filter, nullptr);
}

bool mentions(const Filter& filter, std::string_view attribute) {
  if (filter.kind == Filter::Kind::Compare || filter.kind == Filter::Kind::Element)
    return !filter.path.extension && filter.path.attribute->name == attribute;
  for (const auto& term : filter.terms)
    if (mentions(term, attribute)) return true;
  return false;
}

}  // namespace dirbridge::scim
