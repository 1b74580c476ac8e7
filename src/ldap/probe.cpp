#include "ldap/probe.hpp"

#include <array>
#include <atomic>

#include "base/metrics.hpp"

namespace dirbridge::ldap::probe {

namespace {

constexpr std::array<const char*, verb_count> verbs = {"add",    "modify", "rename",
                                                       "delete", "search", "compare"};
constexpr std::size_t outcome_count =
    static_cast<std::size_t>(ErrorKind::Internal) + 2;  // each kind, and "ok"

const prometheus::Histogram::BucketBoundaries& buckets() {
  static const prometheus::Histogram::BucketBoundaries seconds{0.0002, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10};
  return seconds;
}

struct Families {
  prometheus::Gauge& open;
  prometheus::Counter& failures;
  prometheus::Histogram& waits;
  prometheus::Family<prometheus::Counter>& operations;
  std::array<prometheus::Histogram*, verb_count> times{};
};

// Filled as they are first needed, so that an observation costs no look-up by label.
std::array<std::array<std::atomic<prometheus::Counter*>, outcome_count>, verb_count> counters{};

Families make_families() {
  auto& registry = metrics::registry();
  auto& times = prometheus::BuildHistogram()
                    .Name("dirbridge_ldap_operation_seconds")
                    .Help("Time from sending an LDAP request to its final answer")
                    .Register(registry);
  Families families{prometheus::BuildGauge()
                        .Name("dirbridge_ldap_connections")
                        .Help("Open connections to LDAP servers")
                        .Register(registry)
                        .Add({}),
                    prometheus::BuildCounter()
                        .Name("dirbridge_ldap_connect_failures_total")
                        .Help("Attempts to connect and bind to an LDAP server that failed")
                        .Register(registry)
                        .Add({}),
                    prometheus::BuildHistogram()
                        .Name("dirbridge_ldap_pool_wait_seconds")
                        .Help("Time a request waited for a free LDAP connection, when it had to")
                        .Register(registry)
                        .Add({}, buckets()),
                    prometheus::BuildCounter()
                        .Name("dirbridge_ldap_operations_total")
                        .Help("LDAP requests by verb and outcome")
                        .Register(registry)};
  for (std::size_t i = 0; i < verb_count; ++i)
    families.times[i] = &times.Add({{"verb", verbs[i]}}, buckets());
  return families;
}

Families& families() {
  static Families instance = make_families();
  return instance;
}

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

void connection_opened() {
  families().open.Increment();
}
void connection_closed() {
  families().open.Decrement();
}
void connect_failed() {
  families().failures.Increment();
}
void waited_for_connection(std::chrono::steady_clock::duration time) {
  families().waits.Observe(seconds(time));
}

void operation_done(Verb verb, const Result<>& result, std::chrono::steady_clock::duration time) {
  auto& f = families();
  const auto row = static_cast<std::size_t>(verb);
  const auto column = result ? std::size_t{0} : static_cast<std::size_t>(result.error().kind) + 1;
  auto* counter = counters[row][column].load(std::memory_order_acquire);
  if (!counter) {  // Add() answers the same object to every thread
    const auto outcome = result ? std::string("ok") : std::string(to_string(result.error().kind));
    counter = &f.operations.Add({{"verb", verbs[row]}, {"outcome", outcome}});
    counters[row][column].store(counter, std::memory_order_release);
  }
  counter->Increment();
  f.times[row]->Observe(seconds(time));
}

}  // namespace dirbridge::ldap::probe
