#include "daemon/version.hpp"

namespace dirbridge::daemon {

std::string_view version() {
  return DIRBRIDGE_VERSION;
}

}  // namespace dirbridge::daemon
