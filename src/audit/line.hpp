#pragma once
// A line of the audit: one JSON object about one LDAP change, about one decision on a removal, or about what
// was left as it is. Values that are no UTF-8 are {"base64": "..."}. Pure functions.
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "directory/change.hpp"

namespace dirbridge::audit {

// The outcome of a line about what was asked for and not done, so that the rest could be.
inline constexpr std::string_view outcome_left = "left";

struct Line {
  std::string time;  // as to_date_time()
  std::string connection;
  std::string cause;    // request ids, or the command; may be empty
  std::string outcome;  // "applied", "refused", "failed", "unknown", "held", "approved", "rejected", "left"
  std::string detail;   // why
  directory::Dn dn;
  // Of a change; absent: a decision, or what was left.
  std::optional<directory::Change> change{};
  directory::Attributes before{};  // the changed attributes' values of before, as far as they were read
  // Of a decision.
  std::string removal{};  // "disable", "delete", "group delete", "member removal"
  std::vector<std::string> members{};
  std::string field{};  // what was left as it is
};

// The members of a line that say what a change is, without what was there before.
boost::json::object to_object(const directory::Change& change);

// One line, with its line feed.
std::string to_json(const Line& line);

// InvalidSyntax, with what is wrong: a line that a crash cut off, or that is not of the audit.
inline constexpr std::size_t max_line_bytes = 64 * 1024 * 1024;
Result<Line> parse_line(std::string_view text);

// RFC 2849 change record with a comment about when, who and why; a change that was not applied, or that
// cannot be made again, is all comment. What is hidden in the audit is left out.
std::string to_ldif(const Line& line);

}  // namespace dirbridge::audit
