#include "doctor/atlassian_form.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "support/dn.hpp"

namespace dirbridge::doctor {
namespace {

using test::dn;
using testing::HasSubstr;

config::DirectoryConfig sample() {
  config::DirectoryConfig config;
  config.uris = {"ldapi:///", "ldaps://ldap.example.org", "ldap://other"};
  config.user_base = dn("ou=people,dc=example,dc=org");
  config.group_base = dn("ou=jira,ou=groups,DC=Example,dc=org");
  config.bridge_base = dn("ou=dirbridge,dc=example,dc=org");
  config.atlassian =
      config::BindConfig{dn("cn=jira,dc=example,dc=org"), {config::SecretSource::From::File, "/etc/secret"}};
  return config;
}

// The value of a property in the JSON form; "-" when it is not there.
std::string property(const config::DirectoryConfig& config, std::string_view key) {
  const auto kept = properties_of(atlassian_settings(config).value());
  const auto* value = kept.if_contains(key);
  return value ? std::string(value->as_string().c_str()) : "-";
}

TEST(AtlassianSettings, the_form_has_one_base_and_two_additions) {
  EXPECT_EQ(property(sample(), "ldap.basedn"), "dc=example,dc=org");
  EXPECT_EQ(property(sample(), "ldap.user.dn"), "ou=people");
  EXPECT_EQ(property(sample(), "ldap.group.dn"), "ou=jira,ou=groups");
}

TEST(AtlassianSettings, users_and_groups_may_share_a_base) {
  auto config = sample();
  config.group_base = config.user_base;
  EXPECT_EQ(property(config, "ldap.basedn"), "ou=people,dc=example,dc=org");
  EXPECT_EQ(property(config, "ldap.user.dn"), "");
  EXPECT_EQ(property(config, "ldap.group.dn"), "");
}

TEST(AtlassianSettings, bases_without_a_common_one_cannot_be_expressed) {
  auto config = sample();
  config.group_base = dn("ou=groups,dc=elsewhere");
  EXPECT_EQ(atlassian_settings(config).error().kind, ErrorKind::InvalidValue);
}

TEST(AtlassianSettings, products_use_the_first_uri_they_can) {
  EXPECT_EQ(property(sample(), "ldap.url"), "ldaps://ldap.example.org:636");
  auto config = sample();
  config.uris = {"ldap://[::1]:1389"};
  EXPECT_EQ(property(config, "ldap.url"), "ldap://[::1]:1389");
}

TEST(AtlassianSettings, the_user_filter_hides_disabled_users) {
  EXPECT_EQ(property(sample(), "ldap.user.filter"),
            "(&(objectClass=inetOrgPerson)(!(dirbridgeActive=FALSE)))");
  auto config = sample();
  config.disable = {false, true};
  EXPECT_EQ(property(config, "ldap.user.filter"), "(objectClass=inetOrgPerson)");
}

TEST(AtlassianSettings, names_our_shape_where_the_defaults_do_not_fit) {
  EXPECT_EQ(property(sample(), "ldap.user.username"), "uid");
  EXPECT_EQ(property(sample(), "ldap.external.id"), "entryUUID");
  EXPECT_EQ(property(sample(), "ldap.group.objectclass"), "groupOfNames");
  EXPECT_EQ(property(sample(), "ldap.group.usernames"), "member");
  EXPECT_EQ(property(sample(), "ldap.pagedresults"), "true");
  EXPECT_EQ(property(sample(), "ldap.nestedgroups.disabled"), "true");
  EXPECT_EQ(property(sample(), "ldap.usermembership.use"), "false");
}

TEST(AtlassianSettings, B6_groups_are_of_the_configured_class) {
  auto config = sample();
  config.group_class = directory::GroupClass::UniqueNames;
  EXPECT_EQ(property(config, "ldap.group.objectclass"), "groupOfUniqueNames");
  EXPECT_EQ(property(config, "ldap.group.filter"), "(objectClass=groupOfUniqueNames)");
  EXPECT_EQ(property(config, "ldap.group.usernames"), "uniqueMember");
}

TEST(AtlassianSettings, without_an_account_there_is_no_made_up_one) {
  auto config = sample();
  config.atlassian.reset();
  EXPECT_EQ(property(config, "ldap.userdn"), "-");
  EXPECT_EQ(property(sample(), "ldap.userdn"), "cn=jira,dc=example,dc=org");
}

TEST(AtlassianSettings, each_field_says_what_is_typed_and_what_is_kept) {
  const auto document = to_json(atlassian_settings(sample()).value());
  const auto& fields = document.at("fields").as_array();
  const auto field = [&](std::string_view label) {
    for (const auto& one : fields)
      if (one.at("label").as_string() == label) return one.as_object();
    return boost::json::object();
  };
  const auto interval = field("Synchronisation interval (minutes)");
  EXPECT_EQ(interval.at("section"), "Advanced settings");
  EXPECT_EQ(interval.at("value"), "60");
  EXPECT_EQ(interval.at("property"), "directory.cache.synchronise.interval");
  EXPECT_EQ(interval.at("kept"), "3600");
  EXPECT_THAT(std::string(interval.at("why").as_string()), HasSubstr("how long until"));
  const auto password = field("Password");
  EXPECT_EQ(password.at("value"), "(file /etc/secret)");
  EXPECT_FALSE(password.contains("property"));
  EXPECT_FALSE(password.contains("kept"));
}

}  // namespace
}  // namespace dirbridge::doctor
