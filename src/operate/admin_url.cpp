#include "operate/admin_url.hpp"

namespace dirbridge::operate {

std::string admin_url(const config::Listen& admin) {
  auto address = admin.address;
  if (address == "0.0.0.0") address = "127.0.0.1";
  if (address == "::") address = "::1";
  if (address.find(':') != std::string::npos) address = "[" + address + "]";
  return "http://" + address + ":" + std::to_string(admin.port);
}

}  // namespace dirbridge::operate
