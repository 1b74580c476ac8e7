#include "mapping/adoption.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::mapping {

namespace {

namespace json = boost::json;
using Values = std::vector<std::string>;

constexpr const char* original = attr::original;
constexpr const char* moved_from = "moved from";  // no attribute is called so

Values::const_iterator find_in(const Values& values, const std::string& value) {
  const auto wanted = fold_case(value);
  return std::find_if(values.begin(), values.end(),
                      [&](const auto& other) { return fold_case(other) == wanted; });
}

bool contains(const Values& values, const std::string& value) {
  return find_in(values, value) != values.end();
}

const Values& values_in(const Goals& goals, const std::string& attribute) {
  static const Values none;
  const auto at = std::find_if(goals.begin(), goals.end(),
                               [&](const auto& goal) { return iequals(goal.attribute, attribute); });
  return at == goals.end() ? none : at->values;
}

bool is_multi_valued(const Rules& rules, const std::string& attribute) {
  const auto many = [&](const auto& rule) {
    return rule.multi_valued && iequals(rule.ldap_attribute, attribute);
  };
  return std::any_of(rules.user_attributes.begin(), rules.user_attributes.end(), many);
}

// Of the values of an attribute, the one that names the entry and is to follow the user's name; empty: none.
std::string following_name(const Rules& rules, const directory::Entry& current,
                           const std::string& attribute) {
  if (!iequals(attribute, rules.user_naming_attribute)) return {};
  const auto name = current.dn.rdn();
  for (const auto& [type, value] : name.pairs())
    if (iequals(type, attribute)) return value;
  return {};
}

// `said` in the place of what was written before; the first time in that of the entry's name or else of the
// first value, unless there may be many.
Values merged(const Values& said, const Values& written, const Values& today, const std::string& name,
              bool many) {
  Values kept;
  std::size_t place = many ? today.size() : 0;
  bool replaces = false;
  for (const auto& value : today) {
    if (contains(said, value)) continue;
    if (contains(written, value)) {
      if (!replaces) place = kept.size();
      replaces = true;
      continue;
    }
    kept.push_back(value);
  }
  const bool all_there =
      std::all_of(said.begin(), said.end(), [&](const auto& value) { return contains(today, value); });
  // That is the one that the identity provider means.
  if (!all_there && !replaces && !many && !kept.empty() && kept.size() == today.size()) {
    const auto named = find_in(kept, name);
    const auto meant = named == kept.end() ? kept.begin() : named;
    place = static_cast<std::size_t>(meant - kept.begin());
    kept.erase(meant);
  }
  kept.insert(kept.begin() + static_cast<std::ptrdiff_t>(std::min(place, kept.size())), said.begin(),
              said.end());
  return kept;
}

// Empty: nothing is remembered.
json::object original_of(const directory::Attributes& home) {
  boost::system::error_code damage;
  const auto text = home.first(original);
  auto kept = text.empty() ? json::value() : json::parse(text, damage);
  return damage || !kept.is_object() ? json::object() : std::move(kept.get_object());
}

Values values_at(const json::object& kept, std::string_view attribute) {
  Values out;
  for (const auto& [key, list] : kept)
    if (iequals(std::string_view(key), attribute) && list.is_array())
      for (const auto& value : list.get_array())
        if (value.is_string()) out.emplace_back(value.get_string());
  return out;
}

// Of what was written before, the part that may go: not a login that the administrator has given, when the
// user gets another one that is there.
Values replaceable(const Rules& rules, const sync::AttributeGoal& said, Values written,
                   const directory::Entry& current) {
  const auto& today = current.attributes.values(said.attribute);
  const auto is_there = [&](const auto& value) { return contains(today, value); };
  if (!iequals(said.attribute, login_attribute(rules)) || said.values.empty() ||
      !std::all_of(said.values.begin(), said.values.end(), is_there))
    return written;
  const auto given = values_at(original_of(current.attributes), said.attribute);
  std::erase_if(written, [&](const auto& value) { return contains(given, value); });
  return written;
}

bool is_active(const sync::EntryGoal& goal) {
  return values_in(goal.attributes, attr::active) == Values{"TRUE"};
}

}  // namespace

bool is_found(const directory::Attributes& home) {
  return is_adopted(home) || !home.find(attr::connection);
}

Goals beside_what_is_there(const Rules& rules, const Goals& said, const Goals& derived, const Goals& written,
                           const directory::Entry& current) {
  Goals out;
  for (const auto& wish : said) {
    const auto& today = current.attributes.values(wish.attribute);
    const bool many = is_multi_valued(rules, wish.attribute);
    const auto name = following_name(rules, current, wish.attribute);
    auto values = merged(wish.values, replaceable(rules, wish, values_in(written, wish.attribute), current),
                         today, name, many);
    if (values.empty()) values = values_in(derived, wish.attribute);
    out.push_back(sync::exactly(wish.attribute, std::move(values)));
  }
  return out;
}

void keep_name(Goals& goals, const directory::Rdn& name) {
  for (const auto& named : name.pairs())
    std::erase_if(goals, [&](const auto& goal) {
      return iequals(goal.attribute, named.first) && goal.kind == sync::AttributeGoal::Kind::Exactly &&
             !contains(goal.values, named.second);
    });
}

std::string remembered(const Goals& goals, const directory::Entry& current) {
  json::object out;
  for (const auto& goal : goals) {
    json::array values;
    for (const auto& value : current.attributes.values(goal.attribute))
      if (is_utf8(value)) values.emplace_back(value);
    out[goal.attribute] = std::move(values);
  }
  return scim::serialize(out);
}

std::string with_place(const directory::Attributes& home, const directory::Dn& parent) {
  auto out = original_of(home);
  out[moved_from] = parent.str();
  return scim::serialize(out);
}

std::optional<directory::Dn> remembered_place(const directory::Attributes& home) {
  const auto kept = original_of(home);
  const auto* text = kept.if_contains(moved_from);
  if (!text || !text->is_string()) return std::nullopt;
  auto dn = directory::Dn::parse(text->get_string());
  return dn ? std::optional(std::move(*dn)) : std::nullopt;
}

Goals given_back(const Rules& rules, const Goals& written, const directory::Entry& current) {
  Goals out;
  const auto kept = original_of(current.attributes);
  for (const auto& [key, list] : kept) {
    const std::string attribute(key);
    if (iequals(attribute, login_attribute(rules)) || !list.is_array()) continue;
    const auto& today = current.attributes.values(attribute);
    const auto& ours = values_in(written, attribute);
    const auto is_ours = [&](const auto& value) { return contains(ours, value); };
    if (!today.empty() && std::none_of(today.begin(), today.end(), is_ours)) continue;
    auto values = values_at(kept, attribute);
    for (const auto& value : today)
      if (!is_ours(value) && !contains(values, value)) values.push_back(value);
    out.push_back(sync::exactly(attribute, std::move(values)));
  }
  keep_name(out, current.dn.rdn());
  return out;
}

std::vector<std::string> new_logins(const Rules& rules, const sync::EntryGoal& goal,
                                    const directory::Entry& home) {
  if (!goal.dn.is_within(rules.user_base)) return {};
  const auto& attribute = login_attribute(rules);
  const auto& today = home.attributes.values(attribute);
  std::vector<std::string> out;
  const auto rdn = goal.dn.rdn();
  for (const auto& [name, value] : rdn.pairs())
    if (iequals(name, attribute)) out.push_back(value);
  bool keeps_others = true;
  for (const auto& wish : goal.attributes) {
    if (!iequals(wish.attribute, attribute) || wish.kind == sync::AttributeGoal::Kind::Excluding) continue;
    out.insert(out.end(), wish.values.begin(), wish.values.end());
    keeps_others = keeps_others && wish.kind != sync::AttributeGoal::Kind::Exactly;
  }
  if (keeps_others) out.insert(out.end(), today.begin(), today.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  const bool was_seen =
      home.dn.is_within(rules.user_base) && !(is_disabled(home.attributes) && is_active(goal));
  if (was_seen)
    std::erase_if(
        out, [&](const auto& login) { return std::find(today.begin(), today.end(), login) != today.end(); });
  return out;
}

}  // namespace dirbridge::mapping
