#pragma once
// Distinguished names (RFC 4514) as values. Outside text becomes part of a Dn only through Rdn's escaping
// constructor or Dn::parse; there is no other way to build one. Immutable and cheap enough to copy;
// thread-safe to read.
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
  void add_pair(std::string attribute, std::string value);  // makes it multi-valued

  const std::string& attribute() const { return pairs_.front().first; }
  const std::string& value() const { return pairs_.front().second; }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }
  std::string str() const;         // special characters as hex pairs, the spelling OpenLDAP returns
  std::string normalized() const;  // as Dn::normalized()

 private:
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
  // Comparison key: types lower-case, pairs sorted, values lower-case as far as all servers agree, with runs
  // of blanks as one and no optional blanks. Equal keys are one DN to each server; what has different keys
  // may be one DN to some server, which is asked where that matters. Computed anew at each call: keep it
  // where many comparisons follow.
  std::string normalized() const;

  friend bool operator==(const Dn& a, const Dn& b);

 private:
  explicit Dn(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The components of a DN, most specific first.
Result<std::vector<Rdn>> parse_rdns(std::string_view text);

}  // namespace dirbridge::directory
