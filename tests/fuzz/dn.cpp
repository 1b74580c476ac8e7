// Distinguished names from configuration and from the directory: whatever parses can be taken apart and put
// together.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "directory/dn.hpp"

using dirbridge::directory::Dn;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto dn = Dn::parse({reinterpret_cast<const char*>(data), size});
  if (!dn || dn->empty()) return 0;
  const auto rebuilt = dn->parent().child(dn->rdn());
  if (!(rebuilt == *dn) || !dn->is_within(dn->parent())) std::abort();
  return 0;
}
