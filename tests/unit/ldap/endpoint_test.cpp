#include "ldap/endpoint.hpp"

#include <gtest/gtest.h>

namespace dirbridge::ldap {
namespace {

TEST(Endpoint, TakesTheThreeSchemes) {
  const auto plain = parse_endpoint("ldap://ldap.example.org");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->kind, Endpoint::Kind::Plain);
  EXPECT_EQ(plain->host, "ldap.example.org");
  EXPECT_EQ(plain->port, 389);

  const auto tls = parse_endpoint("ldaps://[::1]:1636/");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->kind, Endpoint::Kind::Tls);
  EXPECT_EQ(tls->host, "::1");
  EXPECT_EQ(tls->port, 1636);
  EXPECT_EQ(parse_endpoint("ldaps://a")->port, 636);

  const auto local = parse_endpoint("ldapi://%2Frun%2Fslapd%2Fother");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->kind, Endpoint::Kind::Local);
  EXPECT_EQ(local->host, "/run/slapd/other");
  EXPECT_EQ(parse_endpoint("ldapi:///")->host, "/run/slapd/ldapi");
}

TEST(Endpoint, RefusesWhatIsNoServer) {
  for (const auto* uri :
       {"", "ldap.example.org", "http://ldap.example.org", "ldap://", "ldaps:///dc=example,dc=org",
        "ldap://a/dc=example,dc=org??sub?(uid=x)", "cldap://a", "ldap://a:99999999999"}) {
    const auto endpoint = parse_endpoint(uri);
    ASSERT_FALSE(endpoint) << uri;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::InvalidValue) << uri;
  }
}

}  // namespace
}  // namespace dirbridge::ldap
