#include "support/user_names_play.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "directory/matching.hpp"
#include "mapping/user_state.hpp"
#include "support/name_rule.hpp"
#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;
using directory::Dn;
using directory::Entry;
using directory::Rdn;
using mapping::OnDelete;

namespace {

constexpr const char* logins[] = {"ann",    "Ann",    "bob",    "cay",   "dan x",
                                  "dan  x", "Müller", "MÜLLER", "taken", "eve"};
constexpr const char* mails[] = {"ann@example.org", "bob@example.org", "x@example.org"};

bool has_pair(const Rdn& name, const std::string& attribute, const std::string& value) {
  return std::any_of(name.pairs().begin(), name.pairs().end(), [&](const auto& pair) {
    return iequals(pair.first, attribute) && pair.second == value;
  });
}

bool has_attribute(const Rdn& name, const std::string& attribute) {
  return std::any_of(name.pairs().begin(), name.pairs().end(),
                     [&](const auto& pair) { return iequals(pair.first, attribute); });
}

}  // namespace

UserNamesPlay::UserNamesPlay(directory::Directory& as_administrator, directory::Directory& as_bridge,
                             mapping::Rules rules, unsigned seed)
    : administrator_(as_administrator), bridge_(as_bridge), rules_(std::move(rules)), random_(seed) {
  const auto people = rules_.user_base;
  rules_.user_base = people.child({"ou", "staff"});
  const bool aside_is_read = one_in(2);
  const auto aside = (aside_is_read ? rules_.user_base : people).child({"ou", "gone"});
  add_unit(rules_.user_base);
  add_unit(aside);
  for (const auto* unit : {"emea", "apac"}) add_unit(rules_.user_base.child({"ou", unit}));
  if (one_in(2)) rules_.disable.move_to = aside;
  if (!rules_.disable.move_to) rules_.disable.delete_entry = one_in(3);
  if (one_in(3)) rules_.user_naming_attribute = "cn";
  if (rules_.user_naming_attribute == "cn" && one_in(2)) rules_.login_attribute = "uid";
  for (auto& side : sides_) restart(side);
}

std::size_t UserNamesPlay::adopted() const {
  return static_cast<std::size_t>(
      std::count_if(own_.begin(), own_.end(), [](const Own& own) { return own.was_linked; }));
}

std::size_t UserNamesPlay::pick(std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
}

std::string UserNamesPlay::login() {
  return logins[pick(std::size(logins))];
}

std::string UserNamesPlay::user_name() {
  if (one_in(6) && !own_.empty())
    if (const auto& alias = own_[pick(own_.size())].alias; !alias.empty()) return alias;
  return one_in(3) ? login() + "@acme.example" : login();
}

Dn UserNamesPlay::unit() {
  const char* units[] = {"", "emea", "apac"};
  const std::string chosen = units[pick(3)];
  return chosen.empty() ? rules_.user_base : rules_.user_base.child({"ou", chosen});
}

const std::string& UserNamesPlay::login_attribute() const {
  return mapping::login_attribute(rules_);
}

// By the login, by something else, or by both; Active Directory has names of one attribute only.
Rdn UserNamesPlay::name_for(const std::string& login) {
  const Rdn other(login_attribute() == "uid" ? "cn" : "uid", "Person " + std::to_string(own_.size()));
  const auto kind = rules_.login_attribute.empty() ? pick(3) : 1;
  if (kind == 0) return {login_attribute(), login};
  if (kind == 1) return other;
  auto both = other;
  both.add_pair(login_attribute(), login);
  return both;
}

void UserNamesPlay::add_unit(const Dn& dn) {
  const directory::Add add{dn, {{"objectClass", {"organizationalUnit"}}, {"ou", {dn.rdn().value()}}}};
  const auto done = administrator_.apply({add, "administrator"}, {}, soon());
  if (!done) throw std::runtime_error(done.error().detail);
}

mapping::Rules UserNamesPlay::rules_of(const std::string& connection) {
  auto rules = rules_;
  rules.connection = connection;
  auto& o = rules.user_options;
  if (one_in(3)) o.name_rules = name_rule("(.*)@.*", "$1");
  if (one_in(8)) o.name_rules = name_rule("(a|b).*", "taken");
  if (one_in(2)) o.adopt = {mapping::MatchBy::UserName, mapping::MatchBy::Mail};
  if (one_in(6)) o.adopt = {mapping::MatchBy::Mail};
  if (one_in(8)) o.update = false;
  if (one_in(8)) o.import = false;
  if (one_in(8)) o.enable = false;
  if (one_in(2)) o.on_delete = one_in(2) ? OnDelete::Delete : OnDelete::Keep;
  return rules;
}

// Another configuration, and what `dirbridge apply` does.
void UserNamesPlay::restart(Side& side) {
  last_ = "restart of " + side.name;
  side.connection = std::make_unique<ConnectionParts>(bridge_, rules_of(side.name));
  for (const auto& id : side.users) (void)side.connection->users->converge(id, soon());
}

void UserNamesPlay::administrator_adds() {
  const auto login = this->login();
  const auto number = std::to_string(own_.size());
  std::vector<std::string> values{login};
  Own own{"own " + number, unit(), name_for(login), {}};
  if (one_in(4)) own.alias = "alias-" + number;
  if (!own.alias.empty()) values.push_back(own.alias);
  if (people_by_login(Seen::ByProducts).contains(directory::matching_key(login_attribute(), login))) return;
  const auto dn = own.parent.child(own.name);
  last_ = "the administrator adds " + dn.str();
  directory::Attributes attributes{{"objectClass", {"inetOrgPerson"}},
                                   {"sn", {"By hand"}},
                                   {"description", {own.mark}},
                                   {"mail", {mails[pick(std::size(mails))]}}};
  attributes.set("cn", {"Person " + number});
  attributes.set(login_attribute(), values);
  for (const auto& [attribute, value] : own.name.pairs())
    if (!iequals(attribute, login_attribute())) attributes.set(attribute, {value});
  const auto made =
      administrator_.apply({directory::Add{dn, attributes}, "administrator"}, {"description"}, soon());
  if (!made || !*made) return;
  own.name = (*made)->dn.rdn();  // as the server spells it
  own_.push_back(own);
}

// An entry of his, or one that the bridge has made.
void UserNamesPlay::administrator_moves() {
  std::vector<Dn> all;
  for (const auto& [login, dns] : people_by_login(Seen::ByHim)) all.insert(all.end(), dns.begin(), dns.end());
  if (all.empty()) return;
  const auto& dn = all[pick(all.size())];
  const auto to = unit();
  if (to == dn.parent()) return;
  last_ = "the administrator moves " + dn.str() + " to " + to.str();
  const auto read = directory::read(administrator_, dn, {"description"}, soon()).value();
  const auto done = administrator_.apply({directory::Rename{dn, dn.rdn(), to}, "administrator"}, {}, soon());
  if (!done || !read) return;
  for (auto& own : own_)
    if (read->attributes.has_value("description", own.mark)) own.parent = to;
}

json::object UserNamesPlay::body() {
  auto out = user_message(user_name());
  if (one_in(3))
    out["emails"] = json::array{json::object{{"value", mails[pick(std::size(mails))]}, {"primary", true}}};
  if (one_in(6)) out["active"] = false;
  return out;
}

template <class T>
bool UserNamesPlay::note(const Result<T>& done) {
  if (!done && done.error().kind == ErrorKind::Uniqueness) ++conflicts_;
  return done.has_value();
}

void UserNamesPlay::create(Side& side) {
  const auto message = body();
  last_ = side.name + ": POST " + json::serialize(message);
  const auto done = side.connection->users->create(message, soon());
  if (!note(done)) return;
  ++made_;
  const std::string id(done->at("id").get_string());
  if (std::find(side.users.begin(), side.users.end(), id) == side.users.end()) side.users.push_back(id);
}

void UserNamesPlay::change(Side& side) {
  if (side.users.empty()) return;
  const auto id = side.users[pick(side.users.size())];
  auto& users = *side.connection->users;
  const auto patch = [&](const std::string& path, json::value value) {
    last_ = side.name + ": PATCH of " + id + ", " + path + ' ' + json::serialize(value);
    return note(users.patch(id, patch_message("replace", path, std::move(value)), {},
                            provision::Members::Leave, soon()));
  };
  switch (pick(6)) {
    case 0:
    case 1:
      patch("userName", json::string(user_name()));
      break;
    case 2:
      patch("active", false);
      break;
    case 3:
      patch("active", true);
      break;
    case 4: {
      const auto message = body();
      last_ = side.name + ": PUT of " + id + ' ' + json::serialize(message);
      note(users.replace(id, message, {}, soon()));
      break;
    }
    default:
      last_ = side.name + ": DELETE of " + id;
      if (users.remove(id, {}, soon())) std::erase(side.users, id);
  }
}

std::map<std::string, std::vector<Dn>> UserNamesPlay::people_by_login(Seen seen) {
  std::map<std::string, std::vector<Dn>> out;
  const auto found = directory::search(administrator_,
                                       {rules_.user_base,
                                        directory::Scope::Subtree,
                                        directory::Filter::equal("objectClass", "inetOrgPerson"),
                                        {login_attribute(), "dirbridgeActive"},
                                        0},
                                       soon());
  if (!found) throw std::runtime_error(found.error().detail);
  for (const auto& entry : *found) {
    if (seen == Seen::ByProducts && mapping::is_disabled(entry.attributes)) continue;
    for (const auto& login : entry.attributes.values(login_attribute()))
      out[directory::matching_key(login_attribute(), login)].push_back(entry.dn);
  }
  return out;
}

std::string UserNamesPlay::check() {
  for (const auto& [login, dns] : people_by_login(Seen::ByProducts))
    if (dns.size() > 1) return "two log in as " + login + ": " + dns[0].str() + " and " + dns[1].str();
  for (auto& own : own_) {
    const auto found =
        directory::search(administrator_,
                          {rules_.user_base.parent(),
                           directory::Scope::Subtree,
                           directory::Filter::equal("description", own.mark),
                           {"dirbridgeConnection", "dirbridgeActive", "dirbridgeUserName", login_attribute()},
                           0},
                          soon());
    if (!found) return found.error().detail;
    if (found->size() != 1) return own.mark + " is there " + std::to_string(found->size()) + " times";
    if (auto wrong = check_own(own, found->front()); !wrong.empty()) return wrong;
  }
  return {};
}

std::string UserNamesPlay::check_own(Own& own, const Entry& entry) {
  own.was_linked = own.was_linked || entry.attributes.find("dirbridgeConnection");
  const auto& aside = rules_.disable.move_to;
  const bool away = aside && entry.dn.is_within(*aside) && mapping::is_disabled(entry.attributes);
  const auto now = entry.dn.str() + ", " + own.mark + ", ";
  if (!away && !(entry.dn.parent() == own.parent)) return now + "is not in " + own.parent.str() + " any more";
  const auto name = entry.dn.rdn();
  for (const auto& [attribute, value] : own.name.pairs()) {
    const bool may_follow = own.was_linked && iequals(attribute, login_attribute());
    if (may_follow ? !has_attribute(name, attribute) : !has_pair(name, attribute, value))
      return now + "was named by " + attribute + "=" + value;
  }
  if (entry.attributes.first("dirbridgeUserName") == own.alias) own.alias.clear();  // and may be given up so
  if (!own.alias.empty() && !entry.attributes.has_value(login_attribute(), own.alias))
    return now + "has lost " + own.alias;
  return {};
}

std::string UserNamesPlay::step() {
  auto& side = sides_[pick(2)];
  const auto what = pick(40);
  if (what == 0)
    restart(side);
  else if (what < 4)
    administrator_adds();
  else if (what < 6)
    administrator_moves();
  else if (what < 20)
    create(side);
  else
    change(side);
  auto wrong = check();
  return wrong.empty() ? wrong : "after " + last_ + ": " + wrong;
}

}  // namespace dirbridge::test
