#include "lived_in_fixture.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::test {

void LivedIn::SetUp() {
  ConnectionFixture::SetUp();
  const auto base = server().user_base();
  const auto made = ldap_add(server(), As::Admin,
                             "dn: ou=emea," + base + "\nobjectClass: organizationalUnit\n\ndn: ou=leavers," +
                                 server().group_base() + "\nobjectClass: organizationalUnit\n");
  ASSERT_EQ(made.exit_code, 0) << made.output;
  reopen();
}

void LivedIn::TearDown() {
  at_.reset();
  ConnectionFixture::TearDown();
}

void LivedIn::reopen(const TestConnection::Adjust& adjust) {
  at_.reset();
  at_ = std::make_unique<TestConnection>(server(), "okta", adjust);
}

void LivedIn::reopen_adopting(std::vector<mapping::MatchBy> by) {
  reopen([&](mapping::Rules& rules) { rules.user_options.adopt = std::move(by); });
}

void LivedIn::by_hand(const std::string& dn, const std::string& more) {
  const auto made = ldap_add(server(), As::Admin, "dn: " + dn + "\nobjectClass: inetOrgPerson\n" + more);
  ASSERT_EQ(made.exit_code, 0) << made.output;
}

Result<json::object> LivedIn::try_post(const std::string& name, const std::string& more) {
  json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                    {"userName", name}};
  const auto rest = json::parse("{" + more + "}");
  for (const auto& [key, value] : rest.get_object()) body[key] = value;
  return at().users->create(body, soon());
}

std::string LivedIn::post(const std::string& name, const std::string& more) {
  auto made = try_post(name, more);
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? id_of(*made) : std::string();
}

Result<provision::Patched> LivedIn::try_patch(const std::string& id, const std::string& value) {
  return at().users->patch(
      id,
      json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":)"
                  R"("replace","value":)" +
                  value + "}]}"),
      {}, provision::Members::Load, soon());
}

void LivedIn::patch(const std::string& id, const std::string& value) {
  const auto done = try_patch(id, value);
  EXPECT_TRUE(done) << (done ? "" : done.error().detail);
}

std::vector<std::string> LivedIn::lines_of(const std::string& dn) {
  const auto text = ldap_search(server(), As::Admin, {"-b", dn, "-s", "base", "(objectClass=*)", "*"}).output;
  std::vector<std::string> out;
  for (const auto line : split(text, '\n')) out.emplace_back(line);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> LivedIn::uids(const std::string& dn) {
  const auto entry = directory::read(at().pool, directory::Dn::parse(dn).value(), {"uid"}, soon());
  EXPECT_TRUE(entry && *entry) << dn;
  return entry && *entry ? (*entry)->attributes.values("uid") : std::vector<std::string>();
}

std::vector<std::string> LivedIn::user_names(const std::string& filter) {
  provision::Query query;
  query.filter = scim::parse_filter(filter, at().users->type()).value();
  query.filter_text = filter;
  auto page = at().users->list(query, soon());
  EXPECT_TRUE(page) << (page ? "" : page.error().detail);
  std::vector<std::string> out;
  if (page)
    for (const auto& user : page->resources) out.emplace_back(user.at("userName").as_string());
  return out;
}

std::vector<std::string> LivedIn::found_by_login(const std::string& login) {
  auto found = directory::search(at().pool,
                                 {at().rules.user_base,
                                  directory::Scope::Subtree,
                                  directory::Filter::equal(mapping::login_attribute(at().rules), login),
                                  {"1.1"},
                                  0},
                                 soon());
  EXPECT_TRUE(found) << (found ? "" : found.error().detail);
  std::vector<std::string> out;
  if (found)
    for (const auto& entry : *found) out.push_back(entry.dn.str());
  return out;
}

}  // namespace dirbridge::test
