// Any bytes as a filter: a tree or an error. A tree prints to text that parses to the same tree, and can be
// evaluated.
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>

#include "scim/catalog.hpp"
#include "scim/filter.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

const boost::json::object& sample() {
  static const boost::json::value resource = boost::json::parse(R"({
    "id":"1","externalId":"E","userName":"Bj","active":true,"title":"ÄÖ","name":{"familyName":"J"},
    "emails":[{"value":"a@x","type":"work","primary":true},{"value":"b@x"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"7"}},
    "meta":{"lastModified":"2011-05-13T04:42:34Z"}})");
  return resource.get_object();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& type = scim::standard_catalog().user;
  auto filter = scim::parse_filter({reinterpret_cast<const char*>(data), size}, type);
  if (!filter) {
    require(filter.error().kind == ErrorKind::InvalidFilter);
    return 0;
  }
  const auto text = to_string(*filter);
  const auto again = scim::parse_filter(text, type);
  // Escapes and parentheses may make the canonical text longer than the limits allow.
  require(again ? to_string(*again) == text : text.size() > size);
  const bool matched = matches(*filter, sample());
  require(!again || matches(*again, sample()) == matched);
  mentions(*filter, "members");
  return 0;
}
