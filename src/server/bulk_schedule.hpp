#pragma once
// Runs the units of a Bulk request: independent ones at the same time, dependent ones in order. The caller's
// thread works, and up to a few helpers with it.
#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

#include "scim/bulk_plan.hpp"

namespace dirbridge::server {

// How many threads all Bulk requests of a service may have beside the workers that handle them: whatever they
// hold, a request can always go on alone. Thread-safe.
class BulkHelpers {
 public:
  std::size_t take(std::size_t wanted);  // at most so many
  void give_back(std::size_t count);

 private:
  static constexpr std::size_t most = 8;
  std::atomic<std::size_t> free_{most};
};

// Calls `run` once per unit, from several threads; it must not throw. After it returned false, units that
// have not begun stay undone. With OneByOne nothing runs at the same time, and units run in the order of the
// request as far as that order can be kept.
enum class BulkPace { Together, OneByOne };
void run_units(const std::vector<scim::BulkUnit>& units, BulkPace pace, BulkHelpers& helpers,
               const std::function<bool(const scim::BulkUnit&)>& run);

}  // namespace dirbridge::server
