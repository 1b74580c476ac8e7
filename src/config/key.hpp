#pragma once
// What is known of a key of the configuration besides its value: what it may hold, what it means, when a
// change takes effect. The tables of the sections (table.hpp) are the source; JSON Schema and the list of
// keys are printed from it.
#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

namespace dirbridge::config {

// When a changed key counts. What lies below a key that needs a restart needs one as well.
enum class Effect { Reload, Restart };

struct KeyInfo;

struct Values {
  enum class Kind {
    Flag,
    FlagOrAuto,  // true, false or "auto"
    Number,
    Text,
    Word,           // one of `words`
    Texts,          // an array of texts; one text counts as an array of one
    Section,        // an object with `keys`
    OneKey,         // an object with exactly one of `keys`
    TextOrSection,  // one or the other; null is a value of its own
    List,           // an array of `element`
    Map,            // an object of `element`, under names that the administrator chooses
  };

  explicit Values(Kind of);
  static Values number(std::size_t from, std::size_t to);
  static Values text(std::string_view what);
  static Values word(std::vector<std::string_view> known);
  static Values texts(std::string_view what, std::vector<std::string_view> known = {});
  static Values section(std::vector<KeyInfo> inner, Kind of = Kind::Section);
  static Values list(Values each);
  static Values map(std::string_view names, Values each, std::string_view pattern = {});

  Kind kind;
  std::size_t least = 0, most = 0;      // Number
  std::string_view shown = "text";      // Text, Texts: what kind of text it is; Map: what kind of name
  std::string_view name_pattern;        // Map
  std::vector<std::string_view> words;  // Word; also Texts, when nothing else may be among them
  std::vector<KeyInfo> keys;
  std::vector<Values> element;  // one
};

struct KeyInfo {
  std::string_view name;
  Values values;
  std::string_view what;
  Effect effect = Effect::Reload;
  bool required = false;
  boost::json::value fallback{};  // the default; null: not set
  std::string_view otherwise{};   // the default in words, where it depends on other keys
};

// Sets the default of a key, and of those keys in it that have one there.
void set_fallback(KeyInfo& key, const boost::json::value& fallback);

}  // namespace dirbridge::config
