// One case per line on standard input: {"type": "User", "resource": {…}, "operations": […], "no_match":
// "create"|"error"}. One answer per line: {"resource": {…}} after the operations, or {"error": "noTarget"}.
// Ends with its input.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "scim/catalog.hpp"
#include "scim/json_text.hpp"
#include "scim/messages.hpp"
#include "scim/patch.hpp"
#include "scim/resource.hpp"

namespace {

namespace json = boost::json;
using namespace dirbridge;

json::object failure(const Error& error) {
  return {{"error", scim::error_status(error.kind).scim_type}, {"detail", error.detail}};
}

json::object answer(json::object test) {
  const auto& type = *scim::standard_catalog().find_type(std::string_view(test.at("type").as_string()));
  const auto id = test.at("resource").at("id");
  auto read = scim::read_resource(type, test.at("resource"), scim::ReadMode::Pulled);
  if (!read) return failure(read.error());
  read->resource["id"] = id;
  auto operations = scim::parse_patch(type, json::object{{"Operations", test.at("operations")}});
  if (!operations) return failure(operations.error());
  using NoMatch = scim::PatchPolicy::NoMatch;
  const scim::PatchPolicy policy{test.at("no_match") == "create" ? NoMatch::Create : NoMatch::NoTarget};
  auto patched = scim::apply(type, read->resource, *operations, policy);
  if (!patched) return failure(patched.error());
  return {{"resource", std::move(patched->resource)}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);)
    std::cout << scim::serialize(answer(json::parse(line).as_object())) << std::endl;
}
