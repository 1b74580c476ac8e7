#include "machine.hpp"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace dirbridge::bench {

double cpu_seconds(pid_t pid) {
  clockid_t clock = 0;
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

Memory memory_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  Memory memory;
  std::string name;
  while (status >> name) {
    if (name == "VmRSS:") status >> memory.resident_kb;
    if (name == "VmHWM:") status >> memory.peak_kb;
    if (name == "RssAnon:") status >> memory.anonymous_kb;
    std::getline(status, name);
  }
  return memory;
}

double machine_busy_seconds() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, irq = 0, soft_irq = 0;
  stat >> cpu >> user >> nice >> system >> idle >> io_wait >> irq >> soft_irq;
  return (user + nice + system + irq + soft_irq) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace dirbridge::bench
