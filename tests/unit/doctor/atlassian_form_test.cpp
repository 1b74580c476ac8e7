#include "doctor/atlassian_form.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace dirbridge::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;

directory::Dn dn(std::string_view text) {
  return directory::Dn::parse(text).value();
}

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
  const auto json = boost::json::parse(to_form_json(atlassian_settings(config).value()));
  const auto* value = json.as_object().if_contains(key);
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

TEST(AtlassianSettings, people_read_boxes_and_minutes_not_properties) {
  const auto text = to_form_text(atlassian_settings(sample()).value());
  EXPECT_THAT(text, HasSubstr("  Enable nested groups: off\n"));
  EXPECT_THAT(text, HasSubstr("  Use SSL: on\n"));
  EXPECT_THAT(text, HasSubstr("  Synchronisation interval (minutes): 60\n"));
  EXPECT_THAT(text, HasSubstr("  Additional user DN: ou=people\n"));
  EXPECT_THAT(text, HasSubstr("  Password: (file /etc/secret)\n"));
  EXPECT_THAT(text, Not(HasSubstr("ldap.user.filter")));
}

}  // namespace
}  // namespace dirbridge::doctor
