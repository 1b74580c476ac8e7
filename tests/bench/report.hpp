#pragma once
// The results for people (a table) and for programs (JSON).
#include <cstdio>
#include <string>
#include <vector>

#include "memory_use.hpp"
#include "options.hpp"
#include "runner.hpp"

namespace dirbridge::bench {

void print_heading(const Options& options);
void print_series(const Series& series);
void print_memory(const MemoryUse& memory);

Result<> write_json(const std::string& path, const Options& options, const std::vector<Series>& series,
                    const MemoryUse& memory);

}  // namespace dirbridge::bench
