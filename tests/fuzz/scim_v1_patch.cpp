// Any bytes as a PATCH of SCIM 1.1: what comes out is a PATCH of 2.0 that the core reads, or refuses with a
// reason; and no answer is lost on its way back.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <cstdlib>

#include "scim/json_text.hpp"
#include "scim/messages.hpp"
#include "scim/patch.hpp"
#include "scim/v1.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = scim::parse_body({reinterpret_cast<const char*>(data), size}, {1 << 16});
  if (!body) return 0;
  const auto patch = scim::v1_patch_to_v2(*body);
  if (!patch) {
    require(!patch.error().detail.empty());
  } else {
    require(patch->at("Operations").is_array());
    for (const auto* type : {&scim::standard_catalog().user, &scim::standard_catalog().group}) {
      const auto parsed = scim::parse_patch(*type, *patch);
      if (!parsed) require(parsed.error().kind != ErrorKind::InvalidSyntax);
    }
  }
  if (body->is_object()) {
    const auto translated = scim::v1_resource_to_v2(*body);
    require(translated.is_object());
    scim::v1_answer(body->get_object());
  }
  return 0;
}
