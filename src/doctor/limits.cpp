#include "doctor/limits.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "doctor/server.hpp"

namespace dirbridge::doctor {
namespace {

enum class Fit { Yes, No, Unclear };

// Words between blanks; a quoted part keeps its blanks and loses its quotes.
std::vector<std::string> limit_words(std::string_view text) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

Fit fits_dn(const directory::Dn& who, std::string_view style, const directory::Dn& pattern) {
  const auto yes = [](bool fits) { return fits ? Fit::Yes : Fit::No; };
  if (style == "exact" || style == "base") return yes(who == pattern);
  if (style == "subtree" || style == "sub") return yes(who.is_within(pattern));
  if (style == "children") return yes(who.is_within(pattern) && who != pattern);
  if (style == "onelevel" || style == "one") return yes(!who.empty() && who.parent() == pattern);
  return Fit::Unclear;
}

Fit fits(const directory::Dn& who, const std::string& selector) {
  if (selector == "*") return Fit::Yes;
  if (iequals(selector, "users")) return who.empty() ? Fit::No : Fit::Yes;
  if (iequals(selector, "anonymous")) return who.empty() ? Fit::Yes : Fit::No;
  const auto equals = selector.find('=');
  if (!istarts_with(selector, "dn.") || equals == std::string::npos) return Fit::Unclear;
  auto style = ascii_lower(std::string_view(selector).substr(3, equals - 3));
  if (istarts_with(style, "self.")) style = style.substr(5);
  const auto pattern = directory::Dn::parse(selector.substr(equals + 1));
  return pattern ? fits_dn(who, style, *pattern) : Fit::Unclear;
}

std::optional<std::size_t> number_of(std::string_view text) {
  if (iequals(text, "unlimited") || iequals(text, "none") || text == "-1") return unlimited;
  std::size_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Sizes {
  std::size_t soft = 500;             // slapd's own default
  std::optional<std::size_t> hard{};  // absent: as soft
  bool clear = true;

  void take(std::string_view name, std::string_view value) {
    if (name == "size.hard" && (value == "soft" || value == "0")) {
      hard.reset();
      return;
    }
    if (name != "size" && name != "size.soft" && name != "size.hard") return;
    const auto number = number_of(value);
    if (!number) {
      clear = false;
    } else if (name == "size.hard") {
      hard = number;
    } else {
      soft = *number;
      if (name == "size") hard.reset();
    }
  }
  std::optional<std::size_t> smaller() const {
    if (!clear) return std::nullopt;
    return std::min(soft, hard.value_or(soft));
  }
};

Sizes default_sizes(std::string_view text) {
  Sizes sizes;
  for (const auto& word : limit_words(text)) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      sizes.take("size", word);
    } else {
      sizes.take(ascii_lower(std::string_view(word).substr(0, equals)),
                 std::string_view(word).substr(equals + 1));
    }
  }
  return sizes;
}

}  // namespace

std::optional<std::size_t> size_limit_of(const directory::Dn& who, const std::vector<std::string>& limits,
                                         std::string_view default_limit) {
  auto sizes = default_sizes(without_order(default_limit));
  for (const auto& limit : limits) {
    const auto words = limit_words(without_order(limit));
    if (words.empty()) continue;
    const auto fit = fits(who, words.front());
    if (fit == Fit::Unclear) return std::nullopt;
    if (fit == Fit::No) continue;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto equals = words[i].find('=');
      if (equals == std::string::npos) continue;
      sizes.take(ascii_lower(std::string_view(words[i]).substr(0, equals)),
                 std::string_view(words[i]).substr(equals + 1));
    }
    break;
  }
  return sizes.smaller();
}

}  // namespace dirbridge::doctor
