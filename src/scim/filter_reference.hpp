#pragma once
// Inside scim/: what a resource has only when it is shown, because it depends on the base URL: `$ref` of
// members and groups, and meta.location. Each ends in an id that the resource does have, so that comparing
// them is comparing that id with the end of the given reference.
#include <optional>

#include "base/result.hpp"
#include "scim/filter.hpp"
#include "scim/filter_lexer.hpp"

namespace dirbridge::scim {

// The place of the id behind `ref`, a name of the whole resource; nullopt: it is no such reference.
std::optional<AttributeRef> id_behind(const ResourceType& type, const AttributeRef& ref);

// The same for a sub-attribute inside the brackets of `outer`.
std::optional<AttributeRef> id_behind_sub(const AttributeRef& outer, const AttributeDefinition& sub);

// meta[location ...]: the id is outside the brackets.
bool has_id_outside(const AttributeRef& outer, const AttributeDefinition& sub);

// Compare filter of the id at `id`; arguments as for make_comparison. InvalidFilter: not eq, ne or pr, or no
// id at the end of the literal.
Result<Filter> make_reference_comparison(AttributeRef id, Operator op, const Token* literal,
                                         std::size_t position);

}  // namespace dirbridge::scim
