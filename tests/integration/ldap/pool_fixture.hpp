#pragma once
// A pool on a private slapd, bound as the bridge's own account, and short ways to make changes and requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ldap/pool.hpp"
#include "support/dn.hpp"
#include "support/slapd_fixture.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

inline ldap::Settings settings_for(const slapd::PrivateSlapd& server) {
  ldap::Settings settings;
  settings.uris = {server.uri()};
  settings.bind_dn = dn(server.bridge_dn());
  settings.password = server.bridge_password();
  return settings;
}

inline directory::Change add_user(const slapd::PrivateSlapd& server, const std::string& uid) {
  const auto base = dn(server.user_base());
  return {
      directory::Add{base.child(directory::Rdn("uid", uid)),
                     {{"objectClass", {"inetOrgPerson"}}, {"uid", {uid}}, {"cn", {uid}}, {"sn", {"Test"}}}},
      "test"};
}

inline directory::Dn user_dn(const slapd::PrivateSlapd& server, const std::string& uid) {
  return dn(server.user_base()).child(directory::Rdn("uid", uid));
}

inline directory::SearchRequest base_search(const directory::Dn& of, std::vector<std::string> attributes) {
  return {of, directory::Scope::Base, directory::Filter::everything(), std::move(attributes), 0};
}

inline directory::Change modify(const directory::Dn& of, std::vector<directory::Modification> modifications,
                                bool permissive) {
  return {directory::Modify{of, std::move(modifications), permissive, std::nullopt}, "test"};
}

template <class T>
std::string detail(const Result<T>& result) {
  return result ? std::string("success")
                : std::string(to_string(result.error().kind)) + ": " + result.error().detail;
}

template <class T>
testing::AssertionResult has_kind(ErrorKind expected, const Result<T>& result) {
  if (!result && result.error().kind == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "not " << to_string(expected) << " but " << detail(result);
}
#define EXPECT_KIND(expected, result) EXPECT_TRUE(::dirbridge::test::has_kind(expected, result))

}  // namespace dirbridge::test
