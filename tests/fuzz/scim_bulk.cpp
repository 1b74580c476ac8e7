// Any bytes as a Bulk message. Every operation is planned exactly once, nothing waits for itself, and what is
// taken out of a resource no longer refers to anything.
#include <boost/json/object.hpp>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "scim/bulk_plan.hpp"
#include "scim/json_text.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_plan(const scim::BulkRequest& request) {
  const auto units = scim::plan_bulk(request);
  std::vector<int> seen(request.operations.size());
  for (const auto& unit : units) {
    for (const auto operation : unit.operations) ++seen.at(operation);
    for (const auto* others : {&unit.needs, &unit.follows})
      for (const auto other : *others) require(other < units.size() && &units[other] != &unit);
  }
  for (const auto count : seen) require(count == 1);
}

void check_references(scim::BulkOperation operation) {
  const auto names = scim::references(operation);
  auto resolved = operation;
  scim::CreatedIds created;
  for (const auto& name : names) created.emplace(name, "0");
  scim::resolve_references(resolved.data, created);
  scim::resolve_references(resolved.id, created);
  require(scim::references(resolved).empty());
  if (!operation.data.is_object()) return;
  scim::take_references(operation.data.get_object(), names);
  operation.id.clear();
  require(scim::references(operation).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto message = scim::parse_body({reinterpret_cast<const char*>(data), size}, {1 << 16});
  if (!message) return 0;
  const auto request = scim::parse_bulk(scim::standard_catalog(), std::move(*message));
  if (!request) return 0;
  check_plan(*request);
  for (const auto& operation : request->operations) check_references(operation);
  return 0;
}
