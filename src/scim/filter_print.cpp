#include "scim/filter.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::scim {
namespace {

std::string print_terms(const Filter& filter, std::string_view keyword) {
  std::string out = "(";
  for (const auto& term : filter.terms) {
    if (&term != &filter.terms.front()) out += keyword;
    out += to_string(term);
  }
  return out += ")";
}

std::string print_compare(const Filter& filter, std::string name) {
  name += ' ';
  name += to_string(filter.op);
  if (filter.op != Operator::Pr) (name += ' ') += serialize(filter.literal.value);
  return name;
}

}  // namespace

std::string to_string(const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::Compare:
      return print_compare(filter, to_string(filter.path));
    case Filter::Kind::And:
      return print_terms(filter, " and ");
    case Filter::Kind::Or:
      return print_terms(filter, " or ");
    case Filter::Kind::Not:
      return "not (" + to_string(filter.terms.front()) + ")";
    case Filter::Kind::Element:
      return to_string(filter.path) + "[" + to_string(filter.terms.front()) + "]";
  }
  return {};
}

bool mentions(const Filter& filter, std::string_view attribute) {
  if (filter.kind == Filter::Kind::Compare || filter.kind == Filter::Kind::Element)
    return !filter.path.extension && filter.path.attribute->name == attribute;
  for (const auto& term : filter.terms)
    if (mentions(term, attribute)) return true;
  return false;
}

}  // namespace dirbridge::scim
