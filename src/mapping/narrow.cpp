#include "mapping/narrow.hpp"

#include <algorithm>

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::mapping {

namespace {

using Narrowed = std::optional<directory::Filter>;

// The searchable copy of an attribute (schema/README.md); empty: there is none.
std::string_view searchable(const scim::AttributeRef& path) {
  if (path.extension || !path.attribute) return {};
  const std::string& name = path.attribute->name;
  if (name == "emails") return !path.sub || path.sub->name == "value" ? attr::mail : "";
  if (path.sub) return {};
  if (name == "userName") return attr::user_name;
  if (name == "externalId") return attr::external_id;
  if (name == "displayName") return attr::display_name;
  if (name == "id") return attr::id;
  return {};
}

Narrowed equal(std::string_view attribute, std::string_view value) {
  if (attribute.empty() || value.empty()) return std::nullopt;
  // No id but a UUID exists; the nil UUID is an index look-up that finds nothing.
  if (attribute == attr::id && !is_uuid(value)) value = "00000000-0000-0000-0000-000000000000";
  return directory::Filter::equal(attribute, value);
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
  if (is_core(outer.path, "emails")) return equal(attr::mail, value);
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

// What texts are the same is up to the directory: its copy of the attribute has all values.
bool is_decided_there(const scim::Filter& filter) {
  const auto attribute = searchable(filter.path);
  return compares_text(filter) && !filter.literal.value.get_string().empty() && !attribute.empty() &&
         attribute != attr::id;
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
    out.names = out.names || (sub && sub->name == "display");
    return;
  }
  const bool element = filter.kind == scim::Filter::Kind::Element;
  if (element && !about_members) return;
  for (const auto& term : filter.terms) collect_members(term, element || inside, out);
}

}  // namespace

std::optional<scim::Filter> undecided(const scim::Filter& filter) {
  if (is_decided_there(filter)) return std::nullopt;
  if (filter.kind == scim::Filter::Kind::Or && std::none_of(filter.terms.begin(), filter.terms.end(),
                                                            [](const auto& term) { return undecided(term); }))
    return std::nullopt;
  if (filter.kind != scim::Filter::Kind::And) return filter;
  std::vector<scim::Filter> left;
  for (const auto& term : filter.terms)
    if (auto rest = undecided(term)) left.push_back(std::move(*rest));
  if (left.empty()) return std::nullopt;
  if (left.size() == 1) return std::move(left.front());
  auto out = filter;
  out.terms = std::move(left);
  return out;
}

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
