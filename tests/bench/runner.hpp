#pragma once
// Runs one scenario: slices of the bridge and of direct LDAP in turn, with the processor time of all
// processes measured around each, then the verification.
#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "scenarios.hpp"
#include "statistics.hpp"

namespace dirbridge::bench {

struct Work {
  std::string name;
  std::string unit = "request";
  std::size_t in_flight = 1;
  std::optional<double> aim;  // least ratio of the rates, bridge to direct
};

struct SideResult {
  std::vector<double> rates;  // of each slice
  std::vector<float> latencies_us;
  double units = 0;
  double requests = 0;
  double bridge_cpu_us = 0;  // in all slices together
  double slapd_cpu_us = 0;
  double generator_cpu_us = 0;
};

struct Series {
  Work work;
  SideResult bridge;
  SideResult direct;
  std::vector<double> ratios;  // of the slices that followed each other
  double foreign_share = 0;    // of the machine's processor time in the slices, used by none of our processes
  std::size_t failed = 0;      // requests without a good answer
  std::string problem;         // empty: everything was acknowledged and found in the directory
};

struct Processes {
  pid_t bridge = 0;
  pid_t slapd = 0;
};

struct Rhythm {
  std::size_t pairs = 0;
  std::chrono::milliseconds slice{0};
};

Series run_series(const Work& work, Scenario& scenario, const Rhythm& rhythm, const Processes& processes);

}  // namespace dirbridge::bench
