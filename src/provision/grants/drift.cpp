#include "provision/grants/drift.hpp"

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/flattening.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/projection.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/members/identify.hpp"
#include "provision/members/resolve.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::DnSet;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Texts = std::vector<std::string>;

constexpr std::size_t most_at_once = 1'000;
constexpr std::size_t most_members = 200'000;  // compared in one run
constexpr std::chrono::hours full_look{24};

Texts present_in(const Context& context, const Entry& group) {
  const auto& shape = context.rules.group_shape;
  Texts out;
  for (const auto& member : group.attributes.values(shape.member_attribute))
    if (member != shape.placeholder.str()) out.push_back(member);
  return out;
}

// Whether an entry of this name would be a user's.
bool is_users_place(const mapping::Rules& rules, const Dn& dn) {
  return dn.is_within(rules.user_base) || (rules.disable.move_to && dn.is_within(*rules.disable.move_to));
}

// Names of users whom nobody has.
Result<Texts> names_of_nobody(const Context& context, const Texts& members, Deadline deadline) {
  Texts out;
  for (std::size_t from = 0; from < members.size(); from += most_at_once) {
    std::vector<Dn> names;
    Texts asked;
    for (std::size_t i = from; i < std::min(members.size(), from + most_at_once); ++i) {
      const auto dn = Dn::parse(members[i]);
      if (!dn || !is_users_place(context.rules, *dn)) continue;
      names.push_back(*dn);
      asked.push_back(members[i]);
    }
    const auto found = read_users(context, names, {"1.1"}, deadline);
    if (!found) return found.error();
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (!(*found)[i]) out.push_back(asked[i]);
  }
  return out;
}

// Those of them whom nobody is to keep in the group without a grant.
Result<Texts> in_scope(const Context& context, const Entry& group, const Texts& members, Deadline deadline) {
  if (keeps_existing(context.rules, group)) return Texts();
  if (mapping::is_mapping_target(context.rules.group_options, group.dn)) return members;
  // On the fly it is about the users of this connection: what others are in it for is not the provider's
  // business.
  const auto own = identify(context, members, deadline);
  if (!own) return own.error();
  Texts out;
  for (std::size_t i = 0; i < members.size(); ++i)
    if ((*own)[i] && !(*own)[i]->is_group) out.push_back(members[i]);
  return out;
}

// Disabled users where they are not shown in groups.
Result<DnSet> stripped_users(const Context& context, Deadline deadline) {
  DnSet out;
  if (!context.rules.disable.strip_groups) return out;
  const auto disabled = Filter::all_of({Filter::equal("objectClass", object_class::user),
                                        Filter::equal(attr::connection, context.rules.connection),
                                        Filter::equal(attr::active, "FALSE")});
  for (const auto& base : homes(context, context.catalog.user)) {
    auto done =
        context.directory.search({base, Scope::Subtree, disabled, {attr::active}, directory::usual_page_size},
                                 deadline, [&](Entry&& entry) {
                                   if (mapping::is_stripped(context.rules, entry.attributes))
                                     out.insert(entry.dn.str());
                                   return true;
                                 });
    if (!done) return done.error();
  }
  return out;
}

// Who is in the group without a grant and should not be: names of nobody in groups that the bridge made, and
// others.
struct Beyond {
  Texts of_nobody;
  Texts others;
};

Result<Beyond> beyond(const Context& context, const Entry& group, const Texts& extra, Deadline deadline) {
  auto nobody =
      is_made_here(context, group) ? names_of_nobody(context, extra, deadline) : Result<Texts>(Texts());
  if (!nobody) return nobody.error();
  const DnSet dead(*nobody);
  Texts alive;
  for (const auto& member : extra)
    if (!dead.contains(member)) alive.push_back(member);
  auto others = in_scope(context, group, alive, deadline);
  if (!others) return others.error();
  return Beyond{std::move(*nobody), std::move(*others)};
}

struct Difference {
  Texts missing;
  Texts unwarranted;
  Texts of_nobody;
  std::size_t members = 0;  // that were looked at
  bool empty() const { return missing.empty() && unwarranted.empty() && of_nobody.empty(); }
};

Result<Difference> compare(const Context& context, const Dn& group, const std::optional<Entry>& entry,
                           const DnSet& stripped, Deadline deadline) {
  Difference out;
  const auto granted = all_granted(context, group, deadline);
  if (!granted) return granted.error();
  const auto present = entry ? present_in(context, *entry) : Texts();
  const DnSet there(present);
  out.members = present.size() + granted->size();
  for (auto& user : granted->spellings()) {
    const auto dn = Dn::parse(user);
    if (there.contains(user)) {
      if (stripped.contains(user)) out.unwarranted.push_back(std::move(user));
    } else if (dn && !mapping::is_record(context.rules, *dn) && !stripped.contains(user)) {
      out.missing.push_back(std::move(user));
    }
  }
  if (!entry) return out;
  // Who lost the entry is not shown, granted or not: a cut may have left the record's name.
  Texts extra;
  for (const auto& member : present) {
    const auto dn = Dn::parse(member);
    if (dn && mapping::is_record(context.rules, *dn))
      out.of_nobody.push_back(member);
    else if (!granted->contains(member))
      extra.push_back(member);
  }
  const auto kept = by_hand(context, group, extra, deadline);
  if (!kept) return kept.error();
  for (std::size_t i = extra.size(); i-- > 0;)
    if ((*kept)[i]) extra.erase(extra.begin() + static_cast<std::ptrdiff_t>(i));
  auto ended = left_by_flattening(context, group, extra, deadline);
  if (!ended) return ended.error();
  const DnSet leaving(*ended);
  std::erase_if(extra, [&](const auto& member) { return leaving.contains(member); });
  std::move(ended->begin(), ended->end(), std::back_inserter(out.unwarranted));
  auto more = beyond(context, *entry, extra, deadline);
  if (!more) return more.error();
  // Whom an administrator's own group has is for `apply` to end, which is looked at before.
  if (is_made_here(context, *entry))
    std::move(more->others.begin(), more->others.end(), std::back_inserter(out.unwarranted));
  std::move(more->of_nobody.begin(), more->of_nobody.end(), std::back_inserter(out.of_nobody));
  return out;
}

// A change that is under way, or was interrupted, has a note and brings the group in line itself.
Result<bool> is_noted(const Context& context, const Dn& group, Deadline deadline) {
  const auto notes = directory::search(
      context.directory,
      {context.rules.bridge_base,
       Scope::Subtree,
       Filter::all_of({Filter::equal(attr::kind, ended_kind), Filter::equal(attr::target, group.str())}),
       {"1.1"},
       0},
      deadline);
  if (!notes) return notes.error();
  return !notes->empty();
}

struct Mended {
  bool changed = false;
  std::size_t members = 0;  // that were looked at
};

// `stripped`: the disabled users, as they were a while ago: what is written is decided on what is there.
Result<Mended> mend(const Context& context, const Dn& group, const DnSet& stripped, Deadline deadline) {
  if (mapping::is_protected(context.rules.protected_entries, group)) return Mended();
  const NameWatch since(context.locks.names());
  const auto noted = is_noted(context, group, deadline);
  if (!noted) return noted.error();
  if (*noted) return Mended{true, 0};
  const auto entry = directory::read(
      context.directory, group, {"objectClass", attr::connection, context.rules.group_shape.member_attribute},
      deadline);
  if (!entry) return entry.error();
  const auto found = compare(context, group, *entry, stripped, deadline);
  if (!found) return found.error();
  // One that is not there may be owed by a source group without members.
  if (found->empty() && *entry) return Mended{false, found->members};
  LostTarget lost(context, group, {});
  if (auto held = lost.hold_back(found->unwarranted, deadline); !held) return held.error();
  Texts concerned;
  for (const auto* list : {&found->missing, &found->unwarranted, &found->of_nobody})
    concerned.insert(concerned.end(), list->begin(), list->end());
  auto changed = project(context, group, concerned, since, deadline);
  if (!changed) return changed.error();
  if (*changed)
    log::warning("group_drifted", {{"group", group.str()},
                                   {"missing", found->missing.size()},
                                   {"unwarranted", found->unwarranted.size()},
                                   {"of_nobody", found->of_nobody.size()},
                                   {"first", concerned.empty() ? std::string() : concerned.front()}});
  if (auto kept = lost.landed(deadline); !kept) return kept.error();
  return Mended{*changed, found->members};
}

// What the groups and the records were when they were read; equal for what was not written since. A server
// that has no entryCSN gives none.
struct States {
  std::map<std::string, std::string> groups;  // normalized DN -> its own
  std::map<std::string, std::string>
      records;          // normalized DN of a directory group -> of the records that name it
  std::size_t all = 0;  // of all source groups: groups in groups are looked through

  std::string of(const Dn& group, bool with_all) const {
    const auto own = groups.find(group.normalized());
    if (own == groups.end() || own->second.empty()) return {};
    const auto feeding = records.find(group.normalized());
    return own->second + '|' + (feeding == records.end() ? std::string() : feeding->second) +
           (with_all ? '|' + std::to_string(all) : std::string());
  }
};

Result<States> states_now(const Context& context, Deadline deadline) {
  States out;
  const auto look = [&](const Dn& base, const Filter& which, const std::function<void(Entry &&)>& take) {
    return context.directory.search(
        {base, Scope::Subtree, which, {attr::target, "entryCSN"}, directory::usual_page_size}, deadline,
        [&](Entry&& entry) {
          take(std::move(entry));
          return true;
        });
  };
  auto groups =
      look(context.rules.group_base, Filter::equal("objectClass", "groupOfNames"), [&](Entry&& entry) {
        out.groups[entry.dn.normalized()] = std::string(entry.attributes.first("entryCSN"));
      });
  if (!groups) return groups.error();
  const std::hash<std::string> hash;
  const auto records =
      Filter::any_of({Filter::present(attr::target), Filter::equal("objectClass", object_class::group)});
  auto read = look(context.rules.bridge_base, records, [&](Entry&& entry) {
    const auto state = entry.dn.normalized() + ' ' + std::string(entry.attributes.first("entryCSN"));
    out.all += hash(state);  // in any order
    for (const auto& target : targets_in(entry)) {
      auto& sum = out.records[target.normalized()];
      sum = std::to_string(std::strtoull(sum.c_str(), nullptr, 10) + hash(state));
    }
  });
  if (!read) return read.error();
  return out;
}

}  // namespace

Result<Texts> unwarranted(const Context& context, const Entry& group, const DnSet& granted,
                          Deadline deadline) {
  Texts extra;
  for (auto& member : present_in(context, group))
    if (!granted.contains(member)) extra.push_back(std::move(member));
  auto out = left_by_flattening(context, group.dn, extra, deadline);
  if (!out) return out.error();
  const DnSet leaving(*out);
  std::erase_if(extra, [&](const auto& member) { return leaving.contains(member); });
  auto more = beyond(context, group, extra, deadline);
  if (!more) return more.error();
  std::move(more->others.begin(), more->others.end(), std::back_inserter(*out));
  std::move(more->of_nobody.begin(), more->of_nobody.end(), std::back_inserter(*out));
  return out;
}

Result<std::vector<Dn>> filled_groups(const Context& context, Deadline deadline) {
  std::map<std::string, Dn> groups;
  const auto add = [&](const Dn& dn) { groups.emplace(dn.normalized(), dn); };
  auto records = directory::search(
      context.directory,
      {context.rules.bridge_base,
       Scope::Subtree,
       Filter::all_of({Filter::present(attr::target), Filter::negation(Filter::equal(attr::kind, ended_kind)),
                       Filter::equal(attr::connection, context.rules.connection)}),
       {attr::target},
       0},
      deadline);
  if (!records) return records.error();
  for (const auto& record : *records)
    for (const auto& target : targets_in(record)) add(target);
  auto made = directory::search(context.directory,
                                {context.rules.group_base,
                                 Scope::Subtree,
                                 Filter::all_of({Filter::equal("objectClass", object_class::mapped_group),
                                                 Filter::equal(attr::connection, context.rules.connection)}),
                                 {"1.1"},
                                 0},
                                deadline);
  if (!made) return made.error();
  for (const auto& group : *made) add(group.dn);
  const auto& options = context.rules.group_options;
  for (const auto& mapped : options.mapping)
    for (const auto& target : mapped.targets) add(target);
  std::vector<Dn> out;
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  return out;
}

Result<> Drift::mend(const Context& context, Deadline deadline) {
  if (!mapping::maps_groups(context.rules)) return {};
  if (mapping::flattens(context.rules))
    if (auto noted = note_flattening(context, deadline); !noted) return noted;
  const auto now = context.clock.now();
  if (now - began_ >= full_look || now < began_) {
    right_.clear();
    began_ = now;
  }
  const auto states = states_now(context, deadline);
  if (!states) return states.error();
  const auto groups = filled_groups(context, deadline);
  if (!groups) return groups.error();
  std::size_t looked_at = 0;
  bool all = true;
  std::optional<DnSet> stripped;  // read when the first group is compared
  auto done = each_in_turn(context, *groups, deadline, [&](const Dn& group) -> Result<> {
    const auto state = states->of(group, mapping::flattens(context.rules));
    const auto known = right_.find(group.normalized());
    if (known != right_.end() && !state.empty() && known->second == state) return {};
    if (seen_all_ && looked_at > most_members) return {};
    if (!stripped) {
      auto read = stripped_users(context, deadline);
      if (!read) return read.error();
      stripped = std::move(*read);
    }
    const auto mended = provision::mend(context, group, *stripped, deadline);
    all = all && mended;
    if (!mended) return mended.error();
    if (!mended->changed) right_[group.normalized()] = state;
    looked_at += mended->members;
    return {};
  });
  seen_all_ = seen_all_ || (done && all);
  if (!done || !all) return done;
  const auto forgotten = forget_flattening(context, deadline);
  return forgotten ? Result<>() : Result<>(forgotten.error());
}

}  // namespace dirbridge::provision
