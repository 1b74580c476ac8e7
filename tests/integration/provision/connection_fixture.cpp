#include "connection_fixture.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "support/dn.hpp"

namespace dirbridge::test {

namespace {

ldap::Settings settings_of(const slapd::PrivateSlapd& server) {
  return settings_for(server.uri(), server.bridge_dn(), server.bridge_password());
}

}  // namespace

ldap::Settings settings_for(const std::string& uri, const std::string& bind_dn, const Secret& password) {
  ldap::Settings settings;
  settings.uris = {uri};
  settings.bind_dn = dn(bind_dn);
  settings.password = password;
  return settings;
}

ldap::Settings as_administrator(const slapd::PrivateSlapd& server) {
  return settings_for(server.uri(), server.admin_dn(), server.admin_password());
}

mapping::Rules rules_on(const slapd::Names& names, const std::string& connection,
                        const TestConnection::Adjust& adjust) {
  mapping::Rules rules;
  rules.connection = connection;
  rules.user_base = dn(names.user_base);
  rules.group_base = dn(names.group_base);
  rules.bridge_base = dn(names.bridge_base);
  rules.group_shape.placeholder = dn("cn=dirbridge-placeholder");
  adjust(rules);
  return rules;
}

TestConnection::TestConnection(slapd::PrivateSlapd& server, const std::string& name, const Adjust& adjust,
                               provision::Handover* handover, sync::Journal* journal)
    : PoolHolder{ldap::Pool(settings_of(server))},
      ConnectionParts(pool, rules_on(server.names(), name, adjust), handover, journal) {}

void ConnectionFixture::SetUp() {
  SlapdFixture::SetUp();
  connection_ = std::make_unique<TestConnection>(server(), "okta");
}

void ConnectionFixture::TearDown() {
  connection_.reset();
  SlapdFixture::TearDown();
}

json::object ConnectionFixture::add_user(const std::string& name, const std::string& more) {
  const auto body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                    "\"" + (more.empty() ? "" : "," + more) + "}";
  auto made = users().create(json::parse(body), soon());
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? *made : json::object();
}

json::object ConnectionFixture::add_group(const std::string& name, const std::vector<std::string>& ids) {
  json::array members;
  for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
  json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                    {"displayName", name}};
  body["members"] = members;
  auto made = groups().create(body, soon());
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? *made : json::object();
}

json::object ConnectionFixture::patch_group(const std::string& id, const std::string& operations) {
  const auto body =
      R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":)" + operations + "}";
  auto done = groups().patch(id, json::parse(body), {}, provision::Members::Load, soon());
  EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  return done ? done->resource : json::object();
}

json::object ConnectionFixture::group(const std::string& id) {
  auto found = groups().find(id, provision::Members::Load, soon());
  EXPECT_TRUE(found) << (found ? "" : found.error().detail);
  return found ? *found : json::object();
}

std::vector<std::string> ConnectionFixture::member_ids(const json::object& group) {
  std::vector<std::string> out;
  if (const auto* members = group.if_contains("members"))
    for (const auto& member : members->get_array()) out.emplace_back(member.at("value").get_string());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> ConnectionFixture::values(const std::string& name, const std::string& attribute) {
  auto entry = directory::read(connection_->pool, dn(name), {attribute}, soon());
  EXPECT_TRUE(entry) << (entry ? "" : entry.error().detail);
  if (!entry || !*entry) return {};
  const auto* found = (*entry)->attributes.find(attribute);
  auto out = found ? *found : std::vector<std::string>();
  std::sort(out.begin(), out.end());
  return out;
}

bool ConnectionFixture::exists(const std::string& name) {
  auto entry = directory::read(connection_->pool, dn(name), {"1.1"}, soon());
  EXPECT_TRUE(entry) << (entry ? "" : entry.error().detail);
  return entry && entry->has_value();
}

std::string id_of(const json::object& resource) {
  const auto* id = resource.if_contains("id");
  return id ? std::string(id->get_string()) : std::string();
}

json::value member_operation(const std::string& op, const std::vector<std::string>& ids) {
  json::array members;
  for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
  return json::object{
      {"schemas", json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
      {"Operations", json::array{json::object{{"op", op}, {"path", "members"}, {"value", members}}}}};
}

}  // namespace dirbridge::test
