#include "suite.hpp"

#include <map>

namespace dirbridge::bench {
namespace {

using Make = std::function<NewScenario(std::size_t in_flight)>;
using Aims = std::map<std::size_t, double>;  // by requests in flight

const Aims no_aims;
const Aims lookup_aims = {{1, 0.40}, {8, 0.55}, {32, 0.60}};
const Aims creation_aims = {{1, 0.90}, {8, 0.90}, {32, 0.90}};
const Aims activation_aims = {{1, 0.80}, {8, 0.90}, {32, 0.90}};
const Aims deletion_aims = {{1, 0.80}, {8, 0.85}, {32, 0.90}};
const Aims listing_aims = {{1, 0.40}};
const Aims reading_aims = {{1, 0.50}};
const Aims merging_aims = {{32, 10}};
constexpr std::size_t largest_group = 100'000;
constexpr std::size_t smallest_merged = 10'000;

Aims membership_aims(std::size_t size) {
  const std::map<std::size_t, double> by_size = {{10, 0.55}, {10'000, 0.80}, {100'000, 0.90}};
  const auto found = by_size.find(size);
  if (found == by_size.end()) return no_aims;
  return {{1, found->second}, {8, found->second}, {32, found->second}};
}

class Suite {
 public:
  Suite(const Options& options, const Processes& processes, const std::function<void(const Series&)>& done)
      : options_(options), processes_(processes), done_(done) {}

  void run(const std::string& name, const std::string& unit, const std::vector<std::size_t>& levels,
           const Aims& aims, const Make& make) {
    if (name.find(options_.only) == std::string::npos) return;
    for (const std::size_t in_flight : levels) {
      Work work{name, unit, in_flight, std::nullopt};
      if (const auto aim = aims.find(in_flight); aim != aims.end()) work.aim = aim->second;
      auto scenario = make(in_flight);
      if (scenario) {
        all_.push_back(run_series(work, **scenario, {options_.pairs, options_.slice}, processes_));
      } else {
        all_.emplace_back();
        all_.back().work = work;
        all_.back().problem = scenario.error().detail;
      }
      done_(all_.back());
    }
  }
  std::vector<Series> take() { return std::move(all_); }

 private:
  const Options& options_;
  const Processes& processes_;
  const std::function<void(const Series&)>& done_;
  std::vector<Series> all_;
};

}  // namespace

std::vector<Series> run_suite(const Options& options, Stage& stage, const Processes& processes,
                              const std::function<void(const Series&)>& done) {
  Suite suite(options, processes, done);
  const auto& levels = options.in_flight;
  std::map<std::size_t, CreatedUsers> created;
  suite.run("GET by id", "request", levels, lookup_aims,
            [&](std::size_t in_flight) { return make_lookup_by_id(stage, in_flight); });
  suite.run("GET userName eq", "request", levels, lookup_aims,
            [&](std::size_t in_flight) { return make_lookup_by_name(stage, in_flight); });
  for (const std::size_t page : {std::size_t{100}, std::size_t{1000}})
    suite.run("list, page " + std::to_string(page), "user", {1}, listing_aims,
              [&](std::size_t) { return make_listing(stage, page); });
  suite.run("POST user", "request", levels, creation_aims,
            [&](std::size_t in_flight) { return make_creation(stage, in_flight, created[in_flight]); });
  suite.run("PATCH active", "request", levels, activation_aims,
            [&](std::size_t in_flight) { return make_activation(stage, in_flight); });
  if (!created.empty())
    suite.run("DELETE user", "request", levels, deletion_aims, [&](std::size_t in_flight) {
      return make_deletion(stage, in_flight, created[in_flight], options.pairs + 1);
    });
  for (const std::size_t size : options.group_sizes)
    suite.run("GET group of " + std::to_string(size), "request", {1},
              size == largest_group ? reading_aims : no_aims,
              [&](std::size_t in_flight) { return make_group_reading(stage, in_flight, size); });
  for (const std::size_t size : options.group_sizes)
    suite.run("PATCH member, group of " + std::to_string(size), "request", levels, membership_aims(size),
              [&](std::size_t in_flight) { return make_membership(stage, in_flight, size); });
  for (const std::size_t size : options.group_sizes)
    if (size >= smallest_merged)
      suite.run("32 PATCH : 1 modify, of " + std::to_string(size), "request", {32}, merging_aims,
                [&](std::size_t in_flight) {
                  return make_membership(stage, {in_flight, 1}, size);
                });
  return suite.take();
}

}  // namespace dirbridge::bench
