// Any bytes as the body of POST /.search and as the query of GET: parameters or an error that names a field.
#include <cstdint>
#include <cstdlib>

#include "scim/catalog.hpp"
#include "scim/json_text.hpp"
#include "scim/sort.hpp"
#include "server/query_parameters.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Result<server::QueryParameters>& parameters) {
  if (!parameters) return require(!parameters.error().field.empty());
  if (parameters->sort_order) scim::is_descending(*parameters->sort_order);
  if (!parameters->sort_by) return;
  const auto sort = scim::parse_sort(scim::standard_catalog().user, *parameters->sort_by);
  if (!sort) return require(sort.error().field == "sortBy");
  require(!scim::sort_key(*sort, {{"userName", "x"}}).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto body = scim::parse_body(bytes, {64 * 1024})) check(server::read_search_request(*body));
  if (const auto target = http::parse_target("/Users?" + std::string(bytes)))
    check(server::read_query(*target));
  return 0;
}
