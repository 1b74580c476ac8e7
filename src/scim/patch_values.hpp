#pragma once
// Inside scim/: what a PATCH operation does to one complex value or to one list.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <vector>

#include "scim/filter.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

// Sub-attributes named in `source` are set, or removed when unassigned; others stay. A new `value` without
// its `$ref` makes the old `$ref` and name stale: they go. Mutability: an immutable sub-attribute would
// change.
Result<void> merge_complex(const AttributeDefinition& attribute, json::object& target, json::object source,
                           const Field& field);

// The element that the `eq` terms of a value filter describe; nullopt when the filter is more than `eq` and
// `and`.
std::optional<json::object> described_element(const Filter& filter);

// Indexes of the elements that fulfil the filter.
std::vector<std::size_t> select(const Filter& filter, const json::array& list);

// Appends what is not there yet and merges what is. Returns the indexes that were named.
std::vector<std::size_t> add_elements(const AttributeDefinition& attribute, json::array& list,
                                      json::array added);

// Removes the elements that have the same value (and type, where `listed` gives one).
void remove_elements(const AttributeDefinition& attribute, json::array& list, const json::array& listed);

// Of the elements just written, the last primary one is the only primary one from now on. One without content
// yet does not count: it may go again at the end.
void settle_primary(json::array& list, const std::vector<std::size_t>& written);

}  // namespace dirbridge::scim
