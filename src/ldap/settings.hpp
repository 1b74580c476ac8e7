#pragma once
// Where an LDAP directory is and how to talk to it: what configuration gives and the pool needs.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "directory/dn.hpp"

namespace dirbridge::ldap {

struct Settings {
  std::vector<std::string> uris;  // in order of preference: ldap://, ldaps://, ldapi://
  directory::Dn bind_dn;          // empty with ldapi:// and sasl_external
  Secret password;
  bool sasl_external = false;
  bool start_tls = false;
  std::string ca_file;  // PEM; empty: the system's trust store
  bool verify_hostname = true;
  std::size_t pool_size = 8;                         // connections at most
  std::chrono::milliseconds connect_timeout{5'000};  // TCP + TLS + bind together
  // Overrides of what the root DSE says; absent: as advertised (with the dialect's hidden ones added).
  std::optional<bool> assertion;
  std::optional<bool> post_read;
  std::optional<bool> permissive_modify;
};

}  // namespace dirbridge::ldap
