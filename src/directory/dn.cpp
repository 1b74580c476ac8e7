#include "directory/dn.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::directory {

namespace {

constexpr std::size_t max_dn_bytes = 8192;

bool is_special(char c) {
  return std::string_view(",+\"\\<>;=").find(c) != std::string_view::npos;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_type_char(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

void append_hex_pair(std::string& out, char c) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const auto u = static_cast<unsigned char>(c);
  out += '\\';
  out += digits[u >> 4];
  out += digits[u & 15];
}

std::string escape_value(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 8);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool edge_blank = c == ' ' && (i == 0 || i + 1 == value.size());
    const bool first_hash = c == '#' && i == 0;
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (is_special(c) || edge_blank || first_hash || control)
      append_hex_pair(out, c);
    else
      out += c;
  }
  return out;
}

bool is_plain_char(char c) {
  return c > ' ' && c < 0x7F && c != '#' && !is_special(c);
}

// As nearly all names are: nothing is escaped, no blank is optional, each RDN has one pair of ASCII text.
// Such a name in lower case is its normalized one.
bool is_plain(std::string_view text) {
  bool in_value = false;
  char before = ',';
  for (const char c : text) {
    const bool is_separator = c == (in_value ? ',' : '=');
    if (!is_plain_char(c) && !((is_separator || c == ' ') && is_plain_char(before))) return false;
    if (is_separator) in_value = !in_value;
    before = c;
  }
  return text.empty() || (in_value && is_plain_char(before));
}

// A blank at the end may be an escaped one, a part of the last value.
std::string without_leading_blanks(std::string_view text) {
  const auto start = text.find_first_not_of(' ');
  return std::string(start == std::string_view::npos ? std::string_view() : text.substr(start));
}

// Reads one DN from left to right. A position, not recursion: length alone bounds it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  void skip() { ++at_; }
  void skip_blanks() {
    while (!at_end() && peek() == ' ') skip();
  }

  Result<std::string> type() {
    skip_blanks();
    const auto start = at_;
    while (!at_end() && is_type_char(peek())) skip();
    std::string name(text_.substr(start, at_ - start));
    skip_blanks();
    if (name.empty()) return bad("an attribute type is missing");
    if (at_end() || peek() != '=') return bad("'=' is missing after " + name);
    skip();
    return name;
  }

  Result<std::string> value() {
    skip_blanks();
    if (!at_end() && peek() == '#') return hex_string();
    std::string out;
    std::size_t keep = 0;  // trailing blanks that were not escaped do not count
    while (!at_end() && peek() != ',' && peek() != '+' && peek() != ';') {
      if (peek() == '\\') {
        auto escaped = escape();
        if (!escaped) return escaped.error();
        out += *escaped;
        keep = out.size();
        continue;
      }
      if (is_special(peek()) && peek() != '=') return bad("a special character is not escaped");
      out += peek();
      if (peek() != ' ') keep = out.size();
      skip();
    }
    out.resize(keep);
    if (out.find('\0') != std::string::npos || !is_utf8(out)) return bad("a value is not UTF-8 text");
    return out;
  }

 private:
  Error bad(std::string why) const {
    return error(ErrorKind::InvalidValue,
                 "not a distinguished name: " + std::move(why) + " at position " + std::to_string(at_));
  }

  Result<char> escape() {
    skip();
    if (at_end()) return bad("nothing follows a backslash");
    const char c = peek();
    if (at_ + 1 < text_.size() && hex_value(c) >= 0 && hex_value(text_[at_ + 1]) >= 0) {
      const int byte = hex_value(c) * 16 + hex_value(text_[at_ + 1]);
      at_ += 2;
      return static_cast<char>(byte);
    }
    if (!is_special(c) && c != ' ' && c != '#') return bad("an unknown escape");
    skip();
    return c;
  }

  Result<std::string> hex_string() { return bad("a #-encoded value, which is not supported,"); }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Rdn::Rdn(std::string attribute, std::string value) {
  pairs_.emplace_back(std::move(attribute), std::move(value));
}

namespace {

// Of any length: what was built of parts may be longer than what is taken from outside.
Result<std::vector<Rdn>> rdns_of(std::string_view text) {
  std::vector<Rdn> rdns;
  if (trim(text).empty()) return rdns;
  Reader reader(text);
  for (bool same_rdn = false;;) {
    auto type = reader.type();
    if (!type) return type.error();
    auto value = reader.value();
    if (!value) return value.error();
    if (same_rdn)
      rdns.back().add_pair(std::move(*type), std::move(*value));
    else
      rdns.emplace_back(std::move(*type), std::move(*value));
    if (reader.at_end()) return rdns;
    same_rdn = reader.peek() == '+';
    reader.skip();
  }
}

}  // namespace

Result<std::vector<Rdn>> parse_rdns(std::string_view text) {
  if (text.size() > max_dn_bytes) return error(ErrorKind::InvalidValue, "a distinguished name is too long");
  return rdns_of(text);
}

void Rdn::add_pair(std::string attribute, std::string value) {
  pairs_.emplace_back(std::move(attribute), std::move(value));
}

Result<Rdn> Rdn::parse(std::string_view text) {
  auto rdns = parse_rdns(text);
  if (!rdns) return rdns.error();
  if (rdns->size() != 1) return error(ErrorKind::InvalidValue, "not one relative distinguished name");
  return std::move(rdns->front());
}

std::string Rdn::str() const {
  std::string out;
  for (const auto& [type, value] : pairs_) {
    if (!out.empty()) out += '+';
    out += type + '=' + escape_value(value);
  }
  return out;
}

std::string Rdn::normalized() const {
  std::vector<std::string> parts;
  for (const auto& [type, value] : pairs_)
    parts.push_back(ascii_lower(type) + '=' + escape_value(without_extra_blanks(fold_surely(value))));
  std::sort(parts.begin(), parts.end());
  return join(parts, "+");
}

Result<Dn> Dn::parse(std::string_view text) {
  auto rdns = parse_rdns(text);
  if (!rdns) return rdns.error();
  if (rdns->empty()) return Dn();
  return Dn(without_leading_blanks(text));
}

namespace {

std::size_t end_of_rdn(std::string_view text) {
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!escaped && (text[i] == ',' || text[i] == ';')) return i;
    escaped = !escaped && text[i] == '\\';
  }
  return text.size();
}

}  // namespace

Dn Dn::child(const Rdn& rdn) const {
  return Dn(empty() ? rdn.str() : rdn.str() + ',' + text_);
}

Dn Dn::parent() const {
  const auto end = end_of_rdn(text_);
  if (end == text_.size()) return {};
  return Dn(without_leading_blanks(std::string_view(text_).substr(end + 1)));
}

Rdn Dn::rdn() const {
  const auto end = end_of_rdn(text_);
  return rdns_of(std::string_view(text_).substr(0, end)).value().front();
}

std::string Dn::normalized() const {
  if (is_plain(text_)) return ascii_lower(text_);
  std::string out;
  for (const auto& rdn : rdns_of(text_).value()) {
    if (!out.empty()) out += ',';
    out += rdn.normalized();
  }
  return out;
}

namespace {

bool is_end_of(std::string_view whole, std::string_view end) {
  if (end.empty() || whole.size() == end.size()) return end.empty() || iequals(whole, end);
  return whole.size() > end.size() && whole[whole.size() - end.size() - 1] == ',' &&
         iequals(whole.substr(whole.size() - end.size()), end);
}

}  // namespace

bool Dn::is_within(const Dn& base) const {
  const auto& end = base.text_;
  if (text_ == end) return true;
  if (is_plain(text_) && is_plain(end)) return is_end_of(text_, end);
  // Mostly both are spelled alike. A comma may be escaped.
  if (!end.empty() && text_.size() > end.size() + 1 && text_.ends_with(end)) {
    const auto before = text_.size() - end.size() - 1;
    if (text_[before] == ',' && text_[before - 1] != '\\') return true;
  }
  return is_end_of(normalized(), base.normalized());
}

bool operator==(const Dn& a, const Dn& b) {
  if (a.text_ == b.text_) return true;
  if (is_plain(a.text_) && is_plain(b.text_)) return iequals(a.text_, b.text_);
  return a.normalized() == b.normalized();
}

}  // namespace dirbridge::directory
