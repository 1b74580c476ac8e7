// What the dialect active_directory makes of a configuration.
#include <gmock/gmock.h>

#include <algorithm>

#include "config/loader.hpp"
#include "doctor/atlassian_form.hpp"
#include "problems.hpp"

namespace dirbridge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ConfigResult configured_directory(const std::string& uri, const std::string& members) {
  return parse_config(R"({"directories": {"main": {
    "dialect": "active_directory", "uris": [")" +
                          uri + R"("],
    "bind_dn": "cn=dirbridge,dc=example,dc=org", "bind_password": {"file": "secrets/ldap"},
    "user_base": "ou=people,dc=example,dc=org", "group_base": "ou=groups,dc=example,dc=org",
    "bridge_base": "ou=dirbridge,dc=example,dc=org" )" +
                          members + R"(}}, "connections": {"entra": {"directory": "main"}}})",
                      "/etc/dirbridge");
}

std::vector<std::string> directory_problems(const std::string& uri, const std::string& members) {
  return problems(configured_directory(uri, members));
}

constexpr auto kUri = "ldaps://dc1.example.org";

TEST(ActiveDirectoryConfig, has_defaults_of_its_own) {
  EXPECT_THAT(directory_problems(kUri, ""), IsEmpty());
  const auto directory = configured_directory(kUri, "")->directories.at("main");
  EXPECT_EQ(directory.dialect, Dialect::ActiveDirectory);
  EXPECT_EQ(directory.user_naming_attribute, "sAMAccountName");
  EXPECT_EQ(directory.unique_id_attribute, "objectGUID");
}

TEST(ActiveDirectoryConfig, wants_an_encrypted_connection) {
  EXPECT_THAT(directory_problems("ldap://127.0.0.1", ""),
              ElementsAre(HasSubstr("$.directories.main.uris: Active Directory")));
  EXPECT_THAT(directory_problems("ldap://127.0.0.1", R"(, "start_tls": true)"), IsEmpty());
}

TEST(ActiveDirectoryConfig, says_what_does_not_exist_there) {
  EXPECT_THAT(directory_problems(kUri, R"(, "user_naming_attribute": "uid")"),
              ElementsAre(HasSubstr("$.directories.main.user_naming_attribute")));
  EXPECT_THAT(directory_problems(kUri, R"(, "password": "hash")"),
              ElementsAre(HasSubstr("$.directories.main.password")));
  EXPECT_THAT(directory_problems(kUri, R"(, "disable": {"ppolicy_lock": true})"),
              ElementsAre(HasSubstr("$.directories.main.disable.ppolicy_lock")));
  EXPECT_THAT(directory_problems(kUri, R"(, "dialect2": "x")"), ElementsAre(HasSubstr("dialect2")));
}

TEST(ActiveDirectoryConfig, products_are_told_their_own_words) {
  auto directory = configured_directory(kUri, R"(, "disable": {"mark": false, "account_lock": true})")
                       ->directories.at("main");
  const auto fields = doctor::atlassian_settings(directory).value();
  const auto field = [&](const std::string& label) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const doctor::FormField& one) { return one.label == label; });
    return at == fields.end() ? doctor::FormField() : *at;
  };
  EXPECT_EQ(field("Directory type").value, "Microsoft Active Directory");
  EXPECT_EQ(field("User object filter").value, "(&(objectCategory=Person)(sAMAccountName=*))");
  EXPECT_THAT(field("User object filter").why, HasSubstr("disabled users stay listed, as inactive"));
  EXPECT_EQ(field("User name attribute").value, "sAMAccountName");
  EXPECT_EQ(field("User name RDN attribute").value, "cn");
  EXPECT_EQ(field("User unique ID attribute").value, "objectGUID");
  EXPECT_EQ(field("Group object class").value, "group");
  directory.disable.mark = true;
  EXPECT_EQ(doctor::atlassian_user_filter(directory).str(),
            "(&(&(objectCategory=Person)(sAMAccountName=*))(!(dirbridgeActive=FALSE)))");
}

}  // namespace
}  // namespace dirbridge::config
