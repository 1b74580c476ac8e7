// The text of the configuration file: JSON with comments, and no key twice.
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parser.hpp>
#include <set>

#include "base/text.hpp"
#include "config/object_reader.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

json::parse_options lenient() {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  return options;
}

// Follows the events of a parse and notes keys that occur twice in one object.
class DuplicateKeys {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error_code = json::error_code;
  using string_view = json::string_view;

  explicit DuplicateKeys(std::vector<Problem>& problems) : problems_(problems) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return enter(true); }
  bool on_object_end(std::size_t, error_code&) { return leave(); }
  bool on_array_begin(error_code&) { return enter(false); }
  bool on_array_end(std::size_t, error_code&) { return leave(); }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    auto& level = levels_.back();
    level.here = member_path(level.path, key_);
    if (!level.keys.insert(key_).second) {
      problems_.push_back(
          {level.here, "this key occurs twice; only one of them would count", "remove one of them"});
    }
    key_.clear();
    return true;
  }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return value(); }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return value(); }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return value(); }
  bool on_double(double, string_view, error_code&) { return value(); }
  bool on_bool(bool, error_code&) { return value(); }
  bool on_null(error_code&) { return value(); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  struct Level {
    bool is_object;
    std::string path;
    std::string here;  // path of the member that is being read
    std::set<std::string> keys;
    std::size_t index = 0;
  };

  std::string here() const {
    if (levels_.empty()) return "$";
    const auto& level = levels_.back();
    return level.is_object ? level.here : level.path + "[" + std::to_string(level.index) + "]";
  }
  bool enter(bool is_object) {
    levels_.push_back({is_object, here(), {}, {}, 0});
    return true;
  }
  bool leave() {
    levels_.pop_back();
    return value();
  }
  bool value() {
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }

  std::vector<Problem>& problems_;
  std::vector<Level> levels_;
  std::string key_;
};

void find_duplicate_keys(std::string_view text, std::vector<Problem>& problems) {
  json::basic_parser<DuplicateKeys> parser(lenient(), problems);
  json::error_code ec;
  parser.write_some(false, text.data(), text.size(), ec);
}

std::string place_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = start == std::string_view::npos ? before.size() + 1 : before.size() - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

std::string member_path(const std::string& parent, std::string_view key) {
  if (is_plain_key(key)) return parent + "." + std::string(key);
  std::string shown;
  for (const char c : without_controls(std::string(key), '?')) {
    if (c == '"' || c == '\\') shown += '\\';
    shown += c;
  }
  return parent + "[\"" + shown + "\"]";
}

boost::json::value parse_config_json(std::string_view text, std::vector<Problem>& problems) {
  if (text.size() > max_config_bytes) {
    problems.push_back({"$", "the configuration is larger than 1 MiB", "is this the right file?"});
    return nullptr;
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  json::parser parser({}, lenient());
  json::error_code ec;
  const auto consumed = parser.write_some(text.data(), text.size(), ec);
  if (!ec && consumed < text.size()) ec = json::error::extra_data;
  if (ec) {
    problems.push_back(
        {"$", "not valid JSON at " + place_of(text, consumed) + ": " + ec.message(),
         "comments (// and /* */) and trailing commas are allowed, anything else is plain JSON"});
    return nullptr;
  }
  find_duplicate_keys(text, problems);
  return parser.release();
}

}  // namespace dirbridge::config
