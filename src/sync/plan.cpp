#include "sync/plan.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "directory/matching.hpp"
#include "directory/vocabulary.hpp"
#include "sync/renamed_values.hpp"

namespace dirbridge::sync {

namespace {

using directory::Add;
using directory::Attributes;
using directory::Change;
using directory::Dn;
using directory::Entry;
using directory::Modification;
using directory::Modify;

using Values = std::vector<std::string>;

// Where an entry was is remembered before it is taken away.
constexpr const char* to_remember = attr::original;

// What a list contains, which may be the members of a large group. Thus the keys of all are made only when a
// value is not there as it is written.
class Contents {
 public:
  Contents(std::string_view attribute, const Values& values) : attribute_(attribute), values_(values) {
    if (values.size() > few) index_.insert(values.begin(), values.end());
  }
  bool contains(const std::string& value) const {
    if (!index_.empty()) return index_.contains(value);
    return std::find(values_.begin(), values_.end(), value) != values_.end();
  }
  // In any spelling that is the same to some server.
  bool may_contain(const std::string& value) {
    if (contains(value)) return true;
    if (keys_.empty())
      for (const auto& one : values_) keys_.insert(directory::wide_key(attribute_, one));
    return keys_.contains(directory::wide_key(attribute_, value));
  }

 private:
  static constexpr std::size_t few = 16;
  std::string_view attribute_;
  const Values& values_;
  std::unordered_set<std::string_view> index_;
  std::unordered_set<std::string> keys_;
};

// Names of attributes and object classes are ASCII and case-insensitive.
bool contains_name(const Values& values, const std::string& value) {
  return std::any_of(values.begin(), values.end(), [&](const auto& v) { return iequals(v, value); });
}

// As written, so that a change of letter case reaches the directory.
bool same_values(const Values& a, const Values& b) {
  if (a.size() != b.size()) return false;
  const Contents contents({}, b);
  return std::all_of(a.begin(), a.end(), [&](const auto& v) { return contents.contains(v); });
}

Attributes attributes_of_new_entry(const EntryGoal& goal) {
  Attributes out;
  for (const auto& wish : goal.attributes) {
    if (wish.kind == AttributeGoal::Kind::Excluding) continue;
    for (const auto& value : wish.values) out.add(wish.attribute, value);
  }
  return out;
}

// Whether the order of values is to be that of the goal. Readers take the first login; else none sees it, and
// a server that keeps no order would never be content.
enum class Order { Any, OfGoal };

// With unknown values the modification is value-wise and permissive; with known ones only what differs.
std::optional<Modification> modification_for(const AttributeGoal& wish, const Current& current, Order order) {
  const Values& values = current.entry->attributes.values(wish.attribute);
  const bool known = !contains_name(current.unread, wish.attribute);
  Contents contents(wish.attribute, values);
  const bool any_case = iequals(wish.attribute, "objectClass");
  // What is only alike to us is added: the server knows whether it is the same.
  const auto is_there = [&](const std::string& value) {
    return known && (any_case ? contains_name(values, value) : contents.contains(value));
  };
  const auto may_be_there = [&](const std::string& value) {
    if (known) return contents.may_contain(value);
    return std::find(current.absent.begin(), current.absent.end(), Value{wish.attribute, value}) ==
           current.absent.end();
  };
  switch (wish.kind) {
    case AttributeGoal::Kind::Exactly: {
      if (known && (order == Order::OfGoal ? values == wish.values : same_values(values, wish.values)))
        return std::nullopt;
      return Modification{Modification::Op::Replace, wish.attribute, wish.values};
    }
    case AttributeGoal::Kind::Including: {
      Modification add{Modification::Op::Add, wish.attribute, {}};
      for (const auto& value : wish.values)
        if (!is_there(value)) add.values.push_back(value);
      if (add.values.empty()) return std::nullopt;
      return add;
    }
    case AttributeGoal::Kind::Excluding: {
      Modification remove{Modification::Op::Delete, wish.attribute, {}};
      for (const auto& value : wish.values)
        if (may_be_there(value)) remove.values.push_back(value);
      if (remove.values.empty()) return std::nullopt;
      return remove;
    }
  }
  return std::nullopt;
}

const AttributeGoal* goal_for(const EntryGoal& goal, std::string_view attribute) {
  const auto at = std::find_if(goal.attributes.begin(), goal.attributes.end(),
                               [&](const auto& wish) { return iequals(wish.attribute, attribute); });
  return at == goal.attributes.end() ? nullptr : &*at;
}

// A user, or an entry that becomes one's: the login may be another one of several that are there.
bool is_named_anew(const EntryGoal& goal, const Entry& was) {
  const auto* name = goal_for(goal, attr::user_name);
  return name && name->values != was.attributes.values(attr::user_name);
}

// `current`: as the rename leaves it, should there be one; `was`: before. A server may put the values of a
// name behind others when it is given, also for one that has been interrupted.
std::vector<Modification> difference(const EntryGoal& goal, const Current& current, const Entry& was) {
  std::vector<Modification> out;
  const bool renamed = was.dn.str() != goal.dn.str();
  const auto from = was.dn.rdn();
  const auto to = goal.dn.rdn();
  std::vector<std::string> unordered;
  if (renamed)
    for (const auto& pair : to.pairs()) unordered.push_back(pair.first);
  const bool named_anew = is_named_anew(goal, was);
  for (const auto& wish : goal.attributes) {
    const bool in_name = (renamed || !aliases(was).empty()) && names(from, to, wish.attribute);
    if (in_name) std::erase_if(unordered, [&](const auto& name) { return iequals(name, wish.attribute); });
    if (auto m = modification_for(wish, current, in_name || named_anew ? Order::OfGoal : Order::Any))
      out.push_back(std::move(*m));
  }
  for (const auto& attribute : unordered)
    for (auto& m : put_in_order(attribute, was.attributes, from, to)) out.push_back(std::move(m));
  // What goes before what comes: should the server take one of each for the same, the value stays.
  std::stable_partition(out.begin(), out.end(),
                        [](const auto& m) { return m.op == Modification::Op::Delete && !m.values.empty(); });
  return out;
}

// The optimistic lock: what the goal was computed from must still be the record when the change lands.
std::optional<directory::Filter> unchanged(const Entry& entry) {
  const auto record = entry.attributes.first(attr::resource);
  if (record.empty()) return std::nullopt;
  return directory::Filter::equal(attr::resource, record);
}

// DNs other than today's under which groups may hold the entry: each is a value of its own to the server.
Values other_names(const Entry& entry, const Values& spellings) {
  Values names = aliases(entry);
  std::erase_if(names, [&](const auto& name) {
    return name == entry.dn.str() || std::find(spellings.begin(), spellings.end(), name) != spellings.end();
  });
  return names;
}

bool holds_back(const Current& current, const Dn& group) {
  return std::any_of(current.holders.begin(), current.holders.end(),
                     [&](const Dn& holder) { return holder.str() == group.str(); });
}

Stage for_each_referrer(const Current& current, Modification::Op op, const Values& names,
                        const GroupShape& shape, const std::string& reason) {
  Stage stage;
  if (names.empty()) return stage;
  for (const auto& group : current.referrers) {
    Modify modify{group, {{op, shape.member_attribute, names}}, true, {}};
    if (holds_back(current, group)) modify.modifications.push_back({op, attr::held_member, names});
    stage.push_back({std::move(modify), reason});
  }
  return stage;
}

// A group takes the new name only while it has an old one: who was removed meanwhile stays removed.
Stage following_referrers(const Current& current, const Dn& target, const Values& old_names,
                          const GroupShape& shape, const std::string& reason) {
  std::vector<directory::Filter> holds{directory::Filter::equal(shape.member_attribute, target.str())};
  for (const auto& name : old_names) holds.push_back(directory::Filter::equal(shape.member_attribute, name));
  auto stage = for_each_referrer(current, Modification::Op::Add, {target.str()}, shape, reason);
  for (auto& change : stage) std::get<Modify>(change.operation).only_if = directory::Filter::any_of(holds);
  return stage;
}

// To the server both are one value, which goes and comes in one change: no reader sees the group without it.
Stage respelling(const Current& current, const std::string& today, const Dn& name, const GroupShape& shape,
                 const std::string& reason) {
  Stage stage;
  const auto spell = [&](const Dn& group, const std::string& attribute) {
    const auto holds = directory::Filter::any_of(
        {directory::Filter::equal(attribute, name.str()), directory::Filter::equal(attribute, today)});
    Modify modify{
        group,
        {{Modification::Op::Delete, attribute, {today}}, {Modification::Op::Add, attribute, {name.str()}}},
        true,
        holds};
    stage.push_back({std::move(modify), reason});
  };
  for (const auto& group : current.referrers) {
    spell(group, shape.member_attribute);
    if (holds_back(current, group)) spell(group, attr::held_member);
  }
  return stage;
}

void push(Plan& plan, Stage stage) {
  if (!stage.empty()) plan.stages.push_back(std::move(stage));
}

Plan removal(const EntryGoal& goal, const Current& current, const GroupShape& shape) {
  Plan out;
  if (!current.entry) return out;
  Values names = other_names(*current.entry, current.spellings);
  names.insert(names.begin(), current.entry->dn.str());
  if (goal.successor) {
    std::erase(names, goal.successor->str());
    push(out, following_referrers(current, *goal.successor, names, shape, goal.reason));
  }
  push(out, for_each_referrer(current, Modification::Op::Delete, names, shape, goal.reason));
  push(out, {Change{directory::Delete{current.entry->dn, goal.only_if}, goal.reason}});
  return out;
}

// Its renames are noted whoever lists it: whoever comes after a crash has to find them.
bool is_resource(const Entry& entry) {
  return entry.attributes.find(attr::id) != nullptr;
}

// What the last change finds. `noted`: the entry remembers that it is renamed.
Entry as_left_by(const EntryGoal& goal, const Entry& entry, bool noted) {
  auto out = entry;
  if (const auto* kept = noted ? goal_for(goal, to_remember) : nullptr)
    out.attributes.set(to_remember, kept->values);
  if (entry.dn.str() != goal.dn.str())
    out.attributes = after_rename(std::move(out.attributes), entry.dn.rdn(), goal.dn.rdn());
  return out;
}

Plan update(const EntryGoal& goal, const Current& current, const GroupShape& shape) {
  Plan out;
  const Entry& entry = *current.entry;
  const bool renaming = entry.dn.str() != goal.dn.str();
  const bool moving_names = needs_referrers(goal, current.entry) && !current.referrers.empty();
  const bool another_name = renaming && !current.at_goal;
  Values old_names = other_names(entry, current.spellings);
  std::erase(old_names, goal.dn.str());
  if (another_name) old_names.insert(old_names.begin(), entry.dn.str());

  const bool noted = renaming && (moving_names || is_resource(entry));
  if (noted) {
    Values remembered = old_names;
    remembered.push_back(another_name ? goal.dn.str() : entry.dn.str());
    Modify note{entry.dn,
                {{Modification::Op::Replace, attr::alias, remembered}},
                false,
                directory::both(goal.only_if, unchanged(entry))};
    if (const auto* kept = goal_for(goal, to_remember))
      if (auto m = modification_for(*kept, current, Order::Any)) note.modifications.push_back(std::move(*m));
    push(out, {Change{std::move(note), goal.reason}});
  }
  if (moving_names && !old_names.empty())
    push(out, following_referrers(current, goal.dn, old_names, shape, goal.reason));
  if (renaming) {
    const Dn new_parent = goal.dn.parent();
    const bool moves = !(new_parent == entry.dn.parent());
    push(out,
         {Change{directory::Rename{entry.dn, goal.dn.rdn(), moves ? std::optional(new_parent) : std::nullopt},
                 goal.reason}});
  }
  if (moving_names)
    push(out, for_each_referrer(current, Modification::Op::Delete, old_names, shape, goal.reason));
  const auto* today = renaming && current.at_goal  ? &entry.dn.str()
                      : !current.spellings.empty() ? &current.spellings.front()
                                                   : nullptr;
  if (moving_names && today) push(out, respelling(current, *today, goal.dn, shape, goal.reason));

  Current before_last;
  before_last.entry = as_left_by(goal, entry, noted);
  before_last.unread = current.unread;
  before_last.absent = current.absent;
  Modify last{goal.dn, difference(goal, before_last, entry), true, {}};
  const bool has_alias = noted || (!goal.keeps_alias && !aliases(entry).empty());
  if (has_alias) last.modifications.push_back({Modification::Op::Replace, attr::alias, {}});
  if (last.modifications.empty()) return out;
  const bool touches_record = std::any_of(last.modifications.begin(), last.modifications.end(),
                                          [](const auto& m) { return iequals(m.attribute, attr::resource); });
  // A rename has changed the entry already, so that what the goal demanded of it was asked before.
  last.only_if = directory::both(renaming ? std::nullopt : goal.only_if,
                                 touches_record ? unchanged(entry) : std::nullopt);
  push(out, {Change{std::move(last), goal.reason}});
  return out;
}

}  // namespace

std::vector<std::string> aliases(const Entry& entry) {
  const auto* values = entry.attributes.find(attr::alias);
  return values ? *values : Values{};
}

bool needs_referrers(const EntryGoal& goal, const std::optional<Entry>& entry) {
  if (!entry) return false;
  return goal.presence == EntryGoal::Presence::Absent || entry->dn.str() != goal.dn.str() ||
         (!goal.keeps_alias && !aliases(*entry).empty());
}

Values former_names(const EntryGoal& goal, const Current& current) {
  const Entry& entry = *current.entry;
  const bool stays = goal.presence == EntryGoal::Presence::Present;
  const auto now = stays ? std::optional(goal.dn) : goal.successor;
  Values names = other_names(entry, current.spellings);
  if (!stays || (entry.dn.str() != goal.dn.str() && !current.at_goal)) names.push_back(entry.dn.str());
  if (now) std::erase(names, now->str());
  return names;
}

Plan stragglers(const EntryGoal& goal, const Current& current, const std::optional<Dn>& now,
                const GroupShape& shape) {
  Plan out;
  auto names = former_names(goal, current);
  if (now) std::erase(names, now->str());
  if (names.empty()) return out;
  if (now) push(out, following_referrers(current, *now, names, shape, goal.reason));
  push(out, for_each_referrer(current, Modification::Op::Delete, names, shape, goal.reason));
  return out;
}

Plan plan(const EntryGoal& goal, const Current& current, const GroupShape& shape) {
  if (goal.presence == EntryGoal::Presence::Absent) return removal(goal, current, shape);
  if (current.entry) return update(goal, current, shape);
  Plan out;
  out.stages.push_back({Change{Add{goal.dn, attributes_of_new_entry(goal)}, goal.reason}});
  return out;
}

}  // namespace dirbridge::sync
