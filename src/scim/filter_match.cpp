#include <algorithm>
#include <boost/json/array.hpp>
#include <compare>

#include "base/text.hpp"
#include "scim/filter.hpp"

namespace dirbridge::scim {
namespace {

bool ordered(Operator op, std::partial_ordering order) {
  switch (op) {
    case Operator::Eq:
      return std::is_eq(order);
    case Operator::Ne:
      return std::is_neq(order);
    case Operator::Gt:
      return std::is_gt(order);
    case Operator::Ge:
      return std::is_gteq(order);
    case Operator::Lt:
      return std::is_lt(order);
    case Operator::Le:
      return std::is_lteq(order);
    default:
      return false;
  }
}

// `wanted` is folded already; `fold` maps the characters of `value`.
template <class Fold>
bool compare_chars(Operator op, std::string_view value, std::string_view wanted, Fold fold) {
  const auto same = [&](char v, char w) { return fold(v) == w; };
  const auto equal = [&](std::string_view part) {
    return part.size() == wanted.size() && std::equal(part.begin(), part.end(), wanted.begin(), same);
  };
  switch (op) {
    case Operator::Eq:
      return equal(value);
    case Operator::Ne:
      return !equal(value);
    case Operator::Sw:
      return value.size() >= wanted.size() && equal(value.substr(0, wanted.size()));
    case Operator::Ew:
      return value.size() >= wanted.size() && equal(value.substr(value.size() - wanted.size()));
    case Operator::Co:
      return std::search(value.begin(), value.end(), wanted.begin(), wanted.end(), same) != value.end() ||
             wanted.empty();
    default:
      break;
  }
  const auto order = std::lexicographical_compare_three_way(
      value.begin(), value.end(), wanted.begin(), wanted.end(),
      [&](char v, char w) { return static_cast<unsigned char>(fold(v)) <=> static_cast<unsigned char>(w); });
  return ordered(op, order);
}

bool compare_text(const Filter& filter, const AttributeDefinition& attribute, std::string_view value) {
  const auto as_is = [](char c) { return c; };
  if (attribute.case_exact) return compare_chars(filter.op, value, filter.literal.value.get_string(), as_is);
  if (is_ascii(value))
    return compare_chars(filter.op, value, filter.literal.folded, [](char c) { return ascii_lower(c); });
  return compare_chars(filter.op, fold_case(value), filter.literal.folded, as_is);
}

std::partial_ordering compare_numbers(const json::value& a, const json::value& b) {
  if (a.is_int64() && b.is_int64()) return a.get_int64() <=> b.get_int64();
  return a.to_number<double>() <=> b.to_number<double>();
}

// One value that is there. Values of another type than the literal are different from it and have no order.
bool compare_value(const Filter& filter, const AttributeDefinition& attribute, const json::value& value) {
  const auto& wanted = filter.literal.value;
  if (filter.literal.instant) {
    const auto instant = value.is_string() ? parse_date_time(value.get_string()) : std::nullopt;
    return instant ? ordered(filter.op, *instant <=> *filter.literal.instant) : filter.op == Operator::Ne;
  }
  if (wanted.is_string() && value.is_string()) return compare_text(filter, attribute, value.get_string());
  if (wanted.is_bool() && value.is_bool())
    return (value.get_bool() == wanted.get_bool()) == (filter.op == Operator::Eq);
  if (wanted.is_number() && value.is_number()) return ordered(filter.op, compare_numbers(value, wanted));
  return filter.op == Operator::Ne;
}

bool has_value(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return false;
    case json::kind::string:
      return !value.get_string().empty();
    case json::kind::array:
      return std::any_of(value.get_array().begin(), value.get_array().end(), has_value);
    case json::kind::object:
      return std::any_of(value.get_object().begin(), value.get_object().end(),
                         [](const auto& member) { return has_value(member.value()); });
    default:
      return true;
  }
}

// Calls `test` for every value at `sub` (or for the value itself) until one is accepted.
template <class Test>
bool any_value(const json::value* value, const AttributeDefinition* sub, const Test& test) {
  if (!value) return false;
  if (value->is_array())
    return std::any_of(value->get_array().begin(), value->get_array().end(),
                       [&](const json::value& element) { return any_value(&element, sub, test); });
  if (!sub) return has_value(*value) && test(*value);
  return value->is_object() && any_value(value->get_object().if_contains(sub->name), nullptr, test);
}

bool compare(const Filter& filter, const json::value* value) {
  const auto present = [&] {
    return any_value(value, filter.path.sub, [](const json::value&) { return true; });
  };
  if (filter.op == Operator::Pr) return present();
  if (filter.literal.value.is_null()) return present() == (filter.op == Operator::Ne);
  const auto& attribute = filter.path.sub ? *filter.path.sub : *filter.path.attribute;
  const bool found = any_value(value, filter.path.sub,
                               [&](const json::value& one) { return compare_value(filter, attribute, one); });
  return found || (filter.op == Operator::Ne && !present());
}

// `find` gives the value of a path's attribute, in a resource or in an element.
template <class Find>
bool evaluate(const Filter& filter, const Find& find) {
  const auto holds = [&](const Filter& term) { return evaluate(term, find); };
  switch (filter.kind) {
    case Filter::Kind::Compare:
      return compare(filter, find(filter.path));
    case Filter::Kind::And:
      return std::all_of(filter.terms.begin(), filter.terms.end(), holds);
    case Filter::Kind::Or:
      return std::any_of(filter.terms.begin(), filter.terms.end(), holds);
    case Filter::Kind::Not:
      return !holds(filter.terms.front());
    case Filter::Kind::Element: {
      const json::value* value = find(filter.path);
      if (!value) return false;
      const auto fits = [&](const json::value& element) {
        return matches_element(filter.terms.front(), element);
      };
      if (!value->is_array()) return fits(*value);
      return std::any_of(value->get_array().begin(), value->get_array().end(), fits);
    }
  }
  return false;
}

}  // namespace

bool matches(const Filter& filter, const json::object& resource) {
  return evaluate(filter, [&](const AttributeRef& path) { return find_value(resource, path); });
}

bool matches_element(const Filter& filter, const json::value& element) {
  return evaluate(filter, [&](const AttributeRef& path) -> const json::value* {
    if (!element.is_object()) return &element;
    return element.get_object().if_contains(path.attribute->name);
  });
}

}  // namespace dirbridge::scim
