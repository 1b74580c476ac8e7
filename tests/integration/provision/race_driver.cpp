#include "race_driver.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "between.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/grants.hpp"
#include "support/outage.hpp"

namespace dirbridge::test {

namespace {

using directory::Entry;
using provision::Members;
using provision::Resources;
using Scene = RaceDriver::Scene;

template <class T>
Result<> outcome(const Result<T>& done) {
  return done ? Result<>() : Result<>(done.error());
}

json::value operation(const std::string& op, const std::string& path, json::value value) {
  json::object one{{"op", op}, {"path", path}};
  if (!value.is_null()) one["value"] = std::move(value);
  return json::object{{"schemas", json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
                      {"Operations", json::array{one}}};
}

json::array values_of(const std::vector<std::string>& ids) {
  json::array out;
  for (const auto& id : ids) out.emplace_back(json::object{{"value", id}});
  return out;
}

json::value group_body(const std::string& name, const std::vector<std::string>& ids) {
  return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                      {"displayName", name},
                      {"members", values_of(ids)}};
}

json::value user_body(const std::string& name, bool active = true) {
  return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                      {"userName", name},
                      {"active", active}};
}

Result<> patch(Resources& resources, const std::string& id, const json::value& body) {
  return outcome(resources.patch(id, body, {}, Members::Leave, soon()));
}

// A resource that nobody deletes is found.
Result<> find(Resources& resources, const std::string& id) {
  return outcome(resources.find(id, Members::Load, soon()));
}

Result<> find_by(Resources& resources, const std::string& filter) {
  auto parsed = scim::parse_filter(filter, resources.type());
  if (!parsed) return parsed.error();
  provision::Query query;
  query.filter = std::move(*parsed);
  const auto page = resources.list(query, soon());
  if (!page) return page.error();
  if (page->resources.empty()) return error(ErrorKind::NotFound, "nothing matches " + filter);
  return {};
}

bool is_delete(const std::string& name) {
  return name.starts_with("DELETE");
}

// Who asks for what goes at this moment may be told that it is gone, and whoever meets a long change has to
// come again.
bool may_be_answered(const Error& e, bool may_be_gone) {
  return e.kind == ErrorKind::Busy || (may_be_gone && e.kind == ErrorKind::NotFound);
}

const std::string note_left = "a note is left: ";
constexpr std::chrono::milliseconds pause_before_repeating{10};

// What an identity provider comes back for.
bool may_be_repeated(const Error& e) {
  return e.kind == ErrorKind::Busy || e.kind == ErrorKind::Unavailable || e.kind == ErrorKind::Timeout ||
         e.kind == ErrorKind::OutcomeUnknown;
}

}  // namespace

const std::vector<RaceDriver::Named>& RaceDriver::group_changes() {
  static const std::vector<Named> all{
      {"DELETE group", [](auto&, auto& groups, auto& s) { return groups.remove(s.group, {}, soon()); }},
      {"PATCH replace members",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.group, operation("replace", "members", values_of({s.b})));
       }},
      {"PATCH remove all members",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.group, operation("remove", "members", nullptr));
       }},
      {"PUT group",
       [](auto&, auto& groups, auto& s) {
         return outcome(groups.replace(s.group, group_body("g" + s.tag, {s.b}), {}, soon()));
       }},
      {"PATCH add member",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.group, operation("add", "members", values_of({s.c})));
       }},
      {"PATCH remove member",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.group, operation("remove", "members", values_of({s.a})));
       }},
      {"PATCH displayName",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.group, operation("replace", "displayName", json::string("h" + s.tag)));
       }},
      {"PUT displayName and members",
       [](auto&, auto& groups, auto& s) {
         return outcome(groups.replace(s.group, group_body("h" + s.tag, {s.b, s.c}), {}, soon()));
       }},
  };
  return all;
}

const std::vector<RaceDriver::Named>& RaceDriver::outer_changes() {
  static const std::vector<Named> all{
      {"DELETE outer", [](auto&, auto& groups, auto& s) { return groups.remove(s.outer, {}, soon()); }},
      {"PATCH outer remove group",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.outer, operation("remove", "members", values_of({s.group})));
       }},
      {"PUT outer",
       [](auto&, auto& groups, auto& s) {
         return outcome(groups.replace(s.outer, group_body("Staff", {s.d}), {}, soon()));
       }},
      {"PATCH outer add c",
       [](auto&, auto& groups, auto& s) {
         return patch(groups, s.outer, operation("add", "members", values_of({s.c})));
       }},
  };
  return all;
}

const std::vector<RaceDriver::Named>& RaceDriver::member_changes() {
  static const std::vector<Named> all{
      {"PATCH userName",
       [](auto& users, auto&, auto& s) {
         return patch(users, s.a, operation("replace", "userName", json::string("z" + s.tag)));
       }},
      {"PUT userName",
       [](auto& users, auto&, auto& s) {
         return outcome(users.replace(s.a, user_body("z" + s.tag), {}, soon()));
       }},
      {"PATCH active false",
       [](auto& users, auto&, auto& s) { return patch(users, s.a, operation("replace", "active", false)); }},
      {"PATCH active true",
       [](auto& users, auto&, auto& s) { return patch(users, s.d, operation("replace", "active", true)); }},
      {"DELETE user", [](auto& users, auto&, auto& s) { return users.remove(s.a, {}, soon()); }},
  };
  return all;
}

const std::vector<RaceDriver::Named>& RaceDriver::reads() {
  static const std::vector<Named> all{
      {"GET user", [](auto& users, auto&, auto& s) { return find(users, s.a); }},
      {"GET disabled user", [](auto& users, auto&, auto& s) { return find(users, s.d); }},
      {"GET group", [](auto&, auto& groups, auto& s) { return find(groups, s.group); }},
      {"GET users by id",
       [](auto& users, auto&, auto& s) { return find_by(users, "id eq \"" + s.a + "\""); }},
      {"GET groups by member",
       [](auto&, auto& groups, auto& s) { return find_by(groups, "members.value eq \"" + s.d + "\""); }},
      {"list users", [](auto& users, auto&, auto&) { return find_by(users, "userName pr"); }},
      {"list groups", [](auto&, auto& groups, auto&) { return find_by(groups, "displayName pr"); }},
  };
  return all;
}

Scene RaceDriver::set() {
  Scene s;
  s.tag = std::to_string(++rounds_);
  const auto made = [](const Result<json::object>& done) {
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return done ? id_of(*done) : std::string();
  };
  auto& users = *connection_.users;
  auto& groups = *connection_.groups;
  s.a = made(users.create(user_body("a" + s.tag), soon()));
  s.b = made(users.create(user_body("b" + s.tag), soon()));
  s.c = made(users.create(user_body("c" + s.tag), soon()));
  s.d = made(users.create(user_body("d" + s.tag, false), soon()));
  s.group = made(groups.create(group_body("g" + s.tag, {s.a, s.b}), soon()));
  s.outer = made(groups.create(group_body("Staff", {s.group, s.d}), soon()));
  return s;
}

std::vector<Entry> RaceDriver::below(const directory::Dn& base, const std::string& object_class) {
  auto found = directory::search(
      connection_.pool,
      {base, directory::Scope::OneLevel, directory::Filter::equal("objectClass", object_class), {"*"}, 0},
      soon());
  if (!found && found.error().kind == ErrorKind::MissingBase) return {};  // no records yet
  EXPECT_TRUE(found) << (found ? "" : found.error().detail);
  return found ? std::move(*found) : std::vector<Entry>();
}

// Everything goes, past the bridge.
void RaceDriver::clear() {
  const auto& rules = connection_.rules;
  std::vector<directory::Change> changes;
  const auto gather = [&](const directory::Dn& base, const std::string& object_class) {
    for (const auto& entry : below(base, object_class))
      changes.push_back({directory::Delete{entry.dn}, "the round is over"});
  };
  gather(rules.user_base, "inetOrgPerson");
  if (rules.disable.move_to) gather(*rules.disable.move_to, "inetOrgPerson");
  gather(rules.group_base, "groupOfNames");
  gather(mapping::records_dn(rules), "dirbridgeRecord");
  for (const auto& done : connection_.pool.apply_all(changes, soon()))
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
}

std::vector<json::object> RaceDriver::listed(Resources& resources) {
  provision::Query query;
  query.count = 1'000;
  auto page = resources.list(query, soon());
  EXPECT_TRUE(page) << (page ? "" : page.error().detail);
  return page ? std::move(page->resources) : std::vector<json::object>();
}

// Each user has one home, which has its name.
void RaceDriver::people(const std::vector<json::object>& users, std::vector<std::string>& out) {
  const auto& rules = connection_.rules;
  seen_users_.clear();
  homes_.clear();
  std::map<std::string, std::vector<Entry>> entries;
  for (const auto* base : {&rules.user_base, rules.disable.move_to ? &*rules.disable.move_to : nullptr})
    if (base)
      for (auto& entry : below(*base, "dirbridgeUser"))
        entries[ascii_lower(entry.attributes.first("dirbridgeId"))].push_back(std::move(entry));
  for (const auto& user : users) {
    const auto id = id_of(user);
    const auto name = std::string(user.at("userName").as_string());
    const auto& own = entries[id];
    if (own.size() != 1) {
      out.push_back(name + " has " + std::to_string(own.size()) + " entries");
      continue;
    }
    const auto& entry = own.front();
    if (entry.dn.rdn().value() != name) out.push_back(name + " is called " + entry.dn.str());
    if (entry.attributes.find("dirbridgeAlias")) out.push_back(name + " has an alias");
    homes_[id] = entry.dn.str();
    if (!mapping::is_stripped(rules, entry.attributes)) seen_users_[id] = entry.dn.str();
  }
}

// The DNs of the users to whom a group gives what it has.
std::set<std::string> RaceDriver::reached(const std::string& group, std::set<std::string>& seen) {
  std::set<std::string> out;
  if (!seen.insert(group).second) return out;
  for (const auto& id : members_[group]) {
    if (const auto user = seen_users_.find(id); user != seen_users_.end()) out.insert(user->second);
    if (mapping::flattens(connection_.rules) && members_.contains(id)) out.merge(reached(id, seen));
  }
  return out;
}

std::vector<std::string> RaceDriver::differences() {
  std::vector<std::string> out;
  const auto& rules = connection_.rules;
  const auto& placeholder = rules.group_shape.placeholder.str();
  people(listed(*connection_.users), out);
  members_.clear();
  for (const auto& group : listed(*connection_.groups)) {
    auto& list = members_[id_of(group)];
    if (const auto* members = group.if_contains("members"))
      for (const auto& member : members->get_array()) list.emplace_back(member.at("value").as_string());
  }
  const bool maps = mapping::maps_groups(rules);
  std::map<std::string, std::set<std::string>> expected;
  for (const auto& home : below(maps ? mapping::records_dn(rules) : rules.group_base, "dirbridgeGroup")) {
    const auto id = ascii_lower(home.attributes.first("dirbridgeId"));
    if (home.attributes.find("dirbridgeAlias")) out.push_back(home.dn.str() + " has an alias");
    homes_[id] = home.dn.str();
    if (!members_.contains(id)) continue;
    std::set<std::string> seen;
    const auto people = reached(id, seen);
    if (maps)
      for (const auto& target : provision::targets_in(home))
        expected[target.str()].insert(people.begin(), people.end());
  }
  for (const auto& [id, members] : members_) {
    std::set<std::string> wanted;
    for (const auto& member : members) wanted.insert(homes_.contains(member) ? homes_[member] : "nobody");
    if (!maps) expected[homes_[id]] = wanted;
    const auto dn = directory::Dn::parse(homes_[id]);
    auto home =
        dn ? directory::read(connection_.pool, *dn, {"member"}, soon()) : Result<std::optional<Entry>>();
    std::set<std::string> actual;
    if (home && *home)
      for (const auto& member : (*home)->attributes.values("member"))
        if (member != placeholder) actual.insert(member);
    if (actual != wanted) out.push_back("the record " + homes_[id] + " and SCIM differ");
  }
  for (const auto& group : below(rules.group_base, "groupOfNames")) {
    std::set<std::string> actual;
    for (const auto& member : group.attributes.values("member"))
      if (member != placeholder) actual.insert(member);
    const auto& wanted = expected[group.dn.str()];
    for (const auto& dn : actual)
      if (!wanted.contains(dn)) out.push_back(group.dn.str() + " has " + dn);
    for (const auto& dn : wanted)
      if (!actual.contains(dn)) out.push_back(group.dn.str() + " has not " + dn);
    expected.erase(group.dn.str());
  }
  for (const auto& [dn, wanted] : expected)
    if (!wanted.empty()) out.push_back(dn + " is not there");
  for (const auto& note : below(mapping::records_dn(rules), "dirbridgeRecord"))
    if (note.attributes.first("dirbridgeKind") == provision::ended_kind)
      out.push_back(note_left + note.dn.str());
  return out;
}

std::vector<std::string> RaceDriver::round_with_an_outage(const Named& first, const Named& second) {
  const auto scene = set();
  WatchedConnection one(connection_);
  WatchedConnection two(connection_);
  Outage outage(random_);
  outage.strike(one.directory);
  outage.strike(two.directory);
  const auto run = [&](const Named& what, WatchedConnection& by) -> Result<> {
    const auto until = soon();
    for (bool repeated = false;; repeated = true) {
      const auto done = what.act(*by.users, *by.groups, scene);
      const bool gone = !done && done.error().kind == ErrorKind::NotFound && repeated;
      if (done || (gone && is_delete(what.name))) return {};
      if (!may_be_repeated(done.error()) || remaining(until).count() == 0) return done;
      std::this_thread::sleep_for(pause_before_repeating);
    }
  };
  Result<> answer;
  std::thread other([&] { answer = run(second, two); });
  const auto own = run(first, one);
  other.join();
  auto out = differences();
  std::erase_if(out, [](const auto& difference) { return difference.starts_with(note_left); });
  if (out.empty()) {
    const auto swept = provision::sweep(connection_.context, soon());
    if (!swept) out.push_back("sweep: " + swept.error().detail);
    const auto later = differences();
    out.insert(out.end(), later.begin(), later.end());
  }
  const bool gone = is_delete(first.name) || is_delete(second.name);
  for (const Result<>* done : {&own, static_cast<const Result<>*>(&answer)})
    if (!*done && !may_be_answered(done->error(), gone)) out.push_back("answered: " + done->error().detail);
  clear();
  return out;
}

std::vector<std::string> RaceDriver::round(const Named& first, const Named& second) {
  const auto scene = set();
  const auto gap = std::chrono::microseconds(std::uniform_int_distribution<int>(-15'000, 15'000)(random_));
  const auto run = [&](const Named& what, std::chrono::microseconds wait) {
    std::this_thread::sleep_for(wait);
    return what.act(*connection_.users, *connection_.groups, scene);
  };
  Result<> answer;
  std::thread other([&] { answer = run(second, std::max(gap, std::chrono::microseconds(0))); });
  const auto own = run(first, std::max(-gap, std::chrono::microseconds(0)));
  other.join();
  auto out = differences();
  const bool gone = is_delete(first.name) || is_delete(second.name);
  for (const Result<>* done : {&own, static_cast<const Result<>*>(&answer)})
    if (!*done && !may_be_answered(done->error(), gone)) out.push_back("answered: " + done->error().detail);
  clear();
  return out;
}

}  // namespace dirbridge::test
