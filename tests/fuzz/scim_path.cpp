// Any bytes as a PATCH path: a target or an error. The target's canonical name leads to the same target.
#include <cstdint>
#include <cstdlib>

#include "scim/catalog.hpp"
#include "scim/path.hpp"

namespace {

using namespace dirbridge;

void parse(const scim::ResourceType& type, std::string_view text) {
  const auto path = scim::parse_path(text, type);
  if (!path) {
    if (path.error().kind != ErrorKind::InvalidPath && path.error().kind != ErrorKind::InvalidFilter)
      std::abort();
    return;
  }
  if (scim::resolve(type, to_string(path->target)) != path->target) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse(scim::standard_catalog().user, text);
  parse(scim::standard_catalog().group, text);
  return 0;
}
