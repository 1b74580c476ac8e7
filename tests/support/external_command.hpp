#pragma once
// Runs a program of the system from a test: the LDAP command line tools, openssl, curl.
#include <string>
#include <vector>

namespace dirbridge::test {

// A folder below TMPDIR that goes with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  // The path of a new file with this content, mode 0600.
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

struct CommandResult {
  int exit_code = -1;  // -1: it could not be run, or took longer than a minute; output says why
  std::string output;  // standard output and error
};
// Arguments without a shell; `input` is its standard input, `environment` has NAME=value.
CommandResult run_command(const std::vector<std::string>& arguments, const std::string& input = {},
                          const std::vector<std::string>& environment = {});

}  // namespace dirbridge::test
