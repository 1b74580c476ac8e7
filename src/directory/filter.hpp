#pragma once
// Search filters (RFC 4515) as values. Outside text enters only as an assertion value and is escaped there;
// Filter::parse is for text an administrator wrote (configuration).
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::directory {

class Filter {
 public:
  static Filter equal(std::string_view attribute, std::string_view value);
  static Filter present(std::string_view attribute);
  static Filter starts_with(std::string_view attribute, std::string_view value);
  static Filter ends_with(std::string_view attribute, std::string_view value);
  static Filter contains(std::string_view attribute, std::string_view value);
  static Filter at_least(std::string_view attribute, std::string_view value);
  static Filter at_most(std::string_view attribute, std::string_view value);
  static Filter all_of(std::vector<Filter> terms);  // of none: true for every entry
  static Filter any_of(std::vector<Filter> terms);  // of none: true for no entry
  static Filter negation(const Filter& term);
  static Filter everything();  // (objectClass=*)
  static Result<Filter> parse(std::string_view text);

  const std::string& str() const { return text_; }

  // The same with other comparisons: `rewrite` gets the text of each, without its parentheses, and answers
  // what takes its place; nothing: it stays.
  using Rewrite = std::function<std::optional<Filter>(std::string_view comparison)>;
  Filter rewritten(const Rewrite& rewrite) const;

  friend bool operator==(const Filter&, const Filter&) = default;

 private:
  explicit Filter(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// What both demand; absent: nothing is demanded.
std::optional<Filter> both(std::optional<Filter> a, std::optional<Filter> b);

}  // namespace dirbridge::directory
