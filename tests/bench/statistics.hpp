#pragma once
// The few statistics of the benchmark: medians with their range, and percentiles.
#include <vector>

namespace dirbridge::bench {

struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
};

// Of no values: all zero.
Spread spread(std::vector<double> values);

// The value below which `fraction` (0..1) of the values lie, nearest rank. Of no values: zero.
double percentile(std::vector<float> values, double fraction);

}  // namespace dirbridge::bench
