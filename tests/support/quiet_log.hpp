#pragma once
// Errors alone are logged as long as it lives: walks by chance write thousands of lines otherwise.
#include "base/log.hpp"

namespace dirbridge::test {

class QuietLog {
 public:
  QuietLog() { log::set_level(log::Level::Error); }
  ~QuietLog() { log::set_level(log::Level::Info); }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;
};

}  // namespace dirbridge::test
