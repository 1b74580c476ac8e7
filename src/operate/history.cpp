#include "operate/history.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/dn_set.hpp"
#include "mapping/group_entry.hpp"
#include "provision/grants/grants.hpp"

namespace dirbridge::operate {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Lines = std::vector<std::string>;

const std::vector<std::string> attributes{"objectClass",
                                          "uid",
                                          "cn",
                                          "dirbridgeId",
                                          "dirbridgeConnection",
                                          "dirbridgeUserName",
                                          "dirbridgeDisplayName",
                                          "dirbridgeActive",
                                          "dirbridgeDeleted",
                                          "dirbridgeHeld",
                                          "dirbridgeTarget",
                                          "dirbridgeKind",
                                          mapping::mapped_as_attribute};

std::string text(const Entry& entry, std::string_view name) {
  return std::string(entry.attributes.first(name));
}

Result<> collect(const provision::Context& context, const Dn& base, Scope scope, const Filter& filter,
                 std::vector<Entry>& out, Deadline deadline) {
  auto found = directory::search(context.directory, {base, scope, filter, attributes, 0}, deadline);
  if (!found && found.error().kind == ErrorKind::NotFound) return {};
  if (!found) return found.error();
  std::move(found->begin(), found->end(), std::back_inserter(out));
  return {};
}

Filter named(const provision::Context& context, const std::string& name) {
  std::vector<Filter> any{Filter::equal(mapping::login_attribute(context.rules), name),
                          Filter::equal("cn", name), Filter::equal("dirbridgeUserName", name),
                          Filter::equal("dirbridgeDisplayName", name)};
  if (is_uuid(name)) any.push_back(Filter::equal("dirbridgeId", name));
  return Filter::any_of(std::move(any));
}

// Source groups, default rules and the guard, and memberships by hand that are kept.
Filter granting() {
  return Filter::any_of({provision::granting(), Filter::equal("dirbridgeKind", provision::by_hand_kind)});
}

bool is_user(const Entry& entry) {
  return entry.attributes.has_value("objectClass", "inetOrgPerson") ||
         entry.attributes.has_value("objectClass", "dirbridgeUser");
}

std::string activity(const Entry& entry) {
  if (mapping::held::has(entry.attributes, mapping::held::removal))
    return "deleted by the identity provider at " + text(entry, "dirbridgeDeleted") +
           ", which waits for approval";
  if (!text(entry, "dirbridgeDeleted").empty())
    return "deleted by the identity provider at " + text(entry, "dirbridgeDeleted") + ", the entry is kept";
  namespace held = mapping::held;
  if (held::has(entry.attributes, held::disable))
    return "active; disabled by the identity provider, which waits for approval";
  if (held::has(entry.attributes, held::disable_rejected))
    return "active; disabled by the identity provider, which an administrator rejected";
  return text(entry, "dirbridgeActive") == "FALSE" ? "disabled" : "active";
}

std::string grant_of(const Entry& record) {
  const auto kind = text(record, "dirbridgeKind");
  const auto owner = " of connection " + text(record, "dirbridgeConnection");
  if (kind == provision::default_kind) return "by a default group rule" + owner;
  if (kind == provision::held_kind) return "by the guard, which held back what would have ended it" + owner;
  if (kind == provision::by_hand_kind) return "by hand, before the identity provider granted it";
  const auto mapped_as = text(record, mapping::mapped_as_attribute);
  return "by the group \"" + text(record, "dirbridgeDisplayName") + "\"" + owner +
         (mapped_as.empty() ? "" : ", which the mapping knows as \"" + mapped_as + "\"");
}

// The group's own entry lists her, and says by itself whose doing that is.
std::string own_grant(const Entry& group, bool waits) {
  if (waits) return "removed by the identity provider, which waits for approval";
  if (group.attributes.has_value("objectClass", "dirbridgeGroup"))
    return "by the group \"" + text(group, "dirbridgeDisplayName") + "\" of connection " +
           text(group, "dirbridgeConnection") + ", or by hand";
  return "by hand";
}

Result<Lines> memberships(const provision::Context& context, const Dn& dn, Deadline deadline) {
  const auto& rules = context.rules;
  const auto member = Filter::equal(rules.group_shape.member_attribute, dn.str());
  std::vector<Entry> groups;
  std::vector<Entry> held;
  std::vector<Entry> records;
  if (auto done = collect(context, rules.group_base, Scope::Subtree, member, groups, deadline); !done)
    return done.error();
  if (auto done = collect(context, rules.group_base, Scope::Subtree,
                          Filter::equal("dirbridgeHeldMember", dn.str()), held, deadline);
      !done)
    return done.error();
  if (auto done = collect(context, rules.bridge_base, Scope::Subtree, Filter::all_of({member, granting()}),
                          records, deadline);
      !done)
    return done.error();
  Lines out;
  for (const auto& group : groups) {
    const bool waits =
        std::any_of(held.begin(), held.end(), [&](const auto& one) { return one.dn == group.dn; });
    Lines grants;
    for (const auto& record : records) {
      const directory::DnSet targets(record.attributes.values("dirbridgeTarget"));
      if (targets.contains(group.dn.str())) grants.push_back(grant_of(record));
    }
    if (grants.empty()) grants.push_back(own_grant(group, waits));
    out.push_back("  in " + text(group, "cn") + " (" + group.dn.str() + "): " + join(grants, "; "));
  }
  if (groups.empty()) out.emplace_back("  in no group");
  return out;
}

Result<Lines> sources(const provision::Context& context, const Dn& group, Deadline deadline) {
  std::vector<Entry> records;
  if (auto done = collect(context, context.rules.bridge_base, Scope::Subtree,
                          Filter::all_of({Filter::equal("dirbridgeTarget", group.str()), granting()}),
                          records, deadline);
      !done)
    return done.error();
  Lines out;
  for (const auto& record : records) out.push_back("  members come " + grant_of(record));
  return out;
}

bool is_members(std::string_view name) {
  return iequals(name, "member") || iequals(name, "uniqueMember");
}

bool is_member_attribute(std::string_view name) {
  return is_members(name) || iequals(name, "dirbridgeHeldMember");
}

class Story {
 public:
  Story(const std::vector<Dn>& dns, std::string name) : name_(std::move(name)) {
    for (const auto& dn : dns) names_.insert(dn.str());
  }

  // The other names of the entry. To be given all renames, latest first.
  void rename(const audit::Line& line) {
    const auto& rename = std::get<directory::Rename>(line.change->operation);
    const auto parent = rename.new_superior ? *rename.new_superior : line.dn.parent();
    if (is_meant(parent.child(rename.new_rdn))) names_.insert(line.dn.str());
  }

  std::optional<std::string> tell(const audit::Line& line) const {
    auto what = happened(line);
    if (what.empty()) return std::nullopt;
    auto out = line.time + ' ' + line.connection + ": " + what;
    if (line.outcome == "refused" || line.outcome == "failed") out += " - not done, " + line.detail;
    if (line.outcome == "unknown") out += " - perhaps, the connection to the directory broke";
    if (line.change && !line.change->reason.empty()) out += ", " + line.change->reason;
    if (!line.cause.empty()) out += " [" + line.cause + ']';
    return out;
  }

 private:
  bool is_meant(const Dn& dn) const {
    if (names_.contains(dn.str())) return true;
    return names_.empty() && !dn.empty() && iequals(dn.rdn().value(), name_);
  }

  bool is_meant(const std::string& text) const {
    const auto dn = Dn::parse(text);
    return dn && is_meant(*dn);
  }

  bool among(const std::vector<std::string>& dns) const {
    return std::any_of(dns.begin(), dns.end(), [&](const auto& dn) { return is_meant(dn); });
  }

  std::string happened(const audit::Line& line) const {
    const bool own = is_meant(line.dn);
    if (line.outcome == audit::outcome_left)
      return own ? line.field + " left as it is, " + line.detail : std::string();
    if (!line.change) {
      if (!own && !among(line.members)) return {};
      return line.removal + (own ? "" : " from " + line.dn.str()) + ' ' + line.outcome;
    }
    return own ? own_change(line) : as_member(line);
  }

  std::string as_member(const audit::Line& line) const {
    const auto group = line.dn.rdn().value();
    if (const auto* add = std::get_if<directory::Add>(&line.change->operation)) {
      const bool new_member =
          among(add->attributes.values("member")) || among(add->attributes.values("uniqueMember"));
      return new_member ? "added to the new group " + group : std::string();
    }
    const auto* modify = std::get_if<directory::Modify>(&line.change->operation);
    if (!modify) return {};
    Lines out;
    for (const auto& m : modify->modifications) {
      if (!is_member_attribute(m.attribute) || !among(m.values)) continue;
      const bool add = m.op == directory::Modification::Op::Add;
      if (is_members(m.attribute))
        out.push_back(add ? "added to " + group : "removed from " + group);
      else
        out.push_back((add ? "leaving " + group + " waits" : "leaving " + group + " no longer waits"));
    }
    return join(out, ", ");
  }

  static std::string own_change(const audit::Line& line) {
    const auto& operation = line.change->operation;
    if (std::holds_alternative<directory::Add>(operation)) return "created";
    if (std::holds_alternative<directory::Delete>(operation)) return "deleted";
    if (const auto* rename = std::get_if<directory::Rename>(&operation))
      return "renamed from " + line.dn.rdn().value() + " to " + rename->new_rdn.value();
    Lines out;
    Lines changed;
    for (const auto& m : std::get<directory::Modify>(operation).modifications) describe(m, out, changed);
    if (!changed.empty()) out.push_back("changed " + join(changed, ", "));
    return join(out, ", ");
  }

  static void describe(const directory::Modification& m, Lines& out, Lines& changed) {
    using Op = directory::Modification::Op;
    const auto count = std::to_string(m.values.size()) + (m.values.size() == 1 ? " member" : " members");
    if (iequals(m.attribute, "dirbridgeActive"))
      out.emplace_back(m.values.empty() || m.values.front() != "FALSE" ? "enabled" : "disabled");
    else if (iequals(m.attribute, "dirbridgeDeleted"))
      out.emplace_back(m.values.empty() ? "taken up again" : "deleted, the entry is kept");
    else if (is_members(m.attribute))
      out.push_back(m.op == Op::Delete ? count + " removed" : count + " added");
    else if (iequals(m.attribute, "dirbridgeHeldMember"))
      out.push_back(m.op == Op::Delete ? "removal of " + count + " no longer waits"
                                       : "removal of " + count + " waits");
    else if (!iequals(m.attribute, "dirbridgeResource") && !iequals(m.attribute, "dirbridgeAlias"))
      changed.push_back(m.attribute);
  }

  directory::DnSet names_;
  std::string name_;
};

}  // namespace

Result<std::vector<Subject>> find_subjects(const provision::Context& context, const std::string& name,
                                           Deadline deadline) {
  std::vector<Entry> found;
  const auto dn = Dn::parse(name);
  if (dn && !dn->empty()) {
    if (auto done = collect(context, *dn, Scope::Base, Filter::everything(), found, deadline); !done)
      return done.error();
  } else {
    const auto& rules = context.rules;
    for (const auto& base : mapping::bases_of(rules))
      if (auto done = collect(context, base, Scope::Subtree, named(context, name), found, deadline); !done)
        return done.error();
  }
  std::vector<Subject> out;
  std::set<std::string> seen;
  for (auto& entry : found) {
    const bool group = entry.attributes.has_value("objectClass", "groupOfNames") ||
                       entry.attributes.has_value("objectClass", "dirbridgeGroup");
    const bool user = is_user(entry);
    if ((user || group) && seen.insert(entry.dn.normalized()).second) out.push_back({std::move(entry), user});
  }
  return out;
}

Result<Lines> present_state(const provision::Context& context, const Subject& subject, Deadline deadline) {
  const auto& entry = subject.entry;
  const auto owner = text(entry, "dirbridgeConnection");
  Lines out{(subject.is_user ? "user " : "group ") + entry.dn.str()};
  out.push_back("  " + (owner.empty() ? "not managed by the bridge"
                                      : "of connection " + owner + ", id " + text(entry, "dirbridgeId")));
  if (subject.is_user) {
    if (!text(entry, "dirbridgeUserName").empty())
      out.push_back("  userName " + text(entry, "dirbridgeUserName"));
    out.push_back("  " + activity(entry));
  }
  auto more =
      subject.is_user ? memberships(context, entry.dn, deadline) : sources(context, entry.dn, deadline);
  if (!more) return more.error();
  out.insert(out.end(), more->begin(), more->end());
  return out;
}

Result<Lines> past(const audit::FileSettings& file, const std::vector<Dn>& dns, const std::string& name) {
  Story story(dns, name);
  std::vector<audit::Line> renames;
  const auto first = audit::read(
      file,
      [&](const audit::Line& line, std::string_view) {
        if (line.change && line.outcome == "applied" && directory::verb(*line.change) == "rename")
          renames.push_back(line);
      },
      "\"verb\":\"rename\"");
  if (!first) return first.error();
  std::for_each(renames.rbegin(), renames.rend(), [&](const auto& line) { story.rename(line); });
  Lines out;
  const auto second = audit::read(file, [&](const audit::Line& line, std::string_view) {
    if (auto told = story.tell(line)) out.push_back(std::move(*told));
  });
  if (!second) return second.error();
  return out;
}

}  // namespace dirbridge::operate
