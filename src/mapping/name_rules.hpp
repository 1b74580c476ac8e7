#pragma once
// Rules that make the name in the directory of the name at the identity provider: an ordered list of regular
// expressions (Boost.Regex in Perl syntax, over Unicode characters) and a letter case. Immutable, cheap to
// copy, thread-safe.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::mapping {

struct NameRule {
  std::string match;    // the whole name must match
  std::string replace;  // $0 is the name, $1 to $99 are the groups; "\$" is a dollar sign
  friend bool operator==(const NameRule&, const NameRule&) = default;
};

enum class LetterCase { Keep, Lower, Upper };

class NameRules {
 public:
  static constexpr std::size_t most_rules = 50;
  static constexpr std::size_t longest_rule = 256;   // characters of a pattern, and of a replacement
  static constexpr std::size_t longest_name = 1024;  // characters, before and after

  NameRules() = default;  // every name stays as it is

  // InvalidValue; the field is the rule and the part of it: "[0].match", "[2].replace", or empty.
  static Result<NameRules> compile(const std::vector<NameRule>& rules, LetterCase letter_case);

  // Each rule in turn: one match of the whole name, one substitution; a rule that does not match changes
  // nothing. InvalidValue: the result is empty, a name is too long or no UTF-8, or a pattern takes too long
  // on it.
  Result<std::string> apply(std::string_view name) const;

  // The same for text that is no name: an empty result is a result.
  Result<std::string> apply_text(std::string_view text) const;

  bool empty() const { return !compiled_; }

  // What they were compiled of.
  const std::vector<NameRule>& rules() const;
  LetterCase letter_case() const;
  friend bool operator==(const NameRules& a, const NameRules& b) {
    return a.rules() == b.rules() && a.letter_case() == b.letter_case();
  }

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace dirbridge::mapping
