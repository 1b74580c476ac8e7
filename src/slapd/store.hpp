#pragma once
// What a private slapd needs on disk before it runs: passwords, certificates, cn=config, data. Each step
// keeps what is there already. The caller holds the DirectoryLock. Errors as in private_slapd.hpp.
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "slapd/config_ldif.hpp"
#include "slapd/options.hpp"

namespace dirbridge::slapd {

struct Accounts {
  Secret admin;
  Secret bridge;
  Secret reader;
};

// slapd, its modules and its schema files; Unavailable when one is missing.
Result<Installation> find_installation();

struct Store {
  const Options& options;
  const Names& names;
  const Installation& installation;
  std::string directory;
  Accounts accounts;
};

// Passwords: those of the last run in this directory, else those of the options, else random.
Result<Accounts> settle_accounts(const Options& options, const std::string& directory);
// Certificates, configuration, content.
Result<> prepare(const Store& store, Deadline deadline);

struct Endpoints {
  std::string uri;
  std::string ldaps_uri;
  std::string ldapi_uri;
  std::string ca_file;
};
std::string credentials_path(const std::string& directory);
// Shell variables, mode 0600.
Result<> write_credentials(const Store& store, const Endpoints& endpoints);

// The last lines of what a program printed, on one line: for an error's detail.
std::string last_words(const std::string& output);

}  // namespace dirbridge::slapd
