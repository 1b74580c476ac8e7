#pragma once
// Compares a JSON answer with what a test expects of it. An expected value is matched as follows:
//   object           every key it names is there and matches; other keys do not matter
//   array            the same elements in any order; with the element "$more", others may stand beside them
//   "$any"           anything but null
//   "$absent"        as the value of a key: the key is not there
//   "$capture:name"  any string; it becomes a variable
//   anything else    equal, after variables ${name} are put in
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>

namespace dirbridge::e2e {

using Variables = std::map<std::string, std::string, std::less<>>;

// Puts the variables into every string; throws std::runtime_error for one that has no value.
std::string fill(std::string_view text, const Variables& variables);
boost::json::value fill_in(const boost::json::value& value, const Variables& variables);

// Where and how `actual` differs; nothing when it matches. Captured variables are added.
std::optional<std::string> mismatch(const boost::json::value& expected, const boost::json::value& actual,
                                    Variables& variables);

}  // namespace dirbridge::e2e
