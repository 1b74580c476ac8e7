#include "operate/gate.hpp"

#include <utility>

namespace dirbridge::operate {

Result<> Gate::passed() const {
  if (is_open()) return {};
  const std::lock_guard lock(mutex_);
  return error(ErrorKind::Unavailable, "not ready since the start: " + waits_for_);
}

void Gate::wait_for(std::string what) {
  const std::lock_guard lock(mutex_);
  waits_for_ = std::move(what);
}

}  // namespace dirbridge::operate
