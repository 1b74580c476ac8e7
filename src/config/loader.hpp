#pragma once
// Configuration file -> Config, or every problem there is at once, so that the administrator corrects them in
// one go. Pure functions apart from reading the file.
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace dirbridge::config {

struct Problem {
  std::string path;     // JSON path: $.directories.main.uris[0]
  std::string message;  // what is wrong
  std::string hint;     // what to do about it; may be empty
};

struct Problems {
  std::vector<Problem> list;
};
[[noreturn]] void throw_exception_from_error(const Problems& problems, const boost::source_location& where);

using ConfigResult = boost::system::result<Config, Problems>;

constexpr std::size_t max_config_bytes = 1024 * 1024;

ConfigResult load_config(const std::string& path);
// `folder`: what relative file names in the configuration are relative to.
ConfigResult parse_config(std::string_view text, const std::string& folder);

// Files and variables the configuration names that cannot be used: secrets, certificates, keys, CA files.
// Apart from parse_config, since a command that does not need a secret must work without the right to read
// it.
std::vector<Problem> unusable_files(const Config& config);

// "path: message (hint)", one line.
std::string to_string(const Problem& problem);

}  // namespace dirbridge::config
