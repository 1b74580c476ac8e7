#pragma once
// Entries that the tests of the private slapd write.
#include <string>

#include "slapd/private_slapd.hpp"

namespace dirbridge::test {

inline std::string user_dn(const slapd::PrivateSlapd& server, const std::string& uid) {
  return "uid=" + uid + "," + server.user_base();
}

// `more`: further LDIF lines.
inline std::string user_ldif(const slapd::PrivateSlapd& server, const std::string& uid,
                             const std::string& more) {
  return "dn: " + user_dn(server, uid) +
         "\nobjectClass: inetOrgPerson\nobjectClass: dirbridgeUser\nuid: " + uid + "\ncn: " + uid +
         "\nsn: " + uid + "\ndirbridgeId: 019aa000-0000-7000-8000-000000000001\ndirbridgeConnection: test\n" +
         more + "\n";
}

inline std::string group_dn(const slapd::PrivateSlapd& server, const std::string& cn) {
  return "cn=" + cn + "," + server.group_base();
}

inline std::string group_ldif(const slapd::PrivateSlapd& server, const std::string& cn,
                              const std::string& member) {
  return "dn: " + group_dn(server, cn) + "\nobjectClass: groupOfNames\ncn: " + cn + "\nmember: " + member +
         "\n\n";
}

}  // namespace dirbridge::test
