#pragma once
// Which scenarios are run, in which order, and what is aimed at.
#include <functional>
#include <vector>

#include "memory_use.hpp"
#include "options.hpp"
#include "runner.hpp"

namespace dirbridge::bench {

// Runs everything the options ask for; `done` is told each series as it ends.
std::vector<Series> run_suite(const Options& options, Stage& stage, const Processes& processes,
                              const std::function<void(const Series&)>& done);

}  // namespace dirbridge::bench
