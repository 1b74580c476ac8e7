#pragma once
// Files and folders of a private slapd. Errors: Internal with path and reason, NotFound for what is missing.
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"

namespace dirbridge::slapd {

// The absolute path of a program: looked for in `folders`, then in PATH. Empty when there is none.
std::string find_program(const std::string& name, const std::vector<std::string>& folders);
// The first of `folders` that has the file; empty when none has.
std::string find_folder_with(const std::string& file, const std::vector<std::string>& folders);

std::string system_reason(int number);  // what an errno means

Result<std::string> read_file(const std::string& path);
std::string read_file_or_empty(const std::string& path);
// Written under another name and renamed, so that a reader never sees half of it. Mode 0600.
Result<> write_private_file(const std::string& path, const std::string& text);

// A new folder below TMPDIR or /tmp, mode 0700.
Result<std::string> make_temporary_folder();
Result<> make_folder(const std::string& path);  // with its parents; 0700 when it is new

// While it lives, no other DirectoryLock on the same folder can be had: Busy. Gone when the process dies.
class DirectoryLock {
 public:
  static Result<DirectoryLock> take(const std::string& folder);

 private:
  explicit DirectoryLock(int fd) : file_(fd) {}
  Descriptor file_;
};

}  // namespace dirbridge::slapd
