#pragma once
// What processes and the machine have used, as the kernel counts it.
#include <sys/types.h>

#include <cstddef>

namespace dirbridge::bench {

// User and system time of all threads of a process, those that ended included. Zero when there is no such
// process.
double cpu_seconds(pid_t pid);

struct Memory {
  std::size_t resident_kb = 0;
  std::size_t peak_kb = 0;
  std::size_t anonymous_kb = 0;  // the part of resident_kb that is not file pages
};
Memory memory_of(pid_t pid);

// Time that all processors together were not idle, since boot.
double machine_busy_seconds();

}  // namespace dirbridge::bench
