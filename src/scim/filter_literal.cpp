#include "scim/filter_literal.hpp"

#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

const AttributeDefinition& compared(const AttributeRef& path) {
  return path.sub ? *path.sub : *path.attribute;
}

bool is_substring(Operator op) {
  return op == Operator::Co || op == Operator::Sw || op == Operator::Ew;
}
bool is_equality(Operator op) {
  return op == Operator::Eq || op == Operator::Ne;
}

bool allows(Type type, Operator op) {
  if (is_equality(op) || op == Operator::Pr) return true;
  switch (type) {
    case Type::Boolean:
    case Type::Binary:
    case Type::Complex:
      return false;
    case Type::Integer:
    case Type::Decimal:
      return !is_substring(op);
    default:
      return true;
  }
}

Error does_not_fit(const AttributeDefinition& attribute, const Token& token) {
  return filter_error("the value does not fit " + attribute.name + ", which has type " +
                          std::string(to_string(attribute.type)),
                      token.position);
}

Result<Literal> number_literal(const AttributeDefinition& attribute, const Token& token) {
  if (token.kind != Token::Kind::Word) return does_not_fit(attribute, token);
  const char* const end = token.text.data() + token.text.size();
  std::int64_t whole = 0;
  if (const auto [stop, status] = std::from_chars(token.text.data(), end, whole);
      status == std::errc() && stop == end)
    return Literal{json::value(whole), {}, {}};
  double number = 0;
  const auto [stop, status] = std::from_chars(token.text.data(), end, number);
  if (status != std::errc() || stop != end || !std::isfinite(number)) return does_not_fit(attribute, token);
  return Literal{json::value(number), {}, {}};
}

Result<Literal> text_literal(const AttributeDefinition& attribute, Operator op, const Token& token) {
  Literal out{json::value(token.text), {}, {}};
  if (attribute.type == Type::DateTime && !is_substring(op)) {
    out.instant = parse_date_time(token.text);
    if (!out.instant) return does_not_fit(attribute, token);
  }
  if (!attribute.case_exact) out.folded = fold_case(token.text);
  return out;
}

Result<Literal> make_literal(const AttributeDefinition& attribute, Operator op, const Token& token) {
  const bool is_null = token.kind == Token::Kind::Word && iequals(token.text, "null");
  const bool is_empty = token.kind == Token::Kind::Text && token.text.empty();
  if (is_equality(op) && (is_null || is_empty)) return Literal{};
  if (is_null) return filter_error("null can only be compared with eq and ne", token.position);
  if (attribute.type == Type::Boolean) {
    const auto flag = to_boolean(token.text);
    if (!flag) return does_not_fit(attribute, token);
    return Literal{json::value(*flag), {}, {}};
  }
  if (attribute.type == Type::Integer || attribute.type == Type::Decimal)
    return number_literal(attribute, token);
  return text_literal(attribute, op, token);
}

}  // namespace

Result<Filter> make_comparison(AttributeRef path, Operator op, const Token* literal, std::size_t position) {
  if (op != Operator::Pr && compared(path).type == Type::Complex) {
    const auto* value = path.sub ? nullptr : path.attribute->find("value");
    if (!value) return filter_error(path.attribute->name + " needs a sub-attribute to compare", position);
    path.sub = value;
  }
  const auto& attribute = compared(path);
  if (path.attribute->returned == Returned::Never || attribute.returned == Returned::Never)
    return filter_error(attribute.name + " cannot be searched", position);
  if (!allows(attribute.type, op))
    return filter_error("operator " + std::string(to_string(op)) + " is not for " + attribute.name +
                            ", which has type " + std::string(to_string(attribute.type)),
                        position);
  Filter out{Filter::Kind::Compare, path, op, {}, {}};
  if (op == Operator::Pr) return out;
  auto value = make_literal(attribute, op, *literal);
  if (!value) return value.error();
  out.literal = std::move(*value);
  return out;
}

}  // namespace dirbridge::scim
