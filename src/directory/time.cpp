#include "directory/time.hpp"

#include <ctime>

namespace dirbridge::directory {

std::string to_generalized_time(WallTime t) {
  const auto seconds = std::chrono::system_clock::to_time_t(t);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &parts)};
}

}  // namespace dirbridge::directory
