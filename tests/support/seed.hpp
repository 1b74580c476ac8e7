#pragma once
// Where walks by chance begin.
#include <cstdlib>

namespace dirbridge::test {

// SEED of the environment, for a search; else always the same.
inline unsigned seed_of_walks() {
  const auto* chosen = std::getenv("SEED");  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
  return chosen ? static_cast<unsigned>(std::strtoul(chosen, nullptr, 10)) : 20261130;
}

}  // namespace dirbridge::test
