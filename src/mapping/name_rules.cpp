#include "mapping/name_rules.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <optional>

#include "base/text.hpp"

namespace dirbridge::mapping {

namespace {

// What a match may look at: enough for any sensible pattern, and far from being noticed.
constexpr std::size_t most_steps = 200'000;

struct TooManySteps {};

// Characters of a name that counts how often a pattern looks at them: backtracking ends, whatever the
// pattern.
class Watched {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = wchar_t;
  using difference_type = std::ptrdiff_t;
  using pointer = const wchar_t*;
  using reference = const wchar_t&;

  Watched() = default;
  Watched(const wchar_t* at, std::size_t* steps) : at_(at), steps_(steps) {}

  reference operator*() const {
    if (++*steps_ > most_steps) throw TooManySteps();
    return *at_;
  }
  Watched& operator++() {
    ++at_;
    return *this;
  }
  Watched& operator--() {
    --at_;
    return *this;
  }
  Watched operator++(int) { return {at_++, steps_}; }
  Watched operator--(int) { return {at_--, steps_}; }
  friend bool operator==(const Watched& a, const Watched& b) { return a.at_ == b.at_; }
  const wchar_t* at() const { return at_; }

 private:
  const wchar_t* at_ = nullptr;
  std::size_t* steps_ = nullptr;
};

// A replacement is a list of these: a literal text, or a group of the match.
struct Piece {
  std::wstring text;
  std::optional<std::size_t> group;
};

struct Rule {
  boost::wregex pattern;
  std::vector<Piece> replacement;
};

static_assert(sizeof(wchar_t) == sizeof(char32_t));

std::wstring wide(std::string_view utf8) {
  const auto points = code_points(utf8);
  return {points.begin(), points.end()};
}

std::string narrowed(const std::wstring& text) {
  return to_utf8(std::u32string(text.begin(), text.end()));
}

Error unusable(std::string detail, std::string field = {}) {
  return error(ErrorKind::InvalidValue, std::move(detail), std::move(field));
}

Result<> check_text(std::string_view text, std::string_view what) {
  if (!is_utf8(text) || has_control(text))
    return unusable("the " + std::string(what) + " is not plain text in UTF-8");
  if (code_points(text).size() > NameRules::longest_rule)
    return unusable("the " + std::string(what) + " is longer than " +
                    std::to_string(NameRules::longest_rule) + " characters");
  return {};
}

bool is_digit(wchar_t c) {
  return c >= L'0' && c <= L'9';
}

// The group that the digits at `at` name: one digit, and a second one when there is such a group.
std::size_t read_group(const std::wstring& text, std::size_t& at, std::size_t groups) {
  auto group = static_cast<std::size_t>(text[at++] - L'0');
  if (at < text.size() && is_digit(text[at])) {
    const auto longer = group * 10 + static_cast<std::size_t>(text[at] - L'0');
    if (group > 0 && longer <= groups) {
      group = longer;
      ++at;
    }
  }
  return group;
}

Result<std::vector<Piece>> parse_replacement(const std::wstring& text, std::size_t groups) {
  std::vector<Piece> out;
  std::wstring literal;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == L'\\') {
      if (++at == text.size()) return unusable("the replacement ends in a backslash");
      literal += text[at++];
      continue;
    }
    if (text[at] != L'$') {
      literal += text[at++];
      continue;
    }
    if (++at == text.size() || !is_digit(text[at]))
      return unusable("a $ in a replacement is followed by the number of a group; write \\$ for the sign");
    const auto group = read_group(text, at, groups);
    if (group > groups)
      return unusable("the replacement uses $" + std::to_string(group) + ", but the pattern has " +
                      std::to_string(groups) + " groups");
    if (!literal.empty()) out.push_back({std::move(literal), std::nullopt});
    literal.clear();
    out.push_back({{}, group});
  }
  if (!literal.empty()) out.push_back({std::move(literal), std::nullopt});
  return out;
}

// The library adds a hint of where it stopped, in a form that speaks of itself.
std::string reason_of(const boost::regex_error& failure) {
  std::string text = failure.what();
  return text.substr(0, text.find("  The error occurred"));
}

Result<boost::wregex> parse_pattern(const std::wstring& text) {
  try {
    return boost::wregex(text, boost::regex_constants::perl);
  } catch (const boost::regex_error& failure) {
    return unusable("the pattern is not a regular expression: " + reason_of(failure));
  } catch (const std::runtime_error&) {  // the library's other limits
    return unusable("the pattern is too complex");
  }
}

std::wstring expand(const Rule& rule, const boost::match_results<Watched>& match) {
  std::wstring out;
  for (const auto& piece : rule.replacement) {
    if (!piece.group) {
      out += piece.text;
    } else if (const auto& part = match[static_cast<int>(*piece.group)]; part.matched) {
      out.append(part.first.at(), part.second.at());
    }
    if (out.size() > NameRules::longest_name) break;
  }
  return out;
}

Result<std::wstring> substitute(const Rule& rule, const std::wstring& name) {
  std::size_t steps = 0;
  boost::match_results<Watched> match;
  try {
    const Watched begin(name.data(), &steps);
    const Watched end(name.data() + name.size(), &steps);
    if (!boost::regex_match(begin, end, match, rule.pattern, boost::match_not_dot_newline)) return name;
  } catch (const TooManySteps&) {
    return unusable("a pattern takes too long on this name");
  } catch (const std::runtime_error&) {  // the library's own bound on backtracking, or on its stack
    return unusable("a pattern takes too long on this name");
  }
  return expand(rule, match);
}

}  // namespace

struct NameRules::Compiled {
  std::vector<Rule> rules;
  std::vector<NameRule> source;
  LetterCase letter_case = LetterCase::Keep;
};

Result<NameRules> NameRules::compile(const std::vector<NameRule>& rules, LetterCase letter_case) {
  if (rules.size() > most_rules)
    return unusable("there are more than " + std::to_string(most_rules) + " rules");
  auto compiled = std::make_shared<Compiled>();
  compiled->letter_case = letter_case;
  compiled->source = rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto in = [&](Error e, const char* part) {
      e.field = "[" + std::to_string(i) + "]." + part;
      return e;
    };
    if (auto ok = check_text(rules[i].match, "pattern"); !ok) return in(ok.error(), "match");
    if (rules[i].match.empty()) return in(unusable("the pattern is empty"), "match");
    if (auto ok = check_text(rules[i].replace, "replacement"); !ok) return in(ok.error(), "replace");
    auto pattern = parse_pattern(wide(rules[i].match));
    if (!pattern) return in(pattern.error(), "match");
    const auto groups = static_cast<std::size_t>(pattern->mark_count());
    auto replacement = parse_replacement(wide(rules[i].replace), groups);
    if (!replacement) return in(replacement.error(), "replace");
    compiled->rules.push_back({*pattern, std::move(*replacement)});
  }
  NameRules out;
  if (!rules.empty() || letter_case != LetterCase::Keep) out.compiled_ = std::move(compiled);
  return out;
}

const std::vector<NameRule>& NameRules::rules() const {
  static const std::vector<NameRule> none;
  return compiled_ ? compiled_->source : none;
}

LetterCase NameRules::letter_case() const {
  return compiled_ ? compiled_->letter_case : LetterCase::Keep;
}

Result<std::string> NameRules::apply_text(std::string_view text) const {
  if (!compiled_) return std::string(text);
  if (!is_utf8(text)) return unusable("the name is no UTF-8");
  auto name = wide(text);
  const auto fits = [&] { return name.size() <= longest_name; };
  const auto too_long = [] {
    return unusable("the name is longer than " + std::to_string(longest_name) + " characters");
  };
  if (!fits()) return too_long();
  for (const auto& rule : compiled_->rules) {
    auto next = substitute(rule, name);
    if (!next) return next.error();
    name = std::move(*next);
    if (!fits()) return too_long();
  }
  auto out = narrowed(name);
  if (compiled_->letter_case == LetterCase::Lower) return lower_case(out);
  if (compiled_->letter_case == LetterCase::Upper) return upper_case(out);
  return out;
}

Result<std::string> NameRules::apply(std::string_view name) const {
  auto out = apply_text(name);
  if (out && out->empty()) return unusable("the name rules make an empty name of it");
  return out;
}

}  // namespace dirbridge::mapping
