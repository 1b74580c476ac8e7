#pragma once
// What a key may hold: the kinds of values that rows of the tables are made of.
#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <cstdint>
#include <map>

#include "config/config.hpp"
#include "config/table.hpp"

namespace dirbridge::config {

inline constexpr auto secret_hint =
    "{\"file\": \"name\"} (owner-only, first line), or {\"env\": \"VARIABLE\"}";

Type<bool> flag();
Type<std::optional<bool>> optional_flag();  // absent: not set
Type<std::optional<bool>> flag_or_auto();   // "auto": not set
Type<std::size_t> count(std::size_t least, std::size_t most);
Type<unsigned> percent();
Type<std::chrono::milliseconds> milliseconds(std::size_t least, std::size_t most);
Type<std::chrono::minutes> minutes(std::size_t least, std::size_t most);
Type<std::chrono::days> days(std::size_t most);
Type<std::string> text(std::string_view shown = "text");  // empty: not set
Type<std::string> file();
Type<std::vector<std::string>> texts(std::string_view shown);
Type<directory::Dn> dn();                          // empty: not set
Type<std::optional<directory::Dn>> optional_dn();  // code reads it: what it may be depends on others
Type<std::vector<directory::Dn>> dns(std::string_view shown = "DNs");  // code reads them, too
Type<std::string> ldap_attribute();
bool is_ldap_attribute_name(std::string_view name);  // RFC 4512 1.4: keystring
Type<SecretSource> secret();                         // where it is; required, with `secret_hint`
Type<Listen> listen();

std::string listed(const std::vector<std::string_view>& words);  // "a, b, c"

// A word of the file and what it stands for.
template <class E>
struct Word {
  std::string_view word;
  E value;
};

template <class E, std::size_t N>
std::vector<std::string_view> names_of(const Word<E> (&words)[N]) {
  std::vector<std::string_view> out;
  for (const auto& word : words) out.push_back(word.word);
  return out;
}

template <class E, std::size_t N>
std::string_view name_of(const Word<E> (&words)[N], E value) {
  for (const auto& word : words)
    if (word.value == value) return word.word;
  return {};
}

// `words` is static. `hint` is for a word that is close to none of them.
template <class E, std::size_t N>
Type<E> word(const Word<E> (&words)[N], std::string_view hint = {}) {
  return {.values = Values::word(names_of(words)),
          .read =
              [&words, hint](ObjectReader& reader, std::string_view key, E& out) {
                if (const auto choice = reader.choice(key, names_of(words), std::string(hint)))
                  out = words[*choice].value;
              },
          .write = [&words](const E& value) { return boost::json::value(name_of(words, value)); }};
}

// An array of words.
template <class E, std::size_t N>
Type<std::vector<E>> words(const Word<E> (&known)[N]) {
  return {.values = Values::texts("words", names_of(known)),
          .read =
              [&known](ObjectReader& reader, std::string_view key, std::vector<E>& out) {
                for (const auto& item : reader.texts(key)) {
                  const auto* at = std::find_if(std::begin(known), std::end(known),
                                                [&](const auto& one) { return one.word == item.first; });
                  if (at == std::end(known))
                    reader.problem_at(item.second, "must be one of " + listed(names_of(known)), {});
                  else
                    out.push_back(at->value);
                }
              },
          .write =
              [&known](const std::vector<E>& all) {
                boost::json::array out;
                for (const auto& one : all) out.emplace_back(name_of(known, one));
                return boost::json::value(std::move(out));
              }};
}

// `keys` is static.
template <class T>
Type<T> section(const Keys<T>& keys, const T& defaults = {}) {
  return {.values = Values::section(describe_keys(keys, defaults)),
          .read =
              [&keys](ObjectReader& reader, std::string_view key, T& out) {
                auto inner = reader.object(key);
                if (!inner) return;
                read_keys(*inner, keys, out);
                inner->finish();
              },
          .write = [&keys](const T& value) { return boost::json::value(write_keys(keys, value)); }};
}

// A section that may be left out as a whole.
template <class T>
Type<std::optional<T>> optional_section(const Keys<T>& keys) {
  auto inner = section(keys);
  return {
      .values = inner.values,
      .read =
          [read = inner.read](ObjectReader& reader, std::string_view key, std::optional<T>& out) {
            if (reader.raw(key)) read(reader, key, out.emplace());
          },
      .write = [write = inner.write](
                   const std::optional<T>& value) { return value ? write(*value) : boost::json::value(); }};
}

// A section with a key `enabled`; without a value it is off. What is left out of it keeps its value.
template <class T>
Type<std::optional<T>> switched_section(const Keys<T>& keys, std::string_view when_off, Effect effect) {
  static constexpr std::string_view enabled = "enabled";
  auto values = section(keys).values;
  values.keys.insert(values.keys.begin(), {enabled, flag().values, when_off, effect, false, true, {}});
  return {.values = std::move(values),
          .read =
              [&keys](ObjectReader& reader, std::string_view key, std::optional<T>& out) {
                auto inner = reader.object(key);
                if (!inner) return;
                if (!out) out.emplace();
                const bool on = inner->boolean(enabled).value_or(true);
                read_keys(*inner, keys, *out);
                inner->finish();
                if (!on) out.reset();
              },
          .write =
              [&keys](const std::optional<T>& value) {
                boost::json::object out{{enabled, value.has_value()}};
                for (auto& [key, one] : write_keys(keys, value.value_or(T())))
                  out[key] = value ? std::move(one) : boost::json::value();
                return boost::json::value(std::move(out));
              }};
}

// Sections under names; code behind the table reads them.
template <class T>
Type<std::map<std::string, T>> sections_by_name(const Keys<T>& keys, const T& defaults) {
  return {.values = Values::map("name", section(keys, defaults).values, "^[a-z0-9-]{1,32}$"),
          .read = nullptr,
          .write = [&keys](const std::map<std::string, T>& all) {
            boost::json::object out;
            for (const auto& [name, one] : all) out[name] = write_keys(keys, one);
            return boost::json::value(std::move(out));
          }};
}

// The same, read by code that sees all of S.
template <class S>
Type<S> read_by(void (*read)(ObjectReader& reader, std::string_view key, S& out), Type<S> type) {
  type.read = read;
  return type;
}

// The same, read by code behind the table.
template <class T>
Type<T> by_code(Type<T> type) {
  type.read = nullptr;
  return type;
}

}  // namespace dirbridge::config
