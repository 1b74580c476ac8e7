#include "config/object_reader.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "base/text.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

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

std::string with_article_list(const std::vector<std::string_view>& names) {
  std::vector<std::string> quoted;
  for (const auto name : names) quoted.push_back("\"" + std::string(name) + "\"");
  return join(quoted, " or ");
}

}  // namespace

std::string absolute_file(const std::string& name, const std::string& folder) {
  return (std::filesystem::path(folder) / name).lexically_normal().string();
}

ObjectReader::ObjectReader(const json::value& value, std::string path, std::vector<Problem>& problems,
                           const std::string& folder)
    : object_(value.if_object()), path_(std::move(path)), problems_(&problems), folder_(&folder) {
  if (!object_) {
    problems_->push_back({path_, "must be an object ({ … }), not " + std::string(name_of(value)), {}});
  }
}

const json::value* ObjectReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
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

std::optional<std::string> ObjectReader::file(std::string_view key) {
  const auto name = text(key);
  if (!name) return std::nullopt;
  return absolute_file(*name, *folder_);
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
                                                const std::vector<std::string_view>& names,
                                                const std::string& hint) {
  const auto found = text(key);
  if (!found) return std::nullopt;
  const auto match = std::find(names.begin(), names.end(), *found);
  if (match != names.end()) return static_cast<std::size_t>(match - names.begin());
  const auto suggestion = closest(*found, {names.begin(), names.end()});
  problem(key, "must be " + with_article_list(names),
          suggestion ? "did you mean \"" + *suggestion + "\"?" : hint);
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
  return ObjectReader(*value, path_of(key), *problems_, *folder_);
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
    ObjectReader reader(member, member_path(path_of(key), name), *problems_, *folder_);
    if (!reader.object_) continue;
    read(std::string(name), reader);
    reader.finish();
  }
}

void ObjectReader::items(std::string_view key, const std::function<void(ObjectReader& item)>& read) {
  const auto* value = find(key);
  if (!value) return;
  const auto* list = value->if_array();
  if (!list) return wrong_type(key, *value, "an array of objects");
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader reader((*list)[i], path_of(key) + "[" + std::to_string(i) + "]", *problems_, *folder_);
    if (!reader.object_) continue;
    read(reader);
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

}  // namespace dirbridge::config
