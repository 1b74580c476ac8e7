#include "support/interruption_walk.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/grants.hpp"
#include "provision/upkeep/converge.hpp"
#include "provision/upkeep/sweep.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;
using directory::Dn;
using directory::Entry;
using mapping::GroupOptions;
using mapping::OnDelete;

namespace {

constexpr std::size_t most_people = 3;

bool is_ours(const Entry& entry, const char* object_class) {
  return entry.attributes.has_value("objectClass", object_class) && entry.attributes.find("dirbridgeId");
}

bool lists(const std::vector<std::string>& values, const std::string& dn) {
  const auto wanted = Dn::parse(dn).value();
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return Dn::parse(value).value() == wanted; });
}

}  // namespace

InterruptionWalk::InterruptionWalk(directory::Directory& as_administrator, directory::Directory& as_bridge,
                                   mapping::Rules rules, unsigned seed)
    : administrator_(as_administrator),
      faulty_(as_bridge),
      rules_(std::move(rules)),
      random_(seed),
      requests_(random_) {
  const auto people = rules_.user_base;
  rules_.user_base = people.child({"ou", "staff"});
  for (const auto& unit : {rules_.user_base, people.child({"ou", "gone"})}) {
    const directory::Add add{unit, {{"objectClass", {"organizationalUnit"}}, {"ou", {unit.rdn().value()}}}};
    if (auto done = administrator_.apply({add, "administrator"}, {}, soon()); !done)
      throw std::runtime_error(done.error().detail);
  }
  choose_rules();
  restart();
}

void InterruptionWalk::choose_rules() {
  const auto set = [&](std::size_t many, const char* told, const auto& change) {
    if (!one_in(many)) return;
    change();
    rules_told_ += std::string(told) + ' ';
  };
  auto& users = rules_.user_options;
  auto& groups = rules_.group_options;
  const auto group = [&](const char* name) { return rules_.group_base.child({"cn", name}); };
  set(2, "adopt", [&] { users.adopt = {mapping::MatchBy::UserName, mapping::MatchBy::Mail}; });
  set(3, "local part", [&] {
    users.name_rules = mapping::NameRules::compile({{"(.*)@.*", "$1"}}, mapping::LetterCase::Keep).value();
  });
  set(3, "move_to", [&] { rules_.disable.move_to = rules_.user_base.parent().child({"ou", "gone"}); });
  if (!rules_.disable.move_to) set(4, "delete disabled", [&] { rules_.disable.delete_entry = true; });
  set(3, "on_delete delete", [&] { users.on_delete = OnDelete::Delete; });
  set(4, "on_delete keep", [&] { users.on_delete = OnDelete::Keep; });
  set(3, "mapping", [&] { groups.mapping = {{"devs", {group("jira-users")}}}; });
  set(4, "default", [&] { groups.defaults = {mapping::DefaultGroups::For::New, {group("everybody")}}; });
  set(2, "follow", [&] { groups.on_rename = GroupOptions::OnRename::Follow; });
  set(4, "strip", [&] { rules_.disable.strip_groups = true; });
  set(4, "merge", [&] { groups.merge = true; });
  set(2, "group on_delete", [&] { groups.on_delete = GroupOptions::OnDelete::Delete; });
}

void InterruptionWalk::restart() {
  connection_ = std::make_unique<ConnectionParts>(faulty_, rules_);
}

// Somebody whom a connection may adopt.
void InterruptionWalk::administrator_adds() {
  if (people_ == most_people) return;
  const auto login = requests_.user_name();
  const directory::Rdn by_login("uid", login);
  const directory::Rdn by_name("cn", "Person " + std::to_string(people_));
  const directory::Add add{rules_.user_base.child(one_in(2) ? by_login : by_name),
                           {{"objectClass", {"inetOrgPerson"}},
                            {"uid", {login}},
                            {"cn", {by_name.value()}},
                            {"sn", {"By hand"}},
                            {"mail", {requests_.mail()}}}};
  for (const auto& entry : entries())
    if (entry.attributes.has_value("uid", login)) return;
  if (administrator_.apply({add, "administrator"}, {}, soon())) ++people_;
  now_.clear();
}

// As a server shows them that lets no group be empty; 389 Directory Server does.
InterruptionWalk::Entries InterruptionWalk::entries() {
  auto all = all_entries(administrator_, rules_.user_base.parent().parent());
  for (auto& entry : all)
    if (entry.attributes.has_value("objectClass", "groupOfNames") && !entry.attributes.find("member"))
      entry.attributes.set("member", {rules_.group_shape.placeholder.str()});
  return all;
}

DirectoryState InterruptionWalk::state() {
  return state_of(entries());
}

void InterruptionWalk::see(const Entries& entries) {
  users_.clear();
  groups_.clear();
  std::set<std::string> ids;
  for (const auto& entry : entries) {
    const std::string id(entry.attributes.first("dirbridgeId"));
    if (mapping::is_deleted(entry.attributes) || !ids.insert(id).second) continue;
    if (is_ours(entry, "dirbridgeUser")) users_.push_back(id);
    if (is_ours(entry, "dirbridgeGroup")) groups_.push_back(id);
  }
}

std::string InterruptionWalk::step() {
  if (one_in(15)) administrator_adds();
  return request();
}

std::string InterruptionWalk::request() {
  using Kind = FaultyDirectory::Kind;
  constexpr Kind kinds[] = {Kind::Away, Kind::AwayForNow, Kind::Refuses, Kind::AnswerLost, Kind::NeverCame};
  const auto before = now_.empty() ? entries() : std::move(now_);
  now_.clear();
  see(before);
  const auto request = requests_.next(users_, groups_);
  const auto twin = twin_of(before);
  FaultyDirectory counting(*twin);
  ConnectionParts ideal(counting, rules_);
  const auto should_be = ask(ideal, request);
  const auto goal = state_of(all_entries(*twin, rules_.user_base.parent().parent()));
  const auto kind = kinds[pick(std::size(kinds))];
  const auto after = pick(counting.operations() + 1);
  faulty_.fail(kind, after);
  auto answer = ask(*connection_, request);
  faulty_.work();
  const bool failed = faulty_.failed();
  const auto first = answer;
  if (failed) ++interrupted_;
  if (kind == Kind::AwayForNow && one_in(2)) restart();
  std::string wrong;
  const bool differs =
      answer.failure && (!should_be.failure || answer.failure->kind != should_be.failure->kind);
  const bool conceded = !answer.failure && failed && kind == Kind::Refuses;
  if (failed && differs && one_in(4)) {
    wrong = given_up();
  } else if (conceded && (request.kind == Request::Kind::Remove || request.kind == Request::Kind::Create)) {
    wrong = check(entries());  // the entry may not be where it should be, hidden
    places_are_owed_ = true;
  } else {
    const bool repeats = differs || conceded || (failed && should_be.failure);
    if (repeats) answer = ask(*connection_, request);
    // What the first try has done already may be refused the second time.
    const bool as_twice = repeats && answer.failure && !should_be.failure;
    wrong = compare(request, as_twice ? ask(ideal, request) : should_be, answer);
    now_ = entries();
    // Of an adopted user what was given up may stay: the record does not say any more that it was sent.
    const bool may_stay = conceded && !rules_.user_options.adopt.empty();
    if (wrong.empty() && !may_stay) wrong = difference(state_of(now_), goal);
    if (wrong.empty() && (may_stay || one_in(4))) wrong = check(now_);
  }
  if (wrong.empty()) return wrong;
  return wrong + "\nrules: " + rules_told_ + "\nrequest: " + told(request) +
         "\nfault: " + std::to_string(static_cast<int>(kind)) + " after " + std::to_string(after) +
         (failed ? "" : " (not met)") + "\nfirst answer: " + told(first) + "\nanswer: " + told(answer) +
         "\nwithout faults: " + told(should_be);
}

std::string InterruptionWalk::compare(const Request& request, const Answer& should_be, const Answer& is) {
  if (should_be.failure.has_value() != is.failure.has_value()) return "another answer than without faults";
  if (!is.failure) return {};
  if (is.failure->kind != should_be.failure->kind) return "another error than without faults";
  if (!one_in(4)) return {};
  const auto again = ask(*connection_, request);
  return again.failure && again.failure->kind == is.failure->kind ? "" : "repeated: " + told(again);
}

// Nobody repeats the request; something else may be asked for before the sweep.
std::string InterruptionWalk::given_up() {
  std::optional<Request> other;
  if (one_in(2)) other = requests_.next(users_, groups_);
  const bool done = other && !ask(*connection_, *other).failure;
  auto wrong = sweep();
  if (wrong.empty()) wrong = check(entries());
  if (wrong.empty() && done) wrong = check_removal(*other);
  return wrong.empty() || !other ? wrong : wrong + "\nbefore the sweep: " + told(*other);
}

// Who was deleted is gone for good.
std::string InterruptionWalk::check_removal(const Request& request) {
  if (request.kind != Request::Kind::Remove) return {};
  auto& all = request.user ? *connection_->users : *connection_->groups;
  const auto found = all.find(request.id, provision::Members::Leave, soon());
  return found ? request.id + " was deleted and is there" : std::string();
}

std::string InterruptionWalk::sweep() {
  const auto swept = provision::sweep(connection_->context, soon());
  return swept ? std::string() : "the sweep: " + swept.error().detail;
}

std::string InterruptionWalk::end() {
  if (auto wrong = sweep(); !wrong.empty()) return wrong;
  auto all = entries();
  see(all);
  if (auto wrong = check(all); !wrong.empty()) return wrong;
  if (places_are_owed_) {
    if (auto wrong = apply(); !wrong.empty()) return wrong;
    all = entries();
  }
  const auto mended = state_of(all);
  if (auto wrong = sweep(); !wrong.empty()) return wrong;
  if (auto wrong = difference(state(), mended); !wrong.empty()) return "a second sweep: " + wrong;
  if (auto wrong = apply(); !wrong.empty()) return wrong;
  auto wrong = difference(state(), mended);
  return wrong.empty() ? wrong : "apply: " + wrong + "\nrules: " + rules_told_;
}

std::string InterruptionWalk::apply() {
  const auto converge = [&](provision::Resources& resources, const std::string& id) {
    const auto changed = resources.converge(id, soon());
    return changed ? std::string() : id + " does not converge: " + changed.error().detail;
  };
  for (const auto& id : users_)
    if (auto wrong = converge(*connection_->users, id); !wrong.empty()) return wrong;
  for (const auto& id : groups_)
    if (auto wrong = converge(*connection_->groups, id); !wrong.empty()) return wrong;
  const auto done = provision::converge_groups(connection_->context, soon());
  return done ? std::string() : done.error().detail;
}

std::string InterruptionWalk::check(const Entries& entries) {
  if (auto wrong = check_ids(entries); !wrong.empty()) return wrong;
  for (const auto& entry : entries) {
    if (entry.attributes.find("dirbridgeAlias")) return entry.dn.str() + " has another name still";
    if (entry.dn.is_within(rules_.group_base) && entry.attributes.has_value("objectClass", "groupOfNames"))
      if (auto wrong = check_group(entry, entries); !wrong.empty()) return wrong;
  }
  return {};
}

// Each resource has one home, by which it is found.
std::string InterruptionWalk::check_ids(const Entries& entries) {
  std::set<std::string> ids;
  for (const auto& entry : entries) {
    const std::string id(entry.attributes.first("dirbridgeId"));
    if (id.empty()) continue;
    if (!ids.insert(id).second) return "two homes of " + id + ", one is " + entry.dn.str();
    if (mapping::is_deleted(entry.attributes)) continue;
    const bool user = is_ours(entry, "dirbridgeUser");
    if (!user && !is_ours(entry, "dirbridgeGroup")) continue;
    auto& all = user ? *connection_->users : *connection_->groups;
    const auto found = all.find(id, provision::Members::Leave, soon());
    if (!found) return entry.dn.str() + " is not found by its id: " + found.error().detail;
    for (const auto& target : provision::targets_in(entry))
      if (!directory::read(administrator_, target, {"1.1"}, soon()).value())
        return entry.dn.str() + " has no directory group " + target.str();
  }
  return {};
}

// Whoever is in it is there, and SCIM shows why.
std::string InterruptionWalk::check_group(const Entry& group, const Entries& entries) {
  auto members = group.attributes.values("member");
  std::erase(members, rules_.group_shape.placeholder.str());
  std::vector<std::string> granted;
  for (const auto& entry : entries) {
    const auto targets = entry.attributes.values("dirbridgeTarget");
    if (targets.empty() || !lists(targets, group.dn.str())) continue;
    const auto& values = entry.attributes.values("member");
    granted.insert(granted.end(), values.begin(), values.end());
  }
  std::size_t ours = 0;  // the others have been released
  for (const auto& member : members) {
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& one) { return one.dn.str() == member; });
    if (entry == entries.end()) return group.dn.str() + " lists " + member + ", which is not there";
    ours += entry->attributes.find("dirbridgeId") ? 1 : 0;
    if (mapping::maps_groups(rules_) && mapping::is_record(rules_, entry->dn))
      return group.dn.str() + " lists " + member + ", whom no product sees";
    if (mapping::maps_groups(rules_) && !lists(granted, member))
      return group.dn.str() + " lists " + member + ", and nothing grants it";
  }
  if (!is_ours(group, "dirbridgeGroup") || mapping::is_deleted(group.attributes)) return {};
  const auto shown =
      connection_->groups->find(group.attributes.first("dirbridgeId"), provision::Members::Load, soon());
  if (!shown) return shown.error().detail;
  const auto* list = shown->if_contains("members");
  const auto many = list ? list->get_array().size() : 0;
  const auto waiting = group.attributes.values("dirbridgePendingMember").size();
  return many == ours + waiting
             ? std::string()
             : group.dn.str() + " has other members than SCIM shows: " + std::to_string(many);
}

}  // namespace dirbridge::test
