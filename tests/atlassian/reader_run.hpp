#pragma once
// Runs Atlassian's reader (tests/atlassian) as a child process and gives its answer as a value. A call blocks
// until the program ends; passwords go through the environment. Not for product code.
#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace dirbridge::atlassian {

struct ReaderCall {
  boost::json::object settings;  // the product's keys: ldap.url, ldap.userdn, ...
  Secret password;               // of ldap.userdn
  Secret login_password;
  std::vector<std::string> arguments;  // beside --settings and --json
};

struct Seen {
  int exit_code = 0;
  boost::json::object json;  // what the reader printed; empty when it printed something else
  std::string text;          // as printed, for failure messages

  std::string check(int number) const;    // "ok", "failed", "skipped"
  std::string details(int number) const;  // of that check, joined by newlines
  std::vector<std::string> user_names() const;
  const boost::json::object* user(std::string_view name) const;  // nullptr: the product would not know it
  bool has_group(std::string_view name) const;
  std::vector<std::string> members(std::string_view group) const;
};

// Temporary files (settings, output) are made in `folder`, which the caller owns.
Seen read_directory(const ReaderCall& call, const std::string& folder, Deadline deadline);

// A reader that stays, for many readings with the same settings: starting Java costs more than reading.
// Not thread-safe.
class Reader {
 public:
  Reader(const ReaderCall& call, const std::string& folder);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Seen read(Deadline deadline);

 private:
  std::string name_;  // of its files, without their endings
  std::FILE* wishes_;
  int readings_ = 0;
};

}  // namespace dirbridge::atlassian
