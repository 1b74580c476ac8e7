#pragma once
// Filters (RFC 7644 3.4.2.2): text -> tree, bound to a resource type, and exact evaluation. The tree is a
// plain value; any thread may read it; it must not outlive the ResourceType it was parsed for.
//
// Beyond the grammar: `attr[filter].sub op value` means attr[filter and sub op value] (Entra); an unquoted
// word or number compares as text with a string attribute; "True"/"False" with a boolean one. Decided where
// the RFC is silent: `ne` matches when there is no value at all; `eq null` and `eq ""` mean "no value", `ne`
// the opposite; a complex attribute without a sub-attribute means its `value`; `$ref` of members and groups
// and meta.location mean the id at the end of the reference, and take eq, ne and pr only.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scim/date_time.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

inline constexpr std::size_t max_filter_bytes = 64 * 1024;
inline constexpr std::size_t max_filter_depth = 50;
inline constexpr std::size_t max_filter_terms = 1000;

enum class Operator { Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le, Pr };

// The value that is compared with, already of the attribute's type: null (also for ""), bool, int64, double
// or string.
struct Literal {
  json::value value;
  std::string folded;              // strings of attributes that are not caseExact: fold_case(value)
  std::optional<Instant> instant;  // dateTime attributes, except for co, sw, ew
};

struct Filter {
  enum class Kind {
    Compare,  // path op literal
    And,      // all terms (two or more)
    Or,       // any term (two or more)
    Not,      // terms[0] does not hold
    Element,  // path[terms[0]]: one element of path fulfils the term
  };
  Kind kind = Kind::Compare;
  // Inside Element, path.attribute is a sub-attribute of the outer attribute (path.sub is null); for a
  // multi-valued attribute that is not complex, `value` is the attribute itself.
  AttributeRef path;
  Operator op = Operator::Pr;
  Literal literal;
  std::vector<Filter> terms;
};

// InvalidFilter with the position (from 1): grammar, unknown attribute or operator, an operator or literal
// that the attribute's type does not allow, or beyond a limit above. Time is linear, stack bounded by the
// depth.
Result<Filter> parse_filter(std::string_view text, const ResourceType& type);

// The inside of brackets: names are sub-attributes of `ref.attribute`.
Result<Filter> parse_value_filter(std::string_view text, const AttributeRef& ref);

// `resource` is canonical; id, meta and members take part when they are in it.
bool matches(const Filter& filter, const json::object& resource);

// For an element of a multi-valued attribute, with a filter from parse_value_filter.
bool matches_element(const Filter& filter, const json::value& element);

// Does the filter ask for this top-level attribute (canonical name)? Lets the caller load only what is
// needed.
bool mentions(const Filter& filter, std::string_view attribute);

std::string_view to_string(Operator op);
// Canonical text, fully parenthesised: for logs and tests.
std::string to_string(const Filter& filter);

}  // namespace dirbridge::scim
