#include "runner.hpp"

#include <unistd.h>

#include <algorithm>

#include "machine.hpp"

namespace dirbridge::bench {
namespace {

struct Usage {
  double bridge = 0;
  double slapd = 0;
  double ourselves = 0;
  double machine = 0;
};

Usage usage_of(const Processes& processes) {
  return {cpu_seconds(processes.bridge), cpu_seconds(processes.slapd), cpu_seconds(::getpid()),
          machine_busy_seconds()};
}

struct Totals {
  double foreign = 0;
  double available = 0;
};

template <class RunSlice>
double measure(RunSlice run_slice, const Processes& processes, SideResult& side, Series& series,
               Totals& totals) {
  const Usage before = usage_of(processes);
  Slice slice = run_slice();
  const Usage after = usage_of(processes);
  const double bridge = after.bridge - before.bridge;
  const double slapd = after.slapd - before.slapd;
  const double ourselves = after.ourselves - before.ourselves;
  const double ours = bridge + slapd + ourselves;
  totals.foreign += std::max(0.0, after.machine - before.machine - ours);
  totals.available += slice.seconds * static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
  side.rates.push_back(slice.rate());
  side.latencies_us.insert(side.latencies_us.end(), slice.latencies_us.begin(), slice.latencies_us.end());
  side.units += static_cast<double>(slice.units());
  side.requests += static_cast<double>(slice.acknowledged.size());
  side.bridge_cpu_us += bridge * 1e6;
  side.slapd_cpu_us += slapd * 1e6;
  side.generator_cpu_us += ourselves * 1e6;
  series.failed += slice.failed;
  if (slice.failed > 0 && series.problem.empty()) series.problem = slice.first_failure;
  if (slice.acknowledged.empty() && series.problem.empty()) series.problem = "a slice without any answer";
  return slice.rate();
}

}  // namespace

Series run_series(const Work& work, Scenario& scenario, const Rhythm& rhythm, const Processes& processes) {
  Series series;
  series.work = work;
  Totals totals;
  for (std::size_t pair = 0; pair <= rhythm.pairs && series.problem.empty(); ++pair) {
    Series warm_up;
    Series& into = pair == 0 ? warm_up : series;
    const double bridge =
        measure([&] { return scenario.bridge_slice(rhythm.slice); }, processes, into.bridge, into, totals);
    const double direct =
        measure([&] { return scenario.direct_slice(rhythm.slice); }, processes, into.direct, into, totals);
    if (pair > 0 && direct > 0) series.ratios.push_back(bridge / direct);
    if (pair == 0) {
      series.problem = warm_up.problem;
      series.failed = warm_up.failed;
    }
  }
  series.foreign_share = totals.available > 0 ? totals.foreign / totals.available : 0;
  auto verified = scenario.verify();
  if (!verified && series.problem.empty()) series.problem = verified.error().detail;
  return series;
}

}  // namespace dirbridge::bench
