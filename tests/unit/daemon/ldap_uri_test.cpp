#include "daemon/ldap_uri.hpp"

#include <gmock/gmock.h>

namespace dirbridge::daemon {
namespace {

TEST(LdapUri, knows_default_ports_and_brackets) {
  EXPECT_EQ(parse_ldap_uri("ldap://a.example")->port, 389);
  EXPECT_EQ(parse_ldap_uri("LDAPS://a.example/")->port, 636);
  EXPECT_EQ(parse_ldap_uri("ldap://[::1]:1389")->host, "::1");
  EXPECT_EQ(parse_ldap_uri("ldap://[::1]:1389")->port, 1389);
  EXPECT_EQ(parse_ldap_uri("ldapi://%2Frun%2Fslapd%2Fldapi")->host, "/run/slapd/ldapi");
  EXPECT_EQ(parse_ldap_uri("ldapi:///")->host, "");
}

TEST(LdapUri, refuses_everything_else) {
  for (const auto* const bad :
       {"", "a.example", "http://a", "ldap://", "ldap://:389", "ldap://a:0", "ldap://a:65536", "ldap://a:x",
        "ldap://a/dc=b", "ldap://a b", "ldap://[::1", "ldap://[::1]x", "ldapi:///run/x", "ldapi://%2",
        "ldapi://%zz", "ldapi://%00", "ldap://u@a"}) {
    EXPECT_FALSE(parse_ldap_uri(bad)) << bad;
  }
}

TEST(LdapUri, knows_what_stays_on_the_machine) {
  EXPECT_TRUE(parse_ldap_uri("ldap://127.0.0.1")->is_loopback());
  EXPECT_TRUE(parse_ldap_uri("ldapi:///")->is_loopback());
  EXPECT_FALSE(parse_ldap_uri("ldap://ldap.example.org")->is_loopback());
}

}  // namespace
}  // namespace dirbridge::daemon
