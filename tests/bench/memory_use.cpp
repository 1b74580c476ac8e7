#include "memory_use.hpp"

#include "scenarios.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::size_t idle_connections = 500;
constexpr std::size_t in_flight = 20;  // a bridge may refuse more requests at once than its queue holds

}  // namespace

void measure_listing_memory(Stage& stage, pid_t bridge, MemoryUse& memory) {
  memory.idle = memory_of(bridge);
  auto listing = make_listing(stage, 1000);
  if (!listing) {
    memory.problem = listing.error().detail;
    return;
  }
  const Slice slice = (*listing)->bridge_slice(std::chrono::milliseconds(1));
  memory.listed = slice.listed;
  memory.after_listing = memory_of(bridge);
  auto verified = (*listing)->verify();
  if (slice.failed > 0) {
    memory.problem = slice.first_failure;
  } else if (!verified) {
    memory.problem = verified.error().detail;
  }
}

void measure_connection_memory(Stage& stage, pid_t bridge, MemoryUse& memory) {
  const std::vector<HttpRequest> requests(
      in_flight, {stage.bridge.request("GET", "/Users/" + stage.population.users.front().id, {}), {}});
  const Memory before = memory_of(bridge);
  std::vector<std::unique_ptr<HttpLoad>> loads;
  for (std::size_t opened = 0; opened < idle_connections; opened += in_flight) {
    auto load = HttpLoad::connect(stage.bridge.port(), in_flight);
    if (!load) {
      memory.problem = load.error().detail;
      return;
    }
    Schedule schedule(Schedule::Order::Once, requests.size(), 0);
    const Slice slice = (*load)->run(requests, schedule, std::chrono::seconds(60));
    if (slice.failed > 0) memory.problem = slice.first_failure;
    loads.push_back(std::move(*load));
  }
  const Memory after = memory_of(bridge);
  const double grown = static_cast<double>(after.resident_kb) - static_cast<double>(before.resident_kb);
  memory.connection_kb = grown / static_cast<double>(idle_connections);
}

}  // namespace dirbridge::bench
