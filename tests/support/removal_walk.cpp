#include "support/removal_walk.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mapping/user_state.hpp"
#include "support/dn.hpp"
#include "support/name_rule.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace {

namespace json = boost::json;
using Texts = std::vector<std::string>;

constexpr std::size_t most_told = 30;

const Texts odd_logins{"ann",
                       "bob",
                       "cay",
                       "ann@acme.example",
                       "bob@acme.example",
                       "ann#1",
                       "ANN",
                       "dan/x",
                       "Müller",
                       "eve eve",
                       "a+b,c\"d",
                       "0123",
                       std::string(30, 'l'),
                       std::string(230, 'n'),
                       std::string(243, 'm'),
                       "x?y"};
const Texts odd_group_names{"devs", "Devs", "Ops-x", "App-one", "jira-users", "a+b", std::string(230, 'g')};

std::string quoted(const std::string& text) {
  return json::serialize(json::value(text));
}

std::string patch_of(const Texts& operations) {
  std::string out = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)";
  for (std::size_t i = 0; i < operations.size(); ++i) out += (i ? "," : "") + operations[i];
  return out + "]}";
}

constexpr const char* user_schema = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)";
constexpr const char* group_schema = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)";

template <class T>
std::optional<Error> failure_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

mapping::ValueRule value_rule(const std::string& attribute, const std::string& text) {
  return {attribute, mapping::Template::parse(text, scim::standard_catalog().user).value()};
}

}  // namespace

RemovalWalk::RemovalWalk(directory::Directory& directory, unsigned seed, Adjust of_server)
    : directory_(directory), of_server_(std::move(of_server)), random_(seed), moves_(chance(30)) {
  for (const auto* unit : {"staff", "gone"}) {
    const directory::Add add{example_dn("ou=" + std::string(unit) + ",ou=people"),
                             {{"objectClass", {"organizationalUnit"}}, {"ou", {unit}}}};
    must("a unit of the administrator", failure_of(directory_.apply({add, "somebody else"}, {}, soon())));
  }
  restart();
}

std::string RemovalWalk::run(int steps) {
  for (int i = 0; i < steps && wrong_.empty(); ++i) step();
  if (wrong_.empty()) return {};
  auto out = wrong_ + "\nrules: " + rules_told_ + "\nlast steps:";
  for (const auto& told : told_) out += "\n  " + told;
  return out;
}

void RemovalWalk::step() {
  const auto what = random_() % 100;
  if (what < 6) return restart();
  if (what < 12) return somebody_else_writes();
  if (what < 30) return create_user();
  if (what < 38) return create_group();
  if (what < 48) return change_user();
  if (what < 58) return change_group();
  if (what < 60) return apply();
  if (what < 78) return disable();
  if (what < 84) return delete_user();
  if (what < 87) return delete_group();
  remove_member();
}

// The bridge starts again, perhaps with another configuration.
void RemovalWalk::restart() {
  mapping::Rules rules;
  rules.connection = "okta";
  rules.user_base = example_dn("ou=staff,ou=people");
  rules.group_base = example_dn("ou=groups");
  rules.bridge_base = example_dn("ou=dirbridge");
  rules.group_shape.placeholder = directory::Dn::parse("cn=dirbridge-placeholder").value();
  of_server_(rules);
  rules_told_.clear();
  choose_rules(rules);
  parts_ = std::make_unique<ConnectionParts>(directory_, std::move(rules));
  parts_->context.put_omitted = chance(50) ? scim::PutOmitted::Clear : scim::PutOmitted::Keep;
  parts_->users = provision::make_users(parts_->context);
  told_.push_back("restart: " + rules_told_);
}

void RemovalWalk::choose_rules(mapping::Rules& rules) {
  choose_user_rules(rules);
  choose_group_rules(rules);
}

void RemovalWalk::choose_user_rules(mapping::Rules& rules) {
  auto& options = rules.user_options;
  const auto set = [&](int percent, const char* told, const auto& change) {
    if (!chance(percent)) return;
    change();
    rules_told_ += std::string(told) + ' ';
  };
  set(15, "local part", [&] { options.name_rules = name_rule("(.*)@.*", "$1"); });
  set(8, "no name", [&] { options.name_rules = name_rule("(a.*)", ""); });
  set(8, "one name", [&] { options.name_rules = name_rule("(a|b).*", "taken"); });
  set(8, "long rule", [&] { options.name_rules = name_rule("((a|n)+)+[^z]*z", "$1"); });
  set(15, "bad characters", [&] { options.bad_characters = mapping::BadCharacters::Refuse; });
  set(10, "short names", [&] { rules.login_limits = {"sAMAccountName", 4, "#/"}; });
  set(10, "short values", [&] {
    rules.value_limits = {{"title", "title", 5}, {"sn", "name.familyName", 5}};
  });
  set(15, "home phone", [&] { options.attributes.push_back(value_rule("homePhone", "{nickName}")); });
  set(10, "no update", [&] { options.update = false; });
  set(10, "no import", [&] { options.import = false; });
  set(20, "adopt", [&] { options.adopt = {mapping::MatchBy::UserName, mapping::MatchBy::Mail}; });
  if (moves_) rules.disable.move_to = example_dn("ou=gone,ou=people");
  if (!moves_) set(8, "move where it may not", [&] { rules.disable.move_to = example_dn("ou=services"); });
  if (!rules.disable.move_to) set(15, "delete disabled", [&] { rules.disable.delete_entry = true; });
  set(20, "on_delete delete", [&] { options.on_delete = mapping::OnDelete::Delete; });
}

void RemovalWalk::choose_group_rules(mapping::Rules& rules) {
  auto& options = rules.group_options;
  const auto set = [&](int percent, const char* told, const auto& change) {
    if (!chance(percent)) return;
    change();
    rules_told_ += std::string(told) + ' ';
  };
  if (!chance(60)) return;
  set(30, "group names", [&] { options.names = name_rule("App-(.*)", "$1"); });
  set(15, "no group name", [&] { options.names = name_rule("Ops.*", ""); });
  set(30, "mapping", [&] { options.mapping = {{"devs", {example_dn("cn=jira-users,ou=groups")}}}; });
  set(20, "follow", [&] { options.on_rename = mapping::GroupOptions::OnRename::Follow; });
  set(20, "strip", [&] { rules.disable.strip_groups = true; });
  set(10, "merge", [&] { options.merge = true; });
  set(20, "short group names", [&] { rules.group_limits = {"cn", 3}; });
}

void RemovalWalk::somebody_else_writes() {
  const auto base = one_of(Texts{"ou=staff,ou=people", "ou=gone,ou=people"});
  const auto login = chance(20) ? Text("taken") : one_of(odd_logins);
  const directory::Add person{example_dn(base).child({"uid", login}),
                              {{"objectClass", {"inetOrgPerson"}},
                               {"uid", {login}},
                               {"cn", {"x"}},
                               {"sn", {"x"}},
                               {"mail", {"x@example.org"}}}};
  const auto name = one_of(odd_group_names);
  const directory::Add group{
      example_dn("ou=groups").child({"cn", name}),
      {{"objectClass", {"groupOfNames"}}, {"cn", {name}}, {"member", {"cn=somebody"}}}};
  const directory::Change change =
      chance(60) ? directory::Change{person, "somebody else"} : directory::Change{group, "somebody else"};
  (void)directory_.apply(change, {}, soon());  // where it is there already, it is there
  told_.push_back("somebody else writes " + directory::target(change).str());
}

// Attributes of a body, good ones and such as a directory refuses.
std::string RemovalWalk::user_attributes() {
  Text out = "\"userName\":" + quoted(one_of(odd_logins));
  if (chance(30)) out += R"(,"title":")" + Text(chance(50) ? 3 : 40, 't') + '"';
  if (chance(30)) out += R"(,"nickName":")" + Text(chance(50) ? "123" : "*ü*") + '"';
  if (chance(20)) out += R"(,"emails":[{"value":"x@example.org"},{"value":"x@example.org "}])";
  if (chance(20)) out += R"(,"name":{"familyName":"Meier","givenName":"Eva"})";
  return out;
}

// An operation, of a user or a group, that may or may not be one.
std::string RemovalWalk::junk() {
  const Texts all{R"({"op":"replace","path":"nowhere","value":1})",
                  R"({"op":"explode","path":"title"})",
                  R"({"op":"replace","path":"emails[type eq","value":"x"})",
                  R"({"op":"remove","path":"userName"})",
                  R"({"op":"replace","path":"name","value":7})",
                  R"({"op":"replace","path":"id","value":"7"})",
                  R"({"op":"replace","path":"title","value":"tttttttttttttttttttttttttttt"})",
                  R"({"op":"replace","path":"nickName","value":"*"})",
                  R"({"op":"replace","value":{"emails[type eq":"x","title":"T"}})",
                  R"({"op":"replace","path":"displayName","value":)" + quoted(one_of(odd_group_names)) + "}",
                  R"({"op":"replace","path":"userName","value":)" + quoted(one_of(odd_logins)) + "}",
                  R"({"op":"replace","path":"displayName","value":""})"};
  return one_of(all);
}

std::string RemovalWalk::random_user() {
  return users_.empty() ? Text() : one_of(users_);
}
std::string RemovalWalk::random_group() {
  return groups_.empty() ? Text() : one_of(groups_);
}

void RemovalWalk::create_user() {
  const auto body = "{" + Text(user_schema) + user_attributes() + "}";
  const auto made = parts_->users->create(json::parse(body), soon());
  told_.push_back("POST " + body + (made ? "" : ": " + made.error().detail));
  if (!made) return;
  const Text id(made->at("id").as_string());
  if (std::find(users_.begin(), users_.end(), id) == users_.end()) users_.push_back(id);
}

void RemovalWalk::create_group() {
  json::array members;
  for (int i = 0; i < 3; ++i)
    if (const auto user = random_user(); !user.empty()) members.emplace_back(json::object{{"value", user}});
  const auto body = "{" + Text(group_schema) + "\"displayName\":" + quoted(one_of(odd_group_names)) +
                    ",\"members\":" + json::serialize(members) + "}";
  const auto made = parts_->groups->create(json::parse(body), soon());
  told_.push_back("POST group " + body + (made ? "" : ": " + made.error().detail));
  if (!made) return;
  const Text id(made->at("id").as_string());
  if (std::find(groups_.begin(), groups_.end(), id) == groups_.end()) groups_.push_back(id);
}

// What may be refused.
void RemovalWalk::change_user() {
  const auto id = random_user();
  if (id.empty()) return;
  const auto body =
      patch_of(chance(60) ? Texts{junk()} : Texts{R"({"op":"replace","value":{"active":true}})"});
  const auto done = parts_->users->patch(id, json::parse(body), {}, provision::Members::Leave, soon());
  told_.push_back("PATCH user " + id + ' ' + body + (done ? "" : ": " + done.error().detail));
}

void RemovalWalk::change_group() {
  const auto id = random_group();
  if (id.empty()) return;
  const auto add = R"({"op":"add","path":"members","value":[{"value":")" + random_user() + "\"}]}";
  const auto body = patch_of(chance(70) ? Texts{add} : Texts{junk(), add});
  const auto done = parts_->groups->patch(id, json::parse(body), {}, provision::Members::Leave, soon());
  told_.push_back("PATCH group " + id + ' ' + body + (done ? "" : ": " + done.error().detail));
}

void RemovalWalk::apply() {
  told_.push_back("apply");
  for (const auto& id : users_) (void)parts_->users->converge(id, soon());
  for (const auto& id : groups_) (void)parts_->groups->converge(id, soon());
}

void RemovalWalk::disable() {
  const auto id = random_user();
  if (id.empty()) return;
  ++removals_;
  std::optional<Error> failure;
  if (chance(60)) {
    Texts operations{chance(50) ? R"({"op":"replace","path":"active","value":false})"
                                : R"({"op":"Replace","value":{"active":"False"}})"};
    for (int i = 0; i < 2; ++i)
      if (chance(50)) operations.insert(chance(50) ? operations.begin() : operations.end(), junk());
    const auto body = patch_of(operations);
    told_.push_back("PATCH user " + id + ' ' + body);
    failure = failure_of(parts_->users->patch(id, json::parse(body), {}, provision::Members::Leave, soon()));
  } else {
    const auto body = "{" + Text(user_schema) + user_attributes() + (chance(20) ? R"(,"name":7)" : "") +
                      R"(,"active":false})";
    told_.push_back("PUT user " + id + ' ' + body);
    failure = failure_of(parts_->users->replace(id, json::parse(body), {}, soon()));
  }
  must("disabling " + id, failure);
  if (failure) return;
  const auto found = parts_->users->find(id, provision::Members::Leave, soon());
  expect(found && found->at("active") == false, "it reads back as disabled");
  expect_hidden(id);
}

void RemovalWalk::delete_user() {
  const auto id = random_user();
  if (id.empty()) return;
  ++removals_;
  told_.push_back("DELETE user " + id);
  const auto failure = failure_of(parts_->users->remove(id, {}, soon()));
  must("deleting " + id, failure);
  if (failure) return;
  std::erase(users_, id);
  const auto found = parts_->users->find(id, provision::Members::Leave, soon());
  expect(!found && found.error().kind == ErrorKind::NotFound, "it is not found");
  expect_hidden(id);
}

void RemovalWalk::delete_group() {
  const auto id = random_group();
  if (id.empty()) return;
  ++removals_;
  told_.push_back("DELETE group " + id);
  const auto failure = failure_of(parts_->groups->remove(id, {}, soon()));
  must("deleting " + id, failure);
  if (failure) return;
  std::erase(groups_, id);
  const auto found = parts_->groups->find(id, provision::Members::Leave, soon());
  expect(!found && found.error().kind == ErrorKind::NotFound, "it is not found");
}

// Its members can be read; the rest perhaps not.
std::string RemovalWalk::group_body(const std::string& members) {
  Text out = chance(95) ? group_schema : "";
  if (chance(90)) out += "\"displayName\":" + (chance(85) ? quoted(one_of(odd_group_names)) : "[1,2]") + ',';
  if (chance(10)) out += R"("externalId":{"a":1},)";
  return "{" + out + "\"members\":" + members + "}";
}

void RemovalWalk::remove_member() {
  const auto id = random_group();
  if (id.empty()) return;
  const auto group = parts_->groups->find(id, provision::Members::Load, soon());
  must("reading " + id, failure_of(group));
  const auto* members = group ? group->if_contains("members") : nullptr;
  if (!members) return;
  ++removals_;
  const Text member(one_of(members->as_array()).at("value").as_string());
  std::optional<Error> failure;
  if (chance(70)) {
    Texts operations{R"({"op":"remove","path":"members[value eq \")" + member + R"(\"]"})"};
    for (int i = 0; i < 2; ++i)
      if (chance(40)) operations.insert(chance(50) ? operations.begin() : operations.end(), junk());
    const auto body = patch_of(operations);
    told_.push_back("PATCH group " + id + ' ' + body);
    failure = failure_of(parts_->groups->patch(id, json::parse(body), {}, provision::Members::Leave, soon()));
  } else {
    json::array rest;
    for (const auto& one : members->as_array())
      if (one.at("value").as_string() != member) rest.emplace_back(json::object{{"value", one.at("value")}});
    const auto body = group_body(json::serialize(rest));
    told_.push_back("PUT group " + id + ' ' + body);
    failure = failure_of(parts_->groups->replace(id, json::parse(body), {}, soon()));
  }
  must("removing a member of " + id, failure);
  if (failure) return;
  const auto now = parts_->groups->find(id, provision::Members::Load, soon());
  const bool still = now && json::serialize(*now).find(member) != Text::npos;
  expect(now && !still, "the member is gone from " + id);
}

void RemovalWalk::must(const Text& what, const std::optional<Error>& failure) {
  if (failure && wrong_.empty())
    wrong_ = what + ": " + std::string(to_string(failure->kind)) + ", " + failure->detail;
  if (told_.size() > most_told) told_.erase(told_.begin());
}

void RemovalWalk::expect(bool holds, const Text& what) {
  if (!holds && wrong_.empty()) wrong_ = "it does not hold that " + what;
}

std::vector<directory::Entry> RemovalWalk::entries_of(const Text& id) {
  auto found = directory::search(directory_,
                                 {example_dn("ou=people"),
                                  directory::Scope::Subtree,
                                  directory::Filter::equal("dirbridgeId", id),
                                  {"dirbridgeActive"},
                                  0},
                                 soon());
  must("looking for " + id, failure_of(found));
  return found ? std::move(*found) : std::vector<directory::Entry>();
}

// Products see nobody of this id.
void RemovalWalk::expect_hidden(const Text& id) {
  for (const auto& entry : entries_of(id))
    expect(mapping::is_disabled(entry.attributes), entry.dn.str() + " is hidden");
}

}  // namespace dirbridge::test
