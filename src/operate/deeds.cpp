#include "operate/deeds.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::operate {

namespace {

using directory::Dn;
using directory::Modification;
using Deeds = std::vector<Deed>;
using Kind = Deed::Kind;
using Op = Modification::Op;

bool is_members(std::string_view name) {
  return iequals(name, "member") || iequals(name, "uniqueMember");
}

bool is_held_members(std::string_view name) {
  return iequals(name, attr::held_member);
}

bool among(const std::vector<std::string>& dns, const IsMeant& is_meant) {
  return std::any_of(dns.begin(), dns.end(), [&](const auto& text) {
    const auto dn = Dn::parse(text);
    return dn && is_meant(*dn);
  });
}

Deed of_group(Kind kind, const std::string& group) {
  Deed out{kind};
  out.group = group;
  return out;
}

Deed of_members(Kind kind, std::size_t members) {
  Deed out{kind};
  out.members = members;
  return out;
}

Deeds as_member(const audit::Line& line, const IsMeant& is_meant) {
  const auto group = line.dn.rdn().value();
  if (const auto* add = std::get_if<directory::Add>(&line.change->operation)) {
    const bool new_member = among(add->attributes.values("member"), is_meant) ||
                            among(add->attributes.values("uniqueMember"), is_meant);
    return new_member ? Deeds{of_group(Kind::AddedToNewGroup, group)} : Deeds();
  }
  Deeds out;
  const auto* modify = std::get_if<directory::Modify>(&line.change->operation);
  if (!modify) return out;
  for (const auto& m : modify->modifications) {
    const bool members = is_members(m.attribute);
    if ((!members && !is_held_members(m.attribute)) || !among(m.values, is_meant)) continue;
    const bool add = m.op == Op::Add;
    out.push_back(of_group(members ? (add ? Kind::AddedToGroup : Kind::RemovedFromGroup)
                                   : (add ? Kind::LeavingHeld : Kind::LeavingSettled),
                           group));
  }
  return out;
}

// nullopt: an attribute that is listed with the others, or is nobody's business.
std::optional<Deed> deed_of(const Modification& m) {
  if (iequals(m.attribute, attr::active))
    return Deed{m.values.empty() || m.values.front() != "FALSE" ? Kind::Enabled : Kind::Disabled};
  if (iequals(m.attribute, attr::deleted))
    return Deed{m.values.empty() ? Kind::TakenUpAgain : Kind::MarkedDeleted};
  if (is_members(m.attribute))
    return of_members(m.op == Op::Delete ? Kind::MembersRemoved : Kind::MembersAdded, m.values.size());
  if (is_held_members(m.attribute))
    return of_members(m.op == Op::Delete ? Kind::MemberRemovalsSettled : Kind::MemberRemovalsHeld,
                      m.values.size());
  return std::nullopt;
}

bool is_inner(std::string_view attribute) {
  return iequals(attribute, attr::resource) || iequals(attribute, attr::alias);
}

Deeds own_change(const audit::Line& line) {
  const auto& operation = line.change->operation;
  if (std::holds_alternative<directory::Add>(operation)) return {Deed{Kind::Created}};
  if (std::holds_alternative<directory::Delete>(operation)) return {Deed{Kind::Deleted}};
  if (const auto* rename = std::get_if<directory::Rename>(&operation)) {
    Deed renamed{Kind::Renamed};
    renamed.old_name = line.dn.rdn().value();
    renamed.new_name = rename->new_rdn.value();
    return {std::move(renamed)};
  }
  Deeds out;
  Deed changed{Kind::Changed};
  for (const auto& m : std::get<directory::Modify>(operation).modifications) {
    if (auto deed = deed_of(m))
      out.push_back(std::move(*deed));
    else if (!is_inner(m.attribute))
      changed.attributes.push_back(m.attribute);
  }
  if (!changed.attributes.empty()) out.push_back(std::move(changed));
  return out;
}

}  // namespace

Deeds deeds_in(const audit::Line& line, const IsMeant& is_meant) {
  const bool own = is_meant(line.dn);
  if (line.change) return own ? own_change(line) : as_member(line, is_meant);
  if (line.outcome == audit::outcome_left) {
    if (!own) return {};
    Deed left{Kind::Left};
    left.field = line.field;
    return {std::move(left)};
  }
  if (!own && !among(line.members, is_meant)) return {};
  Deed decision{Kind::Decision};
  decision.removal = line.removal;
  if (!own) decision.group = line.dn.str();
  return {std::move(decision)};
}

}  // namespace dirbridge::operate
