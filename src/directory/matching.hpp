#pragma once
// Which values a directory takes for the same (RFC 4517 4.2), as far as the attributes that the bridge uses
// go, and whether an entry matches a filter. Pure functions. Servers differ (base/text.hpp).
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "directory/entry.hpp"
#include "directory/filter.hpp"

namespace dirbridge::directory {

// What a server makes of letters where case does not count.
using Fold = std::string (*)(std::string_view);

// Equal for values that are the same to the attribute's equality rule.
std::string matching_key(std::string_view attribute, std::string_view value, Fold fold = fold_case);
std::string matching_key(const Dn& dn, Fold fold = fold_case);
// Equal only for values that are the same to each server. Of an attribute whose rule is not known, those are
// the same that are equal byte for byte.
std::string sure_key(std::string_view attribute, std::string_view value);

// Equal for values that are the same to any server; what has equal keys need not be the same.
std::string wide_key(std::string_view attribute, std::string_view value);

bool knows_rule(std::string_view attribute);

// The values of which no two are the same to each server, each as it is spelled first.
std::vector<std::string> surely_distinct(std::string_view attribute, std::vector<std::string> values);
// Those of which no two are the same to any server.
std::vector<std::string> widely_distinct(std::string_view attribute, std::vector<std::string> values);

// A filter taken apart once, to be asked about many entries. An attribute that an entry does not have makes a
// comparison false, as long as it is not negated: three-valued logic (RFC 4511 4.5.1.7) for attributes that
// no schema has is not needed here.
class Matcher {
 public:
  explicit Matcher(const Filter& filter, Fold fold = fold_case);

  bool matches(const Entry& entry) const;

  // Comparisons for equality, of attributes that are indexed, of which at least one holds for every entry
  // that matches; none: nothing can be said.
  struct Equality {
    std::string attribute;
    std::string key;  // matching_key
  };
  using Indexed = std::function<bool(std::string_view attribute)>;
  std::vector<Equality> necessary(const Indexed& indexed) const;

 private:
  struct Node {
    enum class Kind { And, Or, Not, Equal, Present, Substrings, AtLeast, AtMost };
    Kind kind = Kind::And;
    std::string attribute{};
    std::string value{};               // matching key
    std::vector<std::string> parts{};  // of Substrings: first and last anchored, empty where they are open
    std::vector<Node> terms{};
  };
  class Parser;
  bool matches(const Node& node, const Entry& entry) const;
  bool matches_value(const Node& node, std::string_view value) const;
  static std::vector<Equality> necessary(const Node& node, const Indexed& indexed);

  Fold fold_;
  Node root_;
};

}  // namespace dirbridge::directory
