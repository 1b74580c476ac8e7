#include "group_option_fixture.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "provision/upkeep/converge.hpp"

namespace dirbridge::test {

void GroupOption::TearDown() {
  connections_.clear();
  SlapdFixture::TearDown();
}

TestConnection& GroupOption::connect_with(const TestConnection::Adjust& adjust, const std::string& name) {
  connections_[name] = std::make_unique<TestConnection>(server(), name, adjust);
  return *connections_[name];
}

TestConnection& GroupOption::connect(const Adjust& adjust, const std::string& name) {
  return connect_with([&](mapping::Rules& rules) { adjust(rules.group_options); }, name);
}

TestConnection& GroupOption::at(const std::string& name) {
  return *connections_.at(name);
}

std::string GroupOption::add_user(const std::string& name, const std::string& connection) {
  auto made =
      at(connection)
          .users->create(
              json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                          "\"}"),
              soon());
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? id_of(*made) : "";
}

Result<json::object> GroupOption::try_group(const std::string& name, const Names& member_ids,
                                            const std::string& connection) {
  json::array members;
  for (const auto& id : member_ids) members.emplace_back(json::object{{"value", id}});
  json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                    {"displayName", name}};
  body["members"] = members;
  return at(connection).groups->create(body, soon());
}

std::string GroupOption::add_group(const std::string& name, const Names& member_ids,
                                   const std::string& connection) {
  auto made = try_group(name, member_ids, connection);
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? id_of(*made) : "";
}

void GroupOption::change(const std::string& group, const std::string& op, const Names& member_ids,
                         const std::string& connection) {
  auto done =
      at(connection)
          .groups->patch(group, member_operation(op, member_ids), {}, provision::Members::Leave, soon());
  EXPECT_TRUE(done) << (done ? "" : done.error().detail);
}

void GroupOption::rename(const std::string& group, const std::string& name, const std::string& connection) {
  auto done =
      at(connection)
          .groups->patch(group,
                         json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":")" +
                                     name + "\"}]}"),
                         {}, provision::Members::Leave, soon());
  EXPECT_TRUE(done) << (done ? "" : done.error().detail);
}

void GroupOption::set_active(const std::string& user, bool active) {
  auto done = at().users->patch(
      user,
      json::parse(std::string(R"({"Operations":[{"op":"replace","path":"active","value":)") +
                  (active ? "true" : "false") + "}]}"),
      {}, provision::Members::Leave, soon());
  EXPECT_TRUE(done) << (done ? "" : done.error().detail);
}

json::object GroupOption::shown(const std::string& group, const std::string& connection) {
  auto found = at(connection).groups->find(group, provision::Members::Load, soon());
  EXPECT_TRUE(found) << (found ? "" : found.error().detail);
  return found ? *found : json::object();
}

GroupOption::Names GroupOption::members(const std::string& group, const std::string& connection) {
  Names out;
  const auto resource = shown(group, connection);
  if (const auto* list = resource.if_contains("members"))
    for (const auto& member : list->get_array()) out.emplace_back(member.at("value").get_string());
  std::sort(out.begin(), out.end());
  return out;
}

bool GroupOption::converge(const std::string& connection) {
  bool changed = false;
  for (auto* resources : {at(connection).users.get(), at(connection).groups.get()}) {
    const auto all = resources->list({.filter = {}, .filter_text = {}, .sort = {}, .sort_text = {}}, soon());
    EXPECT_TRUE(all) << (all ? "" : all.error().detail);
    if (!all) return changed;
    for (const auto& one : all->resources) {
      auto done = resources->converge(id_of(one), soon());
      EXPECT_TRUE(done) << (done ? "" : done.error().detail);
      changed = changed || (done && *done);
    }
  }
  auto rest = provision::converge_groups(at(connection).context, soon());
  EXPECT_TRUE(rest) << (rest ? "" : rest.error().detail);
  return changed || (rest && *rest);
}

GroupOption::Names GroupOption::people_in(const std::string& name) {
  const auto text = ldap_search(server(), As::Admin, {"-b", group_dn(name), "-s", "base", "member"}).output;
  Names out;
  std::size_t at = 0;
  while ((at = text.find("\nmember: ", at)) != std::string::npos) {
    at += 9;
    auto dn = text.substr(at, text.find('\n', at) - at);
    if (dn == "cn=dirbridge-placeholder") continue;
    const auto base = "," + server().user_base();
    if (dn.starts_with("uid=") && dn.ends_with(base)) dn = dn.substr(4, dn.size() - 4 - base.size());
    out.push_back(std::move(dn));
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool GroupOption::has_group(const std::string& name) {
  return count_entries(
             ldap_search(server(), As::Admin, {"-b", group_dn(name), "-s", "base", "1.1"}).output) == 1;
}

void GroupOption::ldif(const std::string& text) {
  EXPECT_EQ(ldap_modify(server(), As::Admin, text).exit_code, 0) << text;
}

void GroupOption::make_by_hand(const std::string& name, const Names& logins) {
  std::string text =
      "dn: " + group_dn(name) + "\nchangetype: add\nobjectClass: groupOfNames\ncn: " + name + "\n";
  for (const auto& login : logins) text += "member: " + user_dn(login) + "\n";
  if (logins.empty()) text += "member: cn=somebody,dc=example,dc=org\n";
  ldif(text);
}

std::size_t GroupOption::records(const std::string& filter) {
  return count_entries(
      ldap_search(server(), As::Admin, {"-b", server().bridge_base(), filter, "1.1"}).output);
}

}  // namespace dirbridge::test
