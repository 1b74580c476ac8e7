#include "daemon/config_json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parser.hpp>
#include <set>

#include "base/text.hpp"

namespace dirbridge::daemon {
namespace {

namespace json = boost::json;

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string member_path(const std::string& parent, std::string_view key) {
  if (is_plain_key(key)) return parent + "." + std::string(key);
  std::string shown;
  for (const char c : key) {
    if (c == '"' || c == '\\') shown += '\\';
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return parent + "[\"" + shown + "\"]";
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

std::string_view name_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a text";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "something else";
}

std::string with_article_list(std::initializer_list<std::string_view> names) {
  std::vector<std::string> quoted;
  for (const auto name : names) quoted.push_back("\"" + std::string(name) + "\"");
  return join(quoted, " or ");
}

}  // namespace

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

ObjectReader::ObjectReader(const json::value& value, std::string path, std::vector<Problem>& problems)
    : object_(value.if_object()), path_(std::move(path)), problems_(&problems) {
  if (!object_) {
    problems_->push_back({path_, "must be an object ({ … }), not " + std::string(name_of(value)), {}});
  }
}

const json::value* ObjectReader::find(std::string_view key) {
  known_.emplace_back(key);
  if (!object_) return nullptr;
  const auto* value = object_->if_contains(key);
  return value && !value->is_null() ? value : nullptr;
}

void ObjectReader::wrong_type(std::string_view key, const json::value& value, std::string_view wanted) {
  problem(key, "must be " + std::string(wanted) + ", not " + std::string(name_of(value)));
}

const json::value* ObjectReader::raw(std::string_view key) {
  return find(key);
}

std::optional<std::string> ObjectReader::text(std::string_view key) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  const auto* string = value->if_string();
  if (!string) {
    wrong_type(key, *value, "a text");
    return std::nullopt;
  }
  const std::string_view content(string->data(), string->size());
  if (content.empty() || has_control(content)) {
    problem(key, content.empty() ? "must not be empty" : "has a control character");
    return std::nullopt;
  }
  return std::string(content);
}

std::optional<bool> ObjectReader::boolean(std::string_view key) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (const auto* flag = value->if_bool()) return *flag;
  wrong_type(key, *value, "true or false");
  return std::nullopt;
}

std::optional<std::size_t> ObjectReader::number(std::string_view key, std::size_t least, std::size_t most) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (!value->is_number()) {
    wrong_type(key, *value, "a number");
    return std::nullopt;
  }
  json::error_code ec;
  const auto count = value->to_number<std::uint64_t>(ec);
  if (ec || count < least || count > most) {
    problem(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return static_cast<std::size_t>(count);
}

std::optional<std::size_t> ObjectReader::choice(std::string_view key,
                                                std::initializer_list<std::string_view> names) {
  const auto found = text(key);
  if (!found) return std::nullopt;
  const auto* const match = std::find(names.begin(), names.end(), *found);
  if (match != names.end()) return static_cast<std::size_t>(match - names.begin());
  const auto suggestion = closest(*found, {names.begin(), names.end()});
  problem(key, "must be " + with_article_list(names),
          suggestion ? "did you mean \"" + *suggestion + "\"?" : "");
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> ObjectReader::texts(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto* value = find(key);
  if (!value) return out;
  if (const auto* single = value->if_string()) {
    out.emplace_back(std::string(single->data(), single->size()), path_of(key));
    return out;
  }
  const auto* array = value->if_array();
  if (!array) {
    wrong_type(key, *value, "an array of texts");
    return out;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto path = path_of(key) + "[" + std::to_string(i) + "]";
    const auto& item = (*array)[i];
    if (const auto* string = item.if_string()) {
      out.emplace_back(std::string(string->data(), string->size()), path);
    } else {
      problems_->push_back({path, "must be a text, not " + std::string(name_of(item)), {}});
    }
  }
  return out;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view key) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  return ObjectReader(*value, path_of(key), *problems_);
}

void ObjectReader::members(std::string_view key, const ReadMember& read) {
  const auto* value = find(key);
  if (!value) return;
  const auto* map = value->if_object();
  if (!map) {
    wrong_type(key, *value, "an object that maps names to objects");
    return;
  }
  for (const auto& [name, member] : *map) {
    ObjectReader reader(member, member_path(path_of(key), name), *problems_);
    if (!reader.object_) continue;
    read(std::string(name), reader);
    reader.finish();
  }
}

std::optional<std::string> ObjectReader::required_text(std::string_view key, std::string_view hint) {
  const auto before = problems_->size();
  auto found = text(key);
  if (!found && problems_->size() == before) missing(key, hint);
  return found;
}

void ObjectReader::missing(std::string_view key, std::string_view hint) {
  if (object_) problem(key, "is missing", std::string(hint));
}

std::string ObjectReader::path_of(std::string_view key) const {
  return key.empty() ? path_ : member_path(path_, key);
}

void ObjectReader::problem(std::string_view key, std::string message, std::string hint) {
  problem_at(path_of(key), std::move(message), std::move(hint));
}

void ObjectReader::problem_at(std::string path, std::string message, std::string hint) {
  problems_->push_back({std::move(path), std::move(message), std::move(hint)});
}

void ObjectReader::finish() {
  if (!object_) return;
  for (const auto& [key, value] : *object_) {
    if (std::find(known_.begin(), known_.end(), std::string_view(key)) != known_.end()) continue;
    const auto suggestion = closest(key, known_);
    problem(key, "unknown key",
            suggestion ? "did you mean \"" + *suggestion + "\"?" : "known here: " + join(known_, ", "));
  }
}

}  // namespace dirbridge::daemon
