#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::scim {
namespace {

using boost::json::string_view;
using boost::system::error_code;

// Builds the value bottom-up. Not value_stack: that one lets the last of two equal keys win in silence.
struct Builder {
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  json::value root;
  std::string problem;  // what the parser cannot say by its own error codes

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return open(json::object()); }
  bool on_object_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_array_begin(error_code&) { return open(json::array()); }
  bool on_array_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_key_part(string_view s, std::size_t, error_code&) { return append(s); }
  bool on_key(string_view s, std::size_t, error_code& ec) {
    append(s);
    if (text_.find('\0') != std::string::npos) return refuse("a name holds a NUL character", ec);
    std::swap(keys_[frames_.size() - 1], text_);
    text_.clear();
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) { return append(s); }
  bool on_string(string_view s, std::size_t, error_code& ec) {
    if (!text_.empty()) {
      append(s);
      s = text_;
    }
    if (s.find('\0') != string_view::npos) return refuse("a text holds a NUL character", ec);
    json::value value(s);
    text_.clear();
    return put(std::move(value), ec);
  }
  bool on_number_part(string_view s, error_code&) { return append(s); }
  bool on_int64(std::int64_t i, string_view, error_code& ec) { return number(json::value(i), ec); }
  bool on_uint64(std::uint64_t u, string_view, error_code& ec) { return number(json::value(u), ec); }
  bool on_double(double, string_view s, error_code& ec) {
    append(s);
    double exact = 0;  // the parser's own conversion may be off by one unit in the last place
    const auto [end, status] = std::from_chars(text_.data(), text_.data() + text_.size(), exact);
    if (status != std::errc() || !std::isfinite(exact)) return refuse("a number is out of range", ec);
    return number(json::value(exact), ec);
  }
  bool on_bool(bool b, error_code& ec) { return put(json::value(b), ec); }
  bool on_null(error_code& ec) { return put(json::value(nullptr), ec); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool append(string_view s) {
    text_.append(s.data(), s.size());
    return true;
  }
  bool number(json::value value, error_code& ec) {
    text_.clear();
    return put(std::move(value), ec);
  }
  bool open(json::value container) {
    frames_.push_back(std::move(container));
    if (keys_.size() < frames_.size()) keys_.emplace_back();
    return true;
  }
  bool close(error_code& ec) {
    json::value done = std::move(frames_.back());
    frames_.pop_back();
    return put(std::move(done), ec);
  }
  bool put(json::value&& value, error_code& ec) {
    if (frames_.empty()) {
      root = std::move(value);
      return true;
    }
    auto& container = frames_.back();
    if (container.is_array()) {
      container.get_array().push_back(std::move(value));
      return true;
    }
    auto& object = container.get_object();
    const auto& key = keys_[frames_.size() - 1];
    if (object.capacity() == 0) object.reserve(8);  // most objects fit, and growing moves every member
    if (object.emplace(key, std::move(value)).second) return true;
    return refuse("the name \"" + key + "\" is there twice", ec);
  }
  bool refuse(std::string why, error_code& ec) {
    problem = std::move(why);
    ec = boost::json::error::syntax;
    return false;
  }

  std::vector<json::value> frames_;  // the open containers, outermost first
  std::vector<std::string> keys_;    // the last name in each of them; never shrinks, to keep the buffers
  std::string text_;                 // a name, text or number that comes in parts
};

std::string_view explain(const error_code& ec, std::string_view text) {
  if (!is_utf8(text)) return "it is not valid UTF-8";
  if (ec == boost::json::error::incomplete) return "the text ends too early";
  if (ec == boost::json::error::extra_data) return "text follows the value";
  if (ec == boost::json::error::too_deep) return "it is nested too deeply";
  return "syntax error";
}

}  // namespace

Result<json::value> parse_body(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    return error(ErrorKind::TooLarge,
                 "the body is larger than " + std::to_string(limits.max_bytes) + " bytes");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::basic_parser<Builder> parser(options);
  error_code ec;
  const auto consumed = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && consumed < text.size()) ec = boost::json::error::extra_data;
  if (!ec) return std::move(parser.handler().root);
  auto& problem = parser.handler().problem;
  return error(ErrorKind::InvalidSyntax,
               "not acceptable as JSON at byte " + std::to_string(consumed + 1) + ": " +
                   (problem.empty() ? std::string(explain(ec, text)) : std::move(problem)));
}

}  // namespace dirbridge::scim
