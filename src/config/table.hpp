#pragma once
// A section of the configuration as a table: one row for each key with its member, what it may hold, one
// sentence, and when a change takes effect. The default is that of the member. A new key is a member and a
// row; it is then read, written and described. What a row cannot say, such as how two keys go together, is
// code behind the table (sections/).
#include <boost/json/object.hpp>
#include <functional>
#include <optional>

#include "config/key.hpp"
#include "config/object_reader.hpp"

namespace dirbridge::config {

// How a T stands in the file.
template <class T>
struct Type {
  Values values;
  // Leaves `out` as it is when the key is absent, null or wrong. Empty: code behind the table reads it.
  std::function<void(ObjectReader& reader, std::string_view key, T& out)> read;
  std::function<boost::json::value(const T& value)> write;  // null: not set
};

// What only some rows need.
template <class S>
struct More {
  std::string_view required{};   // what to do about a missing key; empty: it may be left out
  std::string_view otherwise{};  // the default in words, where it depends on other keys
  const char* (*useless)(const S&) =
      nullptr;  // why the key means nothing beside the others; nullptr: it does
};

// The same value as a part of S.
template <class S, class M>
Type<S> of_member(M S::*member, Type<M> type) {
  Type<S> out{std::move(type.values), nullptr, nullptr};
  if (type.read)
    out.read = [member, read = std::move(type.read)](ObjectReader& reader, std::string_view key, S& s) {
      read(reader, key, s.*member);
    };
  out.write = [member, write = std::move(type.write)](const S& s) { return write(s.*member); };
  return out;
}

template <class S>
struct Key {
  template <class M>
  Key(std::string_view key, M S::*member, Type<M> held, std::string_view sentence, Effect takes_effect,
      More<S> rest = {})
      : Key(key, of_member(member, std::move(held)), sentence, takes_effect, rest) {}
  Key(std::string_view key, Type<S> held, std::string_view sentence, Effect takes_effect, More<S> rest = {})
      : name(key), type(std::move(held)), what(sentence), effect(takes_effect), more(rest) {}

  std::string_view name;
  Type<S> type;
  std::string_view what;
  Effect effect;
  More<S> more;
};

template <class S>
using Keys = std::vector<Key<S>>;

// Row by row, so that a row may count on what those above have set. Rows that code reads are left to it.
template <class S>
void read_keys(ObjectReader& reader, const Keys<S>& keys, S& out) {
  for (const auto& key : keys) {
    const bool is_there = reader.raw(key.name) != nullptr;  // asked for in any case: it is a known key
    if (!key.type.read) continue;
    if (!is_there && !key.more.required.empty())
      reader.missing(key.name, key.more.required);
    else
      key.type.read(reader, key.name, out);
  }
}

// Reports what an administrator set although it has no effect beside the rest.
template <class S>
void check_useless(ObjectReader& reader, const Keys<S>& keys, const S& section) {
  for (const auto& key : keys) {
    const auto* why = key.more.useless ? key.more.useless(section) : nullptr;
    if (why && reader.raw(key.name))
      reader.problem(key.name, std::string("means nothing ") + why, "remove it");
  }
}

template <class S>
boost::json::object write_keys(const Keys<S>& keys, const S& section) {
  boost::json::object out;
  for (const auto& key : keys) {
    const bool useless = key.more.useless && key.more.useless(section);
    out[key.name] = useless ? boost::json::value() : key.type.write(section);
  }
  return out;
}

template <class S>
std::vector<KeyInfo> describe_keys(const Keys<S>& keys, const S& defaults) {
  std::vector<KeyInfo> out;
  for (const auto& key : keys) {
    out.push_back({key.name, key.type.values, key.what, key.effect, !key.more.required.empty(), nullptr,
                   key.more.otherwise});
    set_fallback(out.back(), key.type.write(defaults));
  }
  return out;
}

}  // namespace dirbridge::config
