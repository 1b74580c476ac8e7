#pragma once
// Resident memory of the bridge at rest, after listing every user, and for each idle keep-alive connection.
#include "machine.hpp"
#include "scenario.hpp"

namespace dirbridge::bench {

struct MemoryUse {
  Memory idle;           // just started
  Memory after_listing;  // every user once, by pages of 1000
  Memory at_end;         // after all scenarios
  double connection_kb = 0;
  std::size_t listed = 0;
  std::string problem;
};

// The two that want a fresh process. `processes.bridge` has served nothing but a few requests.
void measure_listing_memory(Stage& stage, pid_t bridge, MemoryUse& memory);

// Opens connections, sends one request on each, and leaves them idle.
void measure_connection_memory(Stage& stage, pid_t bridge, MemoryUse& memory);

}  // namespace dirbridge::bench
