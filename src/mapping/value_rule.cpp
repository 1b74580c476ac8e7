#include "mapping/value_rule.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/content.hpp"

namespace dirbridge::mapping {

namespace {

namespace json = boost::json;

Error refused(std::string detail) {
  return error(ErrorKind::InvalidValue, std::move(detail));
}

bool is_text(const scim::AttributeDefinition& attribute) {
  return attribute.type == scim::Type::String || attribute.type == scim::Type::Reference;
}

// A name is ASCII (RFC 7643 2.1); a type may be any word.
bool is_word(std::string_view text) {
  return !text.empty() && !has_control(text) && text.find_first_of("[]{}\"") == std::string_view::npos;
}

}  // namespace

Result<Template::Place> Template::parse_place(std::string_view text, const scim::ResourceType& user) {
  const auto wrong = [&](std::string_view why) {
    return refused("{" + std::string(text) + "} " + std::string(why));
  };
  Place place;
  std::string name(text);
  const auto open = text.find('[');
  if (open != std::string_view::npos) {
    const auto close = text.find(']', open);
    if (close == std::string_view::npos) return wrong("has no closing bracket");
    place.type = text.substr(open + 1, close - open - 1);
    if (!is_word(place.type)) return wrong("has no type between the brackets");
    const auto rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != '.') return wrong("has text after the bracket that is no .name");
    name = std::string(text.substr(0, open)) + std::string(rest);
  }
  const auto resolved = scim::resolve(user, name);
  if (!resolved || !resolved->attribute) return wrong("is no attribute of users");
  const auto& attribute = *resolved->attribute;
  if (resolved->read_only() || attribute.mutability == scim::Mutability::WriteOnly ||
      attribute.name == "schemas" || attribute.name == "meta")
    return wrong("cannot be shown: it is no attribute that identity providers write, or it is secret");
  const auto* sub = resolved->sub;
  if (attribute.type == scim::Type::Complex && !sub) sub = attribute.find("value");
  if (attribute.type == scim::Type::Complex && !sub)
    return wrong("needs one of its parts, such as .givenName");
  if (!is_text(sub ? *sub : attribute)) return wrong("is no text");
  if (attribute.multi_valued && attribute.type != scim::Type::Complex)
    return wrong("has several values without a type");
  if (!place.type.empty() && !attribute.multi_valued) return wrong("has one value: no type can be chosen");
  if (resolved->extension) place.extension = resolved->extension->id;
  place.attribute = attribute.name;
  if (sub) place.sub = sub->name;
  place.multi_valued = attribute.multi_valued;
  return place;
}

Result<Template> Template::parse(std::string_view text, const scim::ResourceType& user) {
  if (text.size() > longest) return refused("is longer than " + std::to_string(longest) + " bytes");
  Template out;
  out.source_ = text;
  std::string literal;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool doubled = at + 1 < text.size() && text[at + 1] == c;
    if (c != '{' && c != '}') {
      literal += c;
    } else if (doubled) {
      literal += c;
      ++at;
    } else if (c == '}') {
      return refused("has a } without a {; write }} for the character");
    } else {
      const auto close = text.find('}', at);
      if (close == std::string_view::npos) return refused("has a { without a }; write {{ for the character");
      auto place = parse_place(text.substr(at + 1, close - at - 1), user);
      if (!place) return place.error();
      if (!literal.empty()) out.pieces_.push_back({std::move(literal), std::nullopt});
      literal.clear();
      out.pieces_.push_back({{}, std::move(*place)});
      at = close;
    }
  }
  if (!literal.empty()) out.pieces_.push_back({std::move(literal), std::nullopt});
  if (out.pieces_.empty()) return refused("is empty; null leaves the attribute alone");
  return out;
}

Template Template::constant(std::string text) {
  Template out;
  out.source_ = text;
  out.is_constant_ = true;
  out.pieces_.push_back({std::move(text), std::nullopt});
  return out;
}

std::string_view Template::find(const json::object& resource, const Place& place) {
  const auto& container = place.extension.empty() ? resource : object_at(resource, place.extension);
  if (place.multi_valued) return element_at(container, place.attribute, place.type, place.sub);
  if (place.sub.empty()) return text_at(container, place.attribute);
  return text_at(object_at(container, place.attribute), place.sub);
}

std::string Template::value(const json::object& resource) const {
  std::string out;
  bool has_places = false;
  bool has_values = false;
  for (const auto& piece : pieces_) {
    if (!piece.place) {
      out += piece.text;
      continue;
    }
    const auto value = find(resource, *piece.place);
    has_places = true;
    has_values = has_values || !value.empty();
    out += value;
  }
  return has_places && !has_values ? std::string() : out;
}

std::string Template::attribute() const {
  for (const auto& piece : pieces_)
    if (piece.place) return piece.place->attribute;
  return {};
}

Result<std::string> value_of(const ValueRule& rule, const json::object& resource) {
  auto out = rule.rewrite.apply_text(rule.text->value(resource));
  if (!out)
    return error(ErrorKind::InvalidValue, "no value for " + rule.ldap_attribute + ": " + out.error().detail,
                 rule.text->attribute());
  return out;
}

}  // namespace dirbridge::mapping
