#include <array>
#include <utility>

#include "base/text.hpp"
#include "scim/filter.hpp"
#include "scim/filter_lexer.hpp"
#include "scim/filter_literal.hpp"
#include "scim/filter_reference.hpp"

namespace dirbridge::scim {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 10> operators{{{"eq", Operator::Eq},
                                                                           {"ne", Operator::Ne},
                                                                           {"co", Operator::Co},
                                                                           {"sw", Operator::Sw},
                                                                           {"ew", Operator::Ew},
                                                                           {"gt", Operator::Gt},
                                                                           {"ge", Operator::Ge},
                                                                           {"lt", Operator::Lt},
                                                                           {"le", Operator::Le},
                                                                           {"pr", Operator::Pr}}};

std::optional<Operator> find_operator(std::string_view word) {
  for (const auto& [name, op] : operators)
    if (iequals(name, word)) return op;
  return std::nullopt;
}

// What names mean here: attributes of a resource, or sub-attributes inside brackets.
struct Scope {
  const ResourceType* type = nullptr;
  const AttributeDefinition* outer = nullptr;
  const Schema* extension = nullptr;  // that of `outer`

  std::optional<AttributeRef> find(std::string_view name) const {
    if (!outer) {
      auto ref = resolve(*type, name);
      return ref && ref->attribute ? ref : std::nullopt;
    }
    if (outer->type != Type::Complex && iequals(name, "value")) return AttributeRef{nullptr, outer, nullptr};
    if (const auto* sub = outer->find(name)) return AttributeRef{nullptr, sub, nullptr};
    return std::nullopt;
  }

  std::optional<AttributeRef> find_id_behind(const AttributeRef& ref) const {
    return outer ? id_behind_sub({extension, outer, nullptr}, *ref.attribute) : id_behind(*type, ref);
  }

  bool lacks(const AttributeRef& ref) const {
    return outer && has_id_outside({extension, outer, nullptr}, *ref.attribute);
  }
};

// Recursive descent; every level of nesting passes through any(), which counts the depth.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<Filter> whole(const Scope& scope) {
    if (auto first = advance(); !first) return first.error();
    auto filter = any(scope);
    if (filter && token_.kind != Token::Kind::End) return filter_error("unexpected text", token_.position);
    return filter;
  }

 private:
  Result<void> advance() {
    auto next = lexer_.next();
    if (!next) return next.error();
    token_ = std::move(*next);
    return {};
  }

  bool at_keyword(std::string_view word) const {
    return token_.kind == Token::Kind::Word && iequals(token_.text, word);
  }

  Result<Filter> any(const Scope& scope) {
    if (depth_ >= max_filter_depth) return filter_error("nested too deeply", token_.position);
    ++depth_;
    auto filter = joined(scope, "or", Filter::Kind::Or, &Parser::all);
    --depth_;
    return filter;
  }

  Result<Filter> all(const Scope& scope) { return joined(scope, "and", Filter::Kind::And, &Parser::term); }

  Result<Filter> joined(const Scope& scope, std::string_view keyword, Filter::Kind kind,
                        Result<Filter> (Parser::*part)(const Scope&)) {
    auto first = (this->*part)(scope);
    if (!first || !at_keyword(keyword)) return first;
    Filter out{kind, {}, Operator::Pr, {}, {}};
    out.terms.push_back(std::move(*first));
    while (at_keyword(keyword)) {
      if (auto next = advance(); !next) return next.error();
      auto term = (this->*part)(scope);
      if (!term) return term;
      out.terms.push_back(std::move(*term));
    }
    return out;
  }

  Result<Filter> term(const Scope& scope) {
    if (token_.kind == Token::Kind::OpenParenthesis) return grouped(scope);
    if (token_.kind != Token::Kind::Word)
      return filter_error(
          token_.kind == Token::Kind::End ? "an expression is missing" : "expected an attribute",
          token_.position);
    const Token name = std::move(token_);
    if (auto next = advance(); !next) return next.error();
    if (iequals(name.text, "not") && token_.kind == Token::Kind::OpenParenthesis) {
      auto inner = grouped(scope);
      if (!inner) return inner;
      Filter out{Filter::Kind::Not, {}, Operator::Pr, {}, {}};
      out.terms.push_back(std::move(*inner));
      return out;
    }
    const auto ref = scope.find(name.text);
    if (!ref) return filter_error("unknown attribute " + name.text, name.position);
    if (token_.kind == Token::Kind::OpenBracket) return element(scope, *ref, name);
    return comparison(scope, *ref, name);
  }

  Result<Filter> grouped(const Scope& scope) { return enclosed(scope, Token::Kind::CloseParenthesis, ")"); }

  Result<Filter> enclosed(const Scope& scope, Token::Kind close, const char* sign) {
    if (auto next = advance(); !next) return next.error();
    auto inner = any(scope);
    if (!inner) return inner;
    if (token_.kind != close) return filter_error(std::string("expected ") + sign, token_.position);
    if (auto next = advance(); !next) return next.error();
    return inner;
  }

  // attr[filter], and attr[filter].sub op value: all of it about one element.
  Result<Filter> element(const Scope& scope, const AttributeRef& ref, const Token& name) {
    if (scope.outer || ref.sub || (ref.attribute->type != Type::Complex && !ref.attribute->multi_valued))
      return filter_error(name.text + " has no elements to select", name.position);
    const Scope inner_scope{nullptr, ref.attribute, ref.extension};
    auto inner = enclosed(inner_scope, Token::Kind::CloseBracket, "]");
    if (!inner) return inner;
    if (token_.kind == Token::Kind::Word && token_.text.starts_with('.')) {
      const Token sub = std::move(token_);
      if (auto next = advance(); !next) return next.error();
      const auto sub_ref = inner_scope.find(std::string_view(sub.text).substr(1));
      if (!sub_ref) return filter_error("unknown attribute " + name.text + sub.text, sub.position);
      auto last = comparison(inner_scope, *sub_ref, sub);
      if (!last) return last;
      Filter both{Filter::Kind::And, {}, Operator::Pr, {}, {}};
      both.terms.push_back(std::move(*inner));
      both.terms.push_back(std::move(*last));
      inner = std::move(both);
    }
    Filter out{Filter::Kind::Element, ref, Operator::Pr, {}, {}};
    out.terms.push_back(std::move(*inner));
    return out;
  }

  Result<Filter> comparison(const Scope& scope, const AttributeRef& ref, const Token& name) {
    if (++terms_ > max_filter_terms)
      return filter_error("more than " + std::to_string(max_filter_terms) + " terms", name.position);
    if (token_.kind != Token::Kind::Word)
      return filter_error("expected an operator after " + name.text, token_.position);
    const auto op = find_operator(token_.text);
    if (!op) return filter_error("unknown operator " + token_.text, token_.position);
    if (auto next = advance(); !next) return next.error();
    if (scope.lacks(ref)) return filter_error("compare meta.location without brackets", name.position);
    const auto id = scope.find_id_behind(ref);
    const auto make = [&](const Token* literal) {
      return id ? make_reference_comparison(*id, *op, literal, name.position)
                : make_comparison(ref, *op, literal, name.position);
    };
    if (*op == Operator::Pr) return make(nullptr);
    if (token_.kind != Token::Kind::Word && token_.kind != Token::Kind::Text)
      return filter_error("expected a value to compare with", token_.position);
    auto out = make(&token_);
    if (!out) return out;
    if (auto next = advance(); !next) return next.error();
    return out;
  }

  FilterLexer lexer_;
  Token token_;
  std::size_t depth_ = 0;
  std::size_t terms_ = 0;
};

Result<Filter> parse(std::string_view text, const Scope& scope) {
  if (text.size() > max_filter_bytes)
    return filter_error("longer than " + std::to_string(max_filter_bytes) + " bytes", max_filter_bytes + 1);
  if (!is_utf8(text)) return filter_error("not valid UTF-8", 1);
  return Parser(text).whole(scope);
}

}  // namespace

Result<Filter> parse_filter(std::string_view text, const ResourceType& type) {
  return parse(text, {&type, nullptr, nullptr});
}

Result<Filter> parse_value_filter(std::string_view text, const AttributeRef& ref) {
  return parse(text, {nullptr, ref.attribute, ref.extension});
}

std::string_view to_string(Operator op) {
  for (const auto& [name, value] : operators)
    if (value == op) return name;
  return "pr";
}

}  // namespace dirbridge::scim
