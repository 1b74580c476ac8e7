#pragma once
// Brings everything that a connection keeps to what its rules say now: each user, each group, and what
// belongs to no single one. What is there already is left alone, so that a second time changes nothing.
// Blocks.
#include <cstddef>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

struct Converged {
  std::size_t users = 0;   // looked at
  std::size_t groups = 0;  // looked at
  std::size_t changed = 0;
  struct Failure {
    std::string what;  // "User 019…"
    Error error;
  };
  std::vector<Failure> failures;  // everything else goes on
};

// The error is one that keeps all of it from being done, such as a directory that is away.
Result<Converged> converge_all(const Context& context);

}  // namespace dirbridge::provision
