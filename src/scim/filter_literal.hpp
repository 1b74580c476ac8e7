#pragma once
// Inside scim/: the typed part of a comparison. Which operators and literals an attribute's type allows.
#include "base/result.hpp"
#include "scim/filter.hpp"
#include "scim/filter_lexer.hpp"

namespace dirbridge::scim {

// Compare filter of `path`; a complex attribute stands for its `value`. `literal` is a Word or Text token, or
// null for `pr`. InvalidFilter: not comparable, operator or literal does not fit the type.
Result<Filter> make_comparison(AttributeRef path, Operator op, const Token* literal, std::size_t position);

}  // namespace dirbridge::scim
