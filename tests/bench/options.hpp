#pragma once
// What the command line asks for.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dirbridge::bench {

struct Options {
  std::string bridge_program;
  std::size_t users = 10'000;
  std::vector<std::size_t> group_sizes = {10, 1'000, 10'000};
  std::vector<std::size_t> in_flight = {1, 8, 32};
  std::chrono::milliseconds slice{700};
  std::size_t pairs = 7;  // measured ones; one more is run first and thrown away
  bool tuned = false;     // slapd without the index on member
  bool fsync = true;
  bool ldapi = false;
  std::string only;  // part of a scenario's name; empty: all
  std::string json_file;
  std::string folder;  // kept; empty: a temporary one, removed
};

// nullopt after the usage or what is wrong was printed; `exit_code` is set then.
std::optional<Options> parse_options(int argc, char** argv, int& exit_code);

}  // namespace dirbridge::bench
