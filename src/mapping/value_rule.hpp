#pragma once
// A rule that makes the value of one directory attribute of a user: a template over the resource's attributes
// or a constant, then regular expressions and a letter case; or no value, which leaves the attribute alone.
//
//   template = *( text / "{{" / "}}" / "{" path "}" )
//   path     = [urn ":"] attribute ["[" type "]"] ["." sub]    ; {emails[work]}, {name.givenName}
//
// Without a type a list gives its primary element, else the first. Immutable; thread-safe.
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mapping/name_rules.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::mapping {

class Template {
 public:
  static constexpr std::size_t longest = 1024;  // bytes

  // InvalidValue: grammar, an attribute that `user` does not have, or one that must not be shown.
  static Result<Template> parse(std::string_view text, const scim::ResourceType& user);
  static Template constant(std::string text);

  // Empty when the template has placeholders and none of them has a value.
  std::string value(const boost::json::object& resource) const;
  // The first attribute that it names, for errors; empty for a constant.
  std::string attribute() const;

  // As it was parsed, or the constant.
  const std::string& source() const { return source_; }
  bool is_constant() const { return is_constant_; }
  friend bool operator==(const Template& a, const Template& b) {
    return a.source_ == b.source_ && a.is_constant_ == b.is_constant_;
  }

 private:
  struct Place {
    std::string extension;  // URN; empty: the core schema
    std::string attribute;
    std::string type;
    std::string sub;
    bool multi_valued = false;
  };
  struct Piece {
    std::string text;
    std::optional<Place> place;
  };
  static Result<Place> parse_place(std::string_view text, const scim::ResourceType& user);
  static std::string_view find(const boost::json::object& resource, const Place& place);

  std::vector<Piece> pieces_;
  std::string source_;
  bool is_constant_ = false;
};

struct ValueRule {
  std::string ldap_attribute;
  std::optional<Template> text;  // none: not written
  NameRules rewrite{};
  friend bool operator==(const ValueRule&, const ValueRule&) = default;
};

// InvalidValue, naming the attribute of the resource, when the regular expressions cannot be applied.
// Precondition: rule.text.
Result<std::string> value_of(const ValueRule& rule, const boost::json::object& resource);

}  // namespace dirbridge::mapping
