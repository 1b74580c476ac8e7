#pragma once
// The process's metrics in one registry, served as Prometheus text by the admin listener. Thread-safe.
// A folder keeps its own families in a small struct next to its code and names what happened, not the
// counter.
#include <memory>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace dirbridge::metrics {

prometheus::Registry& registry();
std::string to_text();  // Prometheus text exposition format 0.0.4

}  // namespace dirbridge::metrics
