#include "mapping/narrow.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/uuid.hpp"

namespace dirbridge::mapping {

namespace {

using Narrowed = std::optional<directory::Filter>;

// The searchable copy of an attribute (schema/README.md); empty: there is none.
std::string_view searchable(const scim::AttributeRef& path) {
  if (path.extension || !path.attribute) return {};
  const std::string& name = path.attribute->name;
  if (name == "emails") return !path.sub || path.sub->name == "value" ? "dirbridgeMail" : "";
  if (path.sub) return {};
  if (name == "userName") return "dirbridgeUserName";
  if (name == "externalId") return "dirbridgeExternalId";
  if (name == "displayName") return "dirbridgeDisplayName";
  if (name == "id") return "dirbridgeId";
  return {};
}

// We fold case fully, directories one character for one: for them "ss" and "ß" differ. Where more may differ,
// as in Greek, no index is used.
constexpr std::size_t most_spellings = 16;
constexpr std::size_t most_double_s = 2;  // each can be spelt in three ways, so that more pass most_spellings

// Pairs of s that do not overlap.
bool has_too_many_double_s(std::string_view folded) {
  std::size_t pairs = 0;
  for (auto at = folded.find("ss"); at != std::string_view::npos; at = folded.find("ss", at + 2))
    if (++pairs > most_double_s) return true;
  return false;
}

// Letters that every directory folds as we do, and scripts without case. Not the dot above (U+0307), which
// stands in the folding of the Turkish capital I.
bool folds_alike(std::string_view folded) {
  if (is_ascii(folded)) return true;
  const auto text = code_points(folded);
  return std::all_of(text.begin(), text.end(), [](char32_t c) {
    return c <= 0x217 || (c >= 0x300 && c < 0x345 && c != 0x307) || (c >= 0x430 && c <= 0x45F) ||
           (c >= 0x5D0 && c <= 0x6FF) || (c >= 0x3040 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3);
  });
}

// What folds to `folded`: each "ss" may be a sharp s, small or capital. Goes as deep as there are "ss".
void spell(std::string_view folded, const std::string& before, std::vector<std::string>& out) {
  const auto at = folded.find("ss");
  if (out.size() > most_spellings) return;
  if (at == std::string_view::npos) {
    out.push_back(before + std::string(folded));
    return;
  }
  const auto up_to = before + std::string(folded.substr(0, at));
  for (const auto* sharp : {"ß", "ẞ"}) spell(folded.substr(at + 2), up_to + sharp, out);
  spell(folded.substr(at + 1), up_to + "s", out);
}

Narrowed equal_in_any_case(std::string_view attribute, std::string_view value) {
  const auto folded = fold_case(value);
  if (!folds_alike(folded)) return std::nullopt;
  if (folded.find("ss") == std::string::npos) return directory::Filter::equal(attribute, value);
  if (has_too_many_double_s(folded)) return std::nullopt;
  std::vector<std::string> spellings;
  spell(folded, "", spellings);
  if (spellings.size() > most_spellings) return std::nullopt;
  std::vector<directory::Filter> any;
  for (const auto& spelling : spellings) any.push_back(directory::Filter::equal(attribute, spelling));
  return directory::Filter::any_of(std::move(any));
}

Narrowed equal(std::string_view attribute, std::string_view value) {
  if (attribute.empty() || value.empty()) return std::nullopt;
  // No id but a UUID exists; the nil UUID is an index look-up that finds nothing.
  if (attribute == "dirbridgeId" && !is_uuid(value)) value = "00000000-0000-0000-0000-000000000000";
  if (attribute == "dirbridgeId" || attribute == "dirbridgeExternalId")
    return directory::Filter::equal(attribute, value);
  return equal_in_any_case(attribute, value);
}

bool is_core(const scim::AttributeRef& path, std::string_view attribute) {
  return !path.extension && path.attribute && path.attribute->name == attribute;
}

bool is_value(const scim::AttributeDefinition* sub) {
  return !sub || sub->name == "value";
}

bool compares_text(const scim::Filter& filter) {
  return filter.kind == scim::Filter::Kind::Compare && filter.op == scim::Operator::Eq &&
         filter.literal.value.is_string();
}

Narrowed compare(const scim::Filter& filter, const MemberFilter& member) {
  if (!compares_text(filter)) return std::nullopt;
  const std::string_view value = filter.literal.value.get_string();
  if (is_core(filter.path, "members") && is_value(filter.path.sub)) return member(value);
  return equal(searchable(filter.path), value);
}

// Inside emails[...] or members[...] the names are sub-attributes: only `value` can be looked up.
Narrowed element(const scim::Filter& outer, const scim::Filter& inner, const MemberFilter& member) {
  if (inner.kind == scim::Filter::Kind::And) {
    for (const auto& term : inner.terms)
      if (auto narrowed = element(outer, term, member)) return narrowed;
    return std::nullopt;
  }
  if (!compares_text(inner) || !inner.path.attribute || inner.path.attribute->name != "value")
    return std::nullopt;
  const std::string_view value = inner.literal.value.get_string();
  if (is_core(outer.path, "emails")) return equal("dirbridgeMail", value);
  if (is_core(outer.path, "members")) return member(value);
  return std::nullopt;
}

Narrowed all_of(const scim::Filter& filter, const MemberFilter& member) {
  std::vector<directory::Filter> terms;
  for (const auto& term : filter.terms)
    if (auto narrowed = narrow(term, member)) terms.push_back(std::move(*narrowed));
  if (terms.empty()) return std::nullopt;
  return directory::Filter::all_of(std::move(terms));
}

Narrowed any_of(const scim::Filter& filter, const MemberFilter& member) {
  std::vector<directory::Filter> terms;
  for (const auto& term : filter.terms) {
    auto narrowed = narrow(term, member);
    if (!narrowed) return std::nullopt;
    terms.push_back(std::move(*narrowed));
  }
  return directory::Filter::any_of(std::move(terms));
}

void collect_members(const scim::Filter& filter, bool inside, MembersAsked& out) {
  const bool about_members = inside || is_core(filter.path, "members");
  if (filter.kind == scim::Filter::Kind::Compare) {
    if (!about_members) return;
    const auto* sub = inside ? filter.path.attribute : filter.path.sub;
    if (compares_text(filter) && is_value(sub))
      out.ids.emplace_back(filter.literal.value.get_string());
    else
      out.others = true;
    return;
  }
  const bool element = filter.kind == scim::Filter::Kind::Element;
  if (element && !about_members) return;
  for (const auto& term : filter.terms) collect_members(term, element || inside, out);
}

}  // namespace

MembersAsked members_asked(const scim::Filter& filter) {
  MembersAsked out;
  collect_members(filter, false, out);
  return out;
}

Narrowed narrow(const scim::Filter& filter, const MemberFilter& member) {
  switch (filter.kind) {
    case scim::Filter::Kind::Compare:
      return compare(filter, member);
    case scim::Filter::Kind::And:
      return all_of(filter, member);
    case scim::Filter::Kind::Or:
      return any_of(filter, member);
    case scim::Filter::Kind::Not:
      return std::nullopt;
    case scim::Filter::Kind::Element:
      return element(filter, filter.terms.front(), member);
  }
  return std::nullopt;
}

}  // namespace dirbridge::mapping
