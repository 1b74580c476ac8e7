// What of a changed configuration takes effect while the bridge runs.
#include "config/take_over.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace dirbridge::config {
namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

json::object directory(const std::string& base) {
  return {{"uris", {"ldap://127.0.0.1"}},        {"bind_dn", "cn=b," + base},
          {"bind_password", {{"file", "ldap"}}}, {"user_base", "ou=people," + base},
          {"group_base", "ou=groups," + base},   {"bridge_base", "ou=dirbridge," + base}};
}

json::object document() {
  return {{"server", {{"listen", "127.0.0.1:8080"}}},
          {"directories", {{"main", directory("dc=org")}}},
          {"connections", {{"okta", {{"directory", "main"}}}, {"entra", {{"directory", "main"}}}}}};
}

Config parsed(const json::object& document) {
  auto out = parse_config(json::serialize(document), "/etc/dirbridge");
  EXPECT_TRUE(out) << to_string(out.error().list.front());
  return std::move(*out);
}

class TakeOver : public testing::Test {
 protected:
  json::object& section(const std::string& key) { return next_[key].as_object(); }
  json::object& connection(const std::string& name) { return section("connections")[name].as_object(); }
  TakenOver taken_over() const {
    auto out = take_over(running_, parsed(next_));
    EXPECT_TRUE(out) << to_string(out.error().list.front());
    return std::move(*out);
  }
  std::vector<std::string> waiting() const { return taken_over().waiting; }
  Config taken() const { return taken_over().config; }
  bool as_written(const std::string& name) const { return is_as_written(taken(), parsed(next_), name); }

  const Config running_ = parsed(document());
  json::object next_ = document();
};

TEST_F(TakeOver, NothingWaitsWhenNothingChanged) {
  section("server")["limits"] = {{"workers", 8}};
  next_["admin"] = {{"listen", "127.0.0.1:8081"}};
  EXPECT_THAT(waiting(), IsEmpty()) << "what is written out is the default";
  EXPECT_TRUE(as_written("okta"));
}

TEST_F(TakeOver, EachSectionThatWaitsIsNamed) {
  section("server") = {
      {"listen", "127.0.0.1:8443"}, {"tls", {{"certificate_file", "c.pem"}, {"key_file", "k.pem"}}},
      {"limits", {{"workers", 9}}}, {"base_path", "/other"},
      {"alias_paths", {"/alias"}},  {"public_url", "https://scim.example"}};
  next_["admin"] = {{"listen", "127.0.0.1:9999"}};
  next_["audit"] = {{"enabled", false}};
  next_["log"] = {{"level", "debug"}};
  section("directories")["main"].as_object()["pool_size"] = 3;
  section("directories")["second"] = directory("dc=com");
  connection("okta")["default_page_size"] = 7;
  EXPECT_THAT(waiting(), ElementsAre("$.server.listen", "$.server.base_path", "$.server.alias_paths",
                                     "$.server.limits.workers", "$.admin.listen", "$.audit.enabled",
                                     "$.audit.file", "$.audit.max_bytes", "$.audit.files",
                                     "$.directories.main.pool_size", "$.directories.second", "$.server.tls"));
  const auto mixed = taken();
  EXPECT_EQ(mixed.server.listen, running_.server.listen);
  EXPECT_FALSE(mixed.server.tls);
  EXPECT_EQ(mixed.server.limits, running_.server.limits);
  EXPECT_EQ(mixed.server.base_path, "/scim");
  EXPECT_THAT(mixed.server.alias_paths, IsEmpty());
  EXPECT_EQ(mixed.admin, running_.admin);
  EXPECT_EQ(mixed.audit, running_.audit);
  EXPECT_EQ(mixed.directories.size(), 1U);
  EXPECT_EQ(mixed.directories.at("main").pool_size, running_.directories.at("main").pool_size);
  EXPECT_EQ(mixed.server.public_url, "https://scim.example") << "the rest takes effect";
  EXPECT_EQ(mixed.log_level, log::Level::Debug);
  EXPECT_EQ(mixed.connections.at("okta").behaviour.default_page_size, 7U);
  EXPECT_THAT(
      take_over(mixed, parsed(next_))->waiting,
      ElementsAre("$.server.listen", "$.server.base_path", "$.server.alias_paths", "$.server.limits.workers",
                  "$.admin.listen", "$.audit.enabled", "$.audit.file", "$.audit.max_bytes", "$.audit.files",
                  "$.directories.main.pool_size", "$.directories.second", "$.server.tls"))
      << "it waits until there is a restart";
}

TEST_F(TakeOver, ACertificateOfAnotherNameTakesEffect) {
  const json::object tls{{"certificate_file", "c.pem"}, {"key_file", "k.pem"}};
  auto before = document();
  before["server"].as_object()["tls"] = tls;
  section("server")["tls"] = {{"certificate_file", "d.pem"}, {"key_file", "k.pem"}};
  const auto out = take_over(parsed(before), parsed(next_));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->config.server.tls->certificate_file, "/etc/dirbridge/d.pem");
}

TEST_F(TakeOver, AConnectionWithoutARunningDirectoryWaits) {
  section("directories")["second"] = directory("dc=com");
  section("connections")["new"] = {{"directory", "second"}};
  section("connections")["also-new"] = {{"directory", "main"}};
  connection("okta") = {{"directory", "second"}, {"default_page_size", 7}};
  section("connections").erase("entra");
  EXPECT_THAT(waiting(), UnorderedElementsAre("$.directories.second", "$.connections.new.directory",
                                              "$.connections.okta.directory"));
  const auto mixed = taken();
  EXPECT_FALSE(mixed.connections.contains("new"));
  EXPECT_FALSE(mixed.connections.contains("entra"));
  EXPECT_TRUE(mixed.connections.contains("also-new"));
  EXPECT_EQ(mixed.connections.at("okta").directory, "main") << "stays as it was";
  EXPECT_EQ(mixed.connections.at("okta").behaviour.default_page_size, 100U);
  EXPECT_TRUE(as_written("also-new"));
  EXPECT_FALSE(as_written("okta"));
}

TEST_F(TakeOver, RulesOfADirectoryThatWaitsAreNotThoseOfTheFile) {
  section("directories")["main"].as_object()["user_base"] = "ou=staff,dc=org";
  connection("okta")["default_page_size"] = 7;
  EXPECT_FALSE(as_written("okta"));
  EXPECT_FALSE(as_written("entra"));
}

TEST_F(TakeOver, RulesThatOnlyFitTheNewDirectoryAreRefused) {
  auto before = document();
  before["directories"].as_object()["main"].as_object()["disable"] = {{"mark", false},
                                                                      {"strip_groups", true}};
  connection("okta")["users"] = {{"adopt", {"userName"}}};
  const auto out = take_over(parsed(before), parsed(next_));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().list.front().path, "$.connections.okta.users.adopt");
}

TEST_F(TakeOver, ChangesOfAConnectionAreSeen) {
  connection("okta")["users"] = {{"on_delete", "delete"}};
  connection("entra")["default_page_size"] = 7;
  const auto next = parsed(next_);
  EXPECT_TRUE(has_changed(running_, next, "okta"));
  EXPECT_TRUE(has_other_rules(running_, next, "okta"));
  EXPECT_TRUE(has_changed(running_, next, "entra"));
  EXPECT_FALSE(has_other_rules(running_, next, "entra"));
  EXPECT_FALSE(has_changed(running_, parsed(document()), "okta"));
}

}  // namespace
}  // namespace dirbridge::config
