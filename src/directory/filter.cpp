#include "directory/filter.hpp"

#include "base/text.hpp"

namespace dirbridge::directory {

namespace {

constexpr std::size_t max_filter_bytes = 64 * 1024;
constexpr int max_filter_depth = 50;

std::string escape(std::string_view value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(value.size() + 8);
  for (const char c : value) {
    if (c == '*' || c == '(' || c == ')' || c == '\\' || c == '\0') {
      const auto u = static_cast<unsigned char>(c);
      out += '\\';
      out += digits[u >> 4];
      out += digits[u & 15];
    } else {
      out += c;
    }
  }
  return out;
}

std::string item(std::string_view attribute, std::string_view op, std::string_view value) {
  std::string out = "(";
  out += attribute;
  out += op;
  out += value;
  out += ')';
  return out;
}

std::string list(char op, const std::vector<Filter>& terms) {
  std::string out = "(";
  out += op;
  for (const auto& term : terms) out += term.str();
  return out + ')';
}

// Checks the shape of a filter text (RFC 4515): balanced, bounded, operators and values where they belong.
class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool whole() { return filter(0) && at_ == text_.size(); }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool filter(int depth) {
    if (depth > max_filter_depth || !take('(')) return false;
    if (take('&') || take('|')) {
      while (at_ < text_.size() && text_[at_] == '(')
        if (!filter(depth + 1)) return false;
    } else if (take('!')) {
      if (!filter(depth + 1)) return false;
    } else if (!comparison()) {
      return false;
    }
    return take(')');
  }

  bool comparison() {
    const auto end = text_.find_first_of("()", at_);
    if (end == std::string_view::npos || text_[end] != ')') return false;
    const auto body = text_.substr(at_, end - at_);
    const auto equals = body.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    auto name = body.substr(0, equals);
    if (name.ends_with('<') || name.ends_with('>') || name.ends_with('~')) name.remove_suffix(1);
    for (const char c : name) {
      const char lower = ascii_lower(c);
      if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
            std::string_view("-.;:").find(c) != std::string_view::npos))
        return false;
    }
    at_ = end;
    return !name.empty();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Filter Filter::equal(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, "=", escape(value)));
}
Filter Filter::present(std::string_view attribute) {
  return Filter(item(attribute, "=", "*"));
}
Filter Filter::starts_with(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, "=", escape(value) + "*"));
}
Filter Filter::ends_with(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, "=", "*" + escape(value)));
}
Filter Filter::contains(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, "=", "*" + escape(value) + "*"));
}
Filter Filter::at_least(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, ">=", escape(value)));
}
Filter Filter::at_most(std::string_view attribute, std::string_view value) {
  return Filter(item(attribute, "<=", escape(value)));
}

Filter Filter::all_of(std::vector<Filter> terms) {
  if (terms.empty()) return everything();
  if (terms.size() == 1) return std::move(terms.front());
  return Filter(list('&', terms));
}

Filter Filter::any_of(std::vector<Filter> terms) {
  if (terms.empty()) return negation(everything());
  if (terms.size() == 1) return std::move(terms.front());
  return Filter(list('|', terms));
}

Filter Filter::negation(const Filter& term) {
  return Filter("(!" + term.str() + ")");
}
Filter Filter::everything() {
  return present("objectClass");
}

Result<Filter> Filter::parse(std::string_view text) {
  text = trim(text);
  if (text.size() > max_filter_bytes || !Checker(text).whole())
    return error(ErrorKind::InvalidValue, "not an LDAP search filter (RFC 4515)");
  return Filter(std::string(text));
}

Filter Filter::rewritten(const Rewrite& rewrite) const {
  const std::string_view text = text_;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const bool list = text[at] != '(' || std::string_view("&|!").find(text[at + 1]) != std::string_view::npos;
    if (list) {
      out += text[at++];
      continue;
    }
    const auto end = text.find(')', at) + 1;  // those in values are escaped
    const auto other = rewrite(text.substr(at + 1, end - at - 2));
    out += other ? std::string_view(other->text_) : text.substr(at, end - at);
    at = end;
  }
  return Filter(std::move(out));
}

std::optional<Filter> both(std::optional<Filter> a, std::optional<Filter> b) {
  if (!a) return b;
  return b ? Filter::all_of({std::move(*a), std::move(*b)}) : std::move(a);
}

}  // namespace dirbridge::directory
