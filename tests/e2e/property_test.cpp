// Random life of two connections on one directory - requests, changed rules, restarts, an administrator's own
// edits - against a simple model: after each step the directory and SCIM show what the model says.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using Names = std::set<std::string>;

constexpr int kUsers = 5;
constexpr int kGroups = 3;
constexpr int kStrangers = 2;
const std::string kDomain = "@example.org";

// How a connection is configured.
enum class Rules { Direct, Mapped, Renamed };

struct User {
  std::string id;
  bool deleted = false;
  bool active = true;
  std::string last_login{};  // of a deleted one
};

struct Group {
  std::string id;
  Names members;  // user names
};

struct Connection {
  std::string name{};
  Rules rules = Rules::Direct;
  std::map<std::string, User> users{};    // by userName
  std::map<std::string, Group> groups{};  // by displayName, those that are there
  Names left_logins{};                    // of hidden entries whose users came back under another login

  json::object options() const {
    json::object out{{"directory", "a"}, {"guard", {{"enabled", false}}}};
    out["groups"] = {{"on_rename", "follow"}};
    if (rules == Rules::Mapped)
      out["groups"] = {{"mapping", {{group(0), {"shared"}}, {group(1), {"shared", name + "-own"}}}},
                       {"on_the_fly", false}};
    if (rules == Rules::Renamed) {
      const json::array strip{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}};
      out["users"] = {{"name_rules", strip}};
      out["groups"] = {{"on_rename", "follow"},
                       {"name_rules", json::array{json::object{{"match", "(.*)"}, {"replace", "x-$1"}}}}};
    }
    return out;
  }
  std::string group(int number) const { return name + "-G" + std::to_string(number); }
  std::string login(const std::string& user_name) const {
    return rules == Rules::Renamed ? user_name.substr(0, user_name.find('@')) : user_name;
  }
  bool collides() const {
    return std::any_of(users.begin(), users.end(), [&](const auto& named) {
      return !named.second.deleted && left_logins.contains(login(named.first));
    });
  }
  Names targets(const std::string& group_name) const {
    if (rules == Rules::Direct) return {group_name};
    if (rules == Rules::Renamed) return {"x-" + group_name};
    if (group_name == group(0)) return {"shared"};
    return group_name == group(1) ? Names{"shared", name + "-own"} : Names{};
  }
};

class Life : public testing::TestWithParam<unsigned> {
 protected:
  Life() : random_(GetParam()), connections_{{.name = "a"}, {.name = "b"}}, bridge_(options()) {
    for (int i = 0; i < kStrangers; ++i) {
      const directory::Attributes person{
          {"objectClass", {"inetOrgPerson"}}, {"cn", {"Stranger"}}, {"sn", {"Stranger"}}};
      change(directory::Add{stranger(i), person});
      change(directory::Add{site().group_dn("foreign" + std::to_string(i)),
                            {{"objectClass", {"groupOfNames"}}, {"member", {stranger(i).str()}}}});
    }
    foreign_ = foreign();
    reader_ = bridge_.reader(site());
  }
  ~Life() override { EXPECT_EQ(bridge_.stop(), 0) << bridge_.log(); }

  BridgeOptions options() const {
    std::vector<SiteOptions> sites;
    for (const auto& connection : connections_) sites.push_back({connection.name, connection.options(), {}});
    return {sites, test::fast_slapd_options(), {}};
  }
  const Site& site() const { return bridge_.site("a"); }  // both connections provision its directory
  directory::Dn stranger(int number) const { return site().user_dn("stranger" + std::to_string(number)); }
  template <class Operation>
  void change(Operation operation) {
    const auto done = bridge_.directory().apply({std::move(operation), "by hand"}, {},
                                                deadline_in(std::chrono::seconds(30)));
    if (!done) throw std::runtime_error(done.error().detail);
  }
  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  // What belongs to nobody's connection.
  std::string foreign() {
    std::string out;
    for (int i = 0; i < kStrangers; ++i)
      out += dump(bridge_.directory(), stranger(i).str()) +
             dump(bridge_.directory(), site().group_dn("foreign" + std::to_string(i)).str());
    return out;
  }

  Names some_users(const Connection& of) {
    Names out;
    for (const auto& [name, user] : of.users)
      if (!user.deleted && below(2) == 0) out.insert(name);
    return out;
  }
  static std::vector<std::string> ids(const Connection& of, const Names& users) {
    std::vector<std::string> out;
    for (const auto& name : users) out.push_back(of.users.at(name).id);
    return out;
  }

  std::string step() {
    auto& connection = connections_.at(static_cast<std::size_t>(below(2)));
    auto client = bridge_.site(connection.name).client();
    const auto user_name = connection.name + std::to_string(below(kUsers)) + kDomain;
    const auto at = connection.users.find(user_name);
    const bool there = at != connection.users.end() && !at->second.deleted;
    const auto group_name = connection.group(below(kGroups));
    const auto group = connection.groups.find(group_name);
    switch (below(12)) {
      case 0:
      case 1:
        if (there) return {};
        return "create " + create(connection, client, user_name);
      case 2:
        if (!there) return {};
        expect_status(client.remove("/Users/" + at->second.id), 204);
        at->second.deleted = true;
        at->second.last_login = connection.login(user_name);
        for (auto& [name, one] : connection.groups) one.members.erase(user_name);
        return "delete " + user_name;
      case 3: {
        if (!there) return {};
        at->second.active = !at->second.active;
        expect_status(client.patch("/Users/" + at->second.id, replace("active", at->second.active)), 200);
        return (at->second.active ? "enable " : "disable ") + user_name;
      }
      case 4: {
        if (group != connection.groups.end()) return {};
        const auto members = some_users(connection);
        connection.groups[group_name] = {create_group(client, group_name, ids(connection, members)), members};
        return "create " + group_name;
      }
      case 5:
        if (group == connection.groups.end() || below(3) != 0) return {};
        expect_status(client.remove("/Groups/" + group->second.id), 204);
        connection.groups.erase(group);
        return "delete " + group_name;
      case 6:
      case 7: {
        if (group == connection.groups.end() || !there) return {};
        auto& members = group->second.members;
        const bool comes = !members.contains(user_name);
        expect_success(client.patch("/Groups/" + group->second.id,
                                    comes ? add_members({at->second.id}) : remove_members({at->second.id})));
        if (comes)
          members.insert(user_name);
        else
          members.erase(user_name);
        return (comes ? "add " : "remove ") + user_name + " in " + group_name;
      }
      case 8: {
        if (group == connection.groups.end()) return {};
        group->second.members = some_users(connection);
        const json::object body{{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                {"displayName", group_name},
                                {"members", member_values(ids(connection, group->second.members))}};
        expect_status(client.put("/Groups/" + group->second.id, body), 200);
        return "replace members of " + group_name;
      }
      case 9:
        return by_hand(connection);
      case 10: {
        const auto other = connection.group(below(kGroups));
        if (group == connection.groups.end() || connection.groups.contains(other)) return {};
        // Where a deleted group still has the name, the directory keeps the old one.
        if (exists(bridge_.directory(), site().group_dn(other))) return {};
        expect_success(client.patch("/Groups/" + group->second.id, replace("displayName", other)));
        auto renamed = connection.groups.extract(group);
        renamed.key() = other;
        connection.groups.insert(std::move(renamed));
        return "rename " + group_name + " to " + other;
      }
      default:
        if (below(3) != 0) return {};
        return restart(connection);
    }
  }

  static std::string create(Connection& connection, ScimClient& client, const std::string& user_name) {
    const auto id = create_user(client, user_name);
    auto& user = connection.users[user_name];
    const auto login = connection.login(user_name);
    if (user.deleted && user.last_login == login) {
      EXPECT_EQ(user.id, id) << "who comes back is the same";
    }
    if (user.deleted && user.last_login != login) connection.left_logins.insert(user.last_login);
    connection.left_logins.erase(login);
    user = {id};
    return user_name;
  }

  // The administrator puts a stranger, or a user of the connection who was granted nothing there, into a
  // directory group, or takes whom he put there out.
  std::string by_hand(const Connection& connection) {
    const auto name = below(2) == 0 ? std::string("shared") : connection.name + "-own";
    const auto dn = site().group_dn(name);
    if (!exists(bridge_.directory(), dn)) return {};
    const auto who = below(2) == 0 ? stranger(below(kStrangers)).str()
                                   : connection.name + std::to_string(below(kUsers)) + kDomain;
    const auto entry = dn_of(who);
    if (!entry || granted(name).contains(*entry)) return {};
    auto& members = by_hand_[name];
    const bool comes = !members.contains(who);
    if (!comes && values(bridge_.directory(), dn, "member").size() == 1) return {};  // the last one cannot go
    using Op = directory::Modification::Op;
    change(directory::Modify{dn, {{comes ? Op::Add : Op::Delete, "member", {*entry}}}, false, std::nullopt});
    if (comes)
      members.insert(who);
    else
      members.erase(who);
    return "by hand " + who + (comes ? " into " : " out of ") + name;
  }

  // Of a stranger's DN or a user name; nothing when the user never was there.
  std::optional<std::string> dn_of(const std::string& who) const {
    if (who.find('=') != std::string::npos) return who;
    for (const auto& connection : connections_) {
      const auto at = connection.users.find(who);
      if (at == connection.users.end()) continue;
      const auto& user = at->second;
      return site().user_dn(user.deleted ? user.last_login : connection.login(who)).str();
    }
    return std::nullopt;
  }

  // The members' DNs that the connections grant a directory group.
  Names granted(const std::string& directory_group) const {
    Names out;
    for (const auto& connection : connections_)
      for (const auto& [name, group] : connection.groups)
        if (connection.targets(name).contains(directory_group))
          for (const auto& member : group.members) out.insert(site().user_dn(connection.login(member)).str());
    return out;
  }

  std::string restart(Connection& connection) {
    const auto before = connection.rules;
    connection.rules = static_cast<Rules>(below(3));
    if (connection.collides()) connection.rules = before;  // what is refused then is not this model's subject
    EXPECT_EQ(bridge_.stop(), 0);
    bridge_.configure(options());
    bridge_.start();
    for (const auto& one : connections_) bridge_.run_with_config({"apply", one.name, "--yes"});
    for (const auto& one : connections_)
      EXPECT_THAT(bridge_.run_with_config({"plan", one.name}), testing::HasSubstr("0 changes"));
    return "rules " + std::to_string(static_cast<int>(connection.rules)) + " for " + connection.name;
  }

  // Directory groups that somebody may be in, with their members' DNs.
  std::map<std::string, Names> expected_groups() const {
    std::map<std::string, Names> out;
    for (const auto& connection : connections_)
      for (int i = 0; i < kGroups; ++i) {
        const auto name = connection.group(i);
        for (const auto& other : {name, "x-" + name, connection.name + "-own", std::string("shared")})
          out.try_emplace(other, granted(other));
      }
    for (const auto& [name, members] : by_hand_)
      for (const auto& who : members) out[name].insert(dn_of(who).value());
    return out;
  }

  void check() {
    for (const auto& [name, members] : expected_groups()) {
      const auto dn = site().group_dn(name);
      const auto list = exists(bridge_.directory(), dn) ? values(bridge_.directory(), dn, "member")
                                                        : std::vector<std::string>();
      Names seen(list.begin(), list.end());
      seen.erase("cn=dirbridge-placeholder");
      EXPECT_EQ(seen, members) << name;
    }
    for (const auto& connection : connections_) {
      auto client = bridge_.site(connection.name).client();
      for (const auto& [name, user] : connection.users) {
        EXPECT_EQ(client.get("/Users/" + user.id).status, user.deleted ? 404 : 200) << name;
        if (user.deleted) continue;
        EXPECT_THAT(values(bridge_.directory(), site().user_dn(connection.login(name)), "dirbridgeActive"),
                    testing::ElementsAre(user.active ? "TRUE" : "FALSE"))
            << name;
      }
      for (const auto& [name, group] : connection.groups) {
        auto wanted = ids(connection, group.members);
        std::sort(wanted.begin(), wanted.end());
        EXPECT_EQ(member_ids(client, group.id), wanted) << name;
      }
    }
    EXPECT_EQ(foreign(), foreign_);
    const auto seen = reader_->read(deadline_in(std::chrono::seconds(60)));
    EXPECT_EQ(seen.exit_code, 0) << seen.text;
  }

  std::mt19937 random_;
  std::vector<Connection> connections_;
  Bridge bridge_;
  std::map<std::string, Names> by_hand_;  // strangers' DNs and user names, by directory group
  std::string foreign_;
  std::unique_ptr<atlassian::Reader> reader_;
};

TEST_P(Life, IsWhatTheModelSays) {
  std::string story;
  for (int i = 0; i < 120 && !HasFailure(); ++i) {
    try {
      const auto what = step();
      if (what.empty()) continue;
      story += what + "\n";
      check();
    } catch (const std::runtime_error& failure) {
      ADD_FAILURE() << failure.what();
    }
  }
  ASSERT_FALSE(HasFailure()) << story;
}

INSTANTIATE_TEST_SUITE_P(Random, Life, testing::Values(1U, 13U, 20U, 24U, 34U));

}  // namespace
}  // namespace dirbridge::e2e
