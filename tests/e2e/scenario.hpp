#pragma once
// Fixture of the scenarios: one bridge for the whole program, a connection and a subtree of its own for each
// test. The environment variable DIRECTORY_SERVER says on which server: openldap (default), 389ds or
// samba.
#include <gtest/gtest.h>

#include "e2e/steps.hpp"

namespace dirbridge::e2e {

class Scenario : public testing::Test {
 public:
  static std::string unique_id();  // the attribute by which the products follow a rename
  // Somebody who is no resource, for whom an administrator makes a member: on Active Directory only entries
  // can be members.
  std::string by_hand_member() const;

 protected:
  Scenario();

  static Bridge& bridge();
  static directory::Directory& directory() { return bridge().directory(); }
  static const Site& next_site();  // one that no test has used

  std::vector<std::string> members(const std::string& group) const {
    return values(directory(), site_.group_dn(group), "member");
  }
  std::string dn_of(const std::string& user) const { return site_.user_dn(user).str(); }
  std::string entry_id(const std::string& user) const {
    return values(directory(), site_.user_dn(user), unique_id()).at(0);
  }
  atlassian::Seen see(const std::vector<std::string>& arguments = {}) const {
    return bridge().see(site_, arguments, Secret());
  }

  const Site& site_;
  ScimClient client_;
};

// The members of an empty group are the placeholder, or none on servers that allow it: Each(kPlaceholder).
inline const std::string kPlaceholder = "cn=dirbridge-placeholder";

}  // namespace dirbridge::e2e
