// The page of all keys, in Markdown.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "config/describe.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using Kind = Values::Kind;

constexpr auto introduction = R"(# All keys of the configuration

Printed by `dirbridge config keys`; a test compares. README.md beside this page explains the options that need more than a
line. A key that is left out, or null, has its default. An array of one text may be written as the text. Relative file names
start at the configuration's folder. The fourth column says when a change takes effect: when the bridge is restarted, or at a
reload already.
)";

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string codes(const std::vector<std::string_view>& words) {
  std::vector<std::string> out;
  for (const auto word : words) out.push_back(code(word));
  return join(out, ", ");
}

std::string shown_values(const Values& values) {
  const std::string shown(values.shown);
  switch (values.kind) {
    case Kind::Flag:
      return "`true`, `false`";
    case Kind::FlagOrAuto:
      return "`true`, `false`, `\"auto\"`";
    case Kind::Number:
      return std::to_string(values.least) + " to " + std::to_string(values.most);
    case Kind::Text:
      return std::string(values.shown);
    case Kind::Word:
      return codes(values.words);
    case Kind::Texts:
      return "array of " + (values.words.empty() ? shown : codes(values.words));
    case Kind::Section:
      return "section";
    case Kind::OneKey:
      return "section with one of its keys";
    case Kind::TextOrSection:
      return shown + ", section, null";
    case Kind::List:
      return "array of sections";
    case Kind::Map:
      return shown_values(values.element.front()) + " for each " + shown;
  }
  return {};
}

std::string shown_default(const KeyInfo& key) {
  if (key.required) return "required";
  if (!key.otherwise.empty()) return std::string(key.otherwise);
  const auto& value = key.fallback;
  const bool is_empty = value.is_null() || (value.is_array() && value.get_array().empty()) ||
                        (value.is_object() && value.get_object().empty());
  if (is_empty) return "none";
  if (value.is_object()) return "";  // those of its keys
  return code(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
}

class Rows {
 public:
  std::string text() && { return std::move(text_); }

  // `restart`: something above takes effect at a restart only.
  void add(const KeyInfo& key, const std::string& path, bool restart) {
    restart = restart || key.effect == Effect::Restart;
    text_ += "| " + code(path) + " | " + shown_values(key.values) + " | " + shown_default(key) + " | " +
             (restart ? "restart" : "reload") + " | " + std::string(key.what) + " |\n";
    add_inner(key.values, path, restart);
  }

  void add_keys(const Values& values, const std::string& prefix, bool restart) {
    for (const auto& key : values.keys) add(key, prefix + std::string(key.name), restart);
  }

 private:
  void add_inner(const Values& values, const std::string& path, bool restart) {
    add_keys(values, path + ".", restart);
    if (values.kind == Kind::List) add_inner(values.element.front(), path + "[]", restart);
    if (values.kind == Kind::Map)
      add_inner(values.element.front(), path + ".<" + std::string(values.shown) + ">", restart);
  }

  std::string text_;
};

// A heading and a table for each key of the file; those with names get one for what is under a name.
std::string part(const KeyInfo& key) {
  const bool has_names = key.values.kind == Kind::Map;
  const auto& values = has_names ? key.values.element.front() : key.values;
  const auto name = std::string(key.name) + (has_names ? ".<" + std::string(key.values.shown) + ">" : "");
  Rows rows;
  rows.add_keys(values, "", key.effect == Effect::Restart);
  return "\n## " + code(name) + "\n\n" + std::string(key.what) + (key.required ? "; required" : "") +
         "\n\n| key | values | default | change | what |\n| --- | --- | --- | --- | --- |\n" +
         std::move(rows).text();
}

}  // namespace

std::string key_page() {
  std::string out = introduction;
  for (const auto& key : described().values.keys) out += part(key);
  return out;
}

}  // namespace dirbridge::config
