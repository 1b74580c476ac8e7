#pragma once
// Distinguished names (RFC 4514) as values. Outside text becomes part of a Dn only through Rdn's escaping constructor
// or Dn::parse; there is no other way to build one. Immutable and cheap enough to copy; thread-safe to read.
#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::directory {

// One relative name: one or more attribute/value pairs. Values are raw, unescaped UTF-8.
class Rdn {
 public:
  Rdn(std::string attribute, std::string value);
  static Result<Rdn> parse(std::string_view text);

  const std::string& attribute() const { return pairs_.front().first; }
  const std::string& value() const { return pairs_.front().second; }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }
  std::string str() const;         // escaped as OpenLDAP returns it (hex pairs for special characters)
  std::string normalized() const;  // for comparison: lower-case types, folded values, sorted pairs

 private:
  Rdn() = default;
  friend class Dn;
  std::vector<std::pair<std::string, std::string>> pairs_;
};

class Dn {
 public:
  Dn() = default;  // the empty DN: root DSE
  static Result<Dn> parse(std::string_view text);

  Dn child(const Rdn& rdn) const;
  Dn parent() const;  // of the empty DN: the empty DN
  Rdn rdn() const;    // precondition: not empty
  bool empty() const { return text_.empty(); }
  bool is_within(const Dn& base) const;  // equal to base or below it

  // As parsed or built: what came from the server is sent back in the server's own spelling.
  const std::string& str() const { return text_; }
  // Comparison key: types lower-case, values case-folded with runs of blanks as one, no optional blanks.
  const std::string& normalized() const { return normalized_; }

  friend bool operator==(const Dn& a, const Dn& b) { return a.normalized_ == b.normalized_; }
  friend auto operator<=>(const Dn& a, const Dn& b) { return a.normalized_ <=> b.normalized_; }

 private:
  static Dn from_rdns(const std::vector<Rdn>& rdns);
  std::string text_;
  std::string normalized_;
};

// The components of a DN, most specific first.
Result<std::vector<Rdn>> parse_rdns(std::string_view text);

}  // namespace dirbridge::directory
