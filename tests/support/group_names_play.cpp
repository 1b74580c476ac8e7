#include "support/group_names_play.hpp"

#include <algorithm>
#include <stdexcept>

#include "directory/matching.hpp"
#include "provision/upkeep/converge.hpp"
#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;
using directory::Dn;
using directory::Entry;
using mapping::GroupOptions;

namespace {

constexpr const char* names[] = {"team", "Team", "jira-users", "wiki", "ops", "Ops  x", "app-ops", "sales"};

bool is_group(const Entry& entry) {
  return entry.attributes.has_value("objectClass", "groupOfNames") ||
         entry.attributes.has_value("objectClass", "groupOfUniqueNames");
}

}  // namespace

GroupNamesPlay::GroupNamesPlay(directory::Directory& as_administrator, directory::Directory& as_bridge,
                               mapping::Rules rules, unsigned seed)
    : administrator_(as_administrator),
      bridge_(as_bridge, rules.group_base,
              seed % 2 ? directory::GroupClass::Names : directory::GroupClass::UniqueNames),
      rules_(std::move(rules)),
      random_(seed) {
  for (const auto* unit : {"apps", "emea"}) add_unit(unit);
  restart();
}

std::size_t GroupNamesPlay::pick(std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
}

std::string GroupNamesPlay::name() {
  return names[pick(std::size(names))];
}

Dn GroupNamesPlay::unit() {
  const char* units[] = {"", "apps", "emea"};
  const std::string chosen = units[pick(3)];
  return chosen.empty() ? rules_.group_base : rules_.group_base.child({"ou", chosen});
}

void GroupNamesPlay::add_unit(const std::string& name) {
  const auto done =
      administrator_.apply({directory::Add{rules_.group_base.child({"ou", name}),
                                           {{"objectClass", {"organizationalUnit"}}, {"ou", {name}}}},
                            "administrator"},
                           {}, soon());
  if (!done) throw std::runtime_error(done.error().detail);
}

// Another configuration, and what `dirbridge apply` does.
void GroupNamesPlay::restart() {
  last_ = "restart";
  auto rules = rules_;
  auto& o = rules.group_options;
  if (!one_in(3)) {
    if (one_in(2)) o.mapping = {{name(), {rules.group_base.child({"cn", name()})}}};
    if (one_in(3))
      o.names = mapping::NameRules::compile({{"app-(.*)", "$1"}}, mapping::LetterCase::Lower).value();
    if (one_in(3)) o.defaults = {mapping::DefaultGroups::For::New, {rules.group_base.child({"cn", name()})}};
    o.adopt = one_in(2);
    o.merge = one_in(2);
  }
  if (one_in(2)) o.on_rename = GroupOptions::OnRename::Follow;
  if (one_in(2)) o.on_delete = GroupOptions::OnDelete::Delete;
  connection_ = std::make_unique<ConnectionParts>(bridge_, rules);
  for (const auto& id : groups_) (void)connection_->groups->converge(id, soon());
  (void)provision::converge_groups(connection_->context, soon());
}

void GroupNamesPlay::administrator_adds() {
  const auto cn = name();
  last_ = "the administrator adds " + cn;
  if (groups_by_name().contains(directory::matching_key("cn", cn))) return;
  const bool unique = one_in(2);
  const Own own{unit().child({"cn", cn}),
                "uid=byhand" + std::to_string(own_.size()) + "," + rules_.user_base.str()};
  const auto done =
      administrator_.apply({directory::Add{own.dn,
                                           {{"objectClass", {unique ? "groupOfUniqueNames" : "groupOfNames"}},
                                            {"cn", {cn}},
                                            {unique ? "uniqueMember" : "member", {own.by_hand}}}},
                            "administrator"},
                           {}, soon());
  if (done) own_.push_back(own);
}

// A group of his, or one that the bridge has made.
void GroupNamesPlay::administrator_moves() {
  std::vector<Dn> all;
  for (const auto& [name, dns] : groups_by_name()) all.insert(all.end(), dns.begin(), dns.end());
  if (all.empty()) return;
  const auto& dn = all[pick(all.size())];
  const auto to = unit();
  if (to == dn.parent()) return;
  last_ = "the administrator moves " + dn.str() + " to " + to.str();
  const auto done = administrator_.apply({directory::Rename{dn, dn.rdn(), to}, "administrator"}, {}, soon());
  if (!done) return;
  for (auto& own : own_)
    if (own.dn == dn) own.dn = to.child(dn.rdn());
}

void GroupNamesPlay::add_user() {
  auto made = connection_->users->create(user_message("user" + std::to_string(users_.size())), soon());
  if (made) users_.emplace_back(made->at("id").get_string());
}

void GroupNamesPlay::note(const Result<>& done) {
  if (!done && done.error().kind == ErrorKind::Uniqueness) ++conflicts_;
}

void GroupNamesPlay::add_group() {
  const auto display = name();
  last_ = "POST " + display;
  auto body = group_message(display);
  if (!users_.empty()) body["members"] = members_of({users_[pick(users_.size())]});
  auto done = connection_->groups->create(body, soon());
  note(done ? Result<>() : Result<>(done.error()));
  if (!done) return;
  ++made_;
  const std::string id(done->at("id").get_string());
  if (std::find(groups_.begin(), groups_.end(), id) == groups_.end()) groups_.push_back(id);
}

void GroupNamesPlay::change_group() {
  if (groups_.empty()) return;
  const auto id = groups_[pick(groups_.size())];
  const auto display = name();
  last_ = "PATCH, PUT or DELETE of " + id + ", to be called " + display;
  auto& all = *connection_->groups;
  const auto result = [](const auto& done) { return done ? Result<>() : Result<>(done.error()); };
  switch (pick(4)) {
    case 0:
      note(result(all.patch(id, patch_message("replace", "displayName", json::string(display)), {},
                            provision::Members::Leave, soon())));
      break;
    case 1:
      note(result(all.replace(id, group_message(display), {}, soon())));
      break;
    case 2: {
      std::vector<std::string> some;
      if (!users_.empty()) some.push_back(users_[pick(users_.size())]);
      note(result(all.patch(id, patch_message("replace", "members", members_of(some)), {},
                            provision::Members::Leave, soon())));
      break;
    }
    default:
      if (all.remove(id, {}, soon())) std::erase(groups_, id);
  }
}

std::map<std::string, std::vector<Dn>> GroupNamesPlay::groups_by_name() {
  std::map<std::string, std::vector<Dn>> out;
  auto found = directory::search(administrator_,
                                 {rules_.group_base,
                                  directory::Scope::Subtree,
                                  directory::Filter::everything(),
                                  {"objectClass", "cn"},
                                  0},
                                 soon());
  if (!found) throw std::runtime_error(found.error().detail);
  for (const auto& entry : *found) {
    if (!is_group(entry)) continue;
    for (const auto& value : entry.attributes.values("cn")) {
      out[directory::matching_key("cn", value)].push_back(entry.dn);
    }
  }
  return out;
}

std::string GroupNamesPlay::check() {
  for (const auto& [name, dns] : groups_by_name())
    if (dns.size() > 1) return "two groups are called " + name + ": " + dns[0].str() + " and " + dns[1].str();
  for (const auto& own : own_) {
    const auto entry = directory::read(administrator_, own.dn, {"member", "uniqueMember"}, soon());
    if (!entry) return entry.error().detail;
    if (!*entry) return "the administrator's group " + own.dn.str() + " is gone";
    const auto& a = (*entry)->attributes;
    if (!a.has_value("member", own.by_hand) && !a.has_value("uniqueMember", own.by_hand))
      return own.by_hand + " has left " + own.dn.str();
  }
  return {};
}

std::string GroupNamesPlay::step() {
  const auto what = pick(40);
  if (what == 0)
    restart();
  else if (what < 3)
    administrator_adds();
  else if (what < 5)
    administrator_moves();
  else if (what < 7 && users_.size() < 40)
    add_user();
  else if (what < 22)
    add_group();
  else
    change_group();
  auto wrong = check();
  return wrong.empty() ? wrong : "after " + last_ + ": " + wrong;
}

}  // namespace dirbridge::test
