// Any bytes as a PATCH message. What comes out is canonical, the input resource stays, and the short way for
// group members gives the same as applying to the loaded group.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "scim/catalog.hpp"
#include "scim/json_text.hpp"
#include "scim/patch.hpp"
#include "scim/resource.hpp"

namespace {

using namespace dirbridge;
namespace json = boost::json;

void require(bool holds) {
  if (!holds) std::abort();
}

const json::value& user() {
  static const json::value resource = json::parse(R"({
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "id":"1","userName":"bj","active":true,"title":"T","name":{"familyName":"J","givenName":"B"},
    "emails":[{"value":"a@x","type":"work","primary":true},{"value":"b@x","type":"home"}],"roles":[{"value":"r"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"7"}}})");
  return resource;
}

const json::value& group() {
  static const json::value resource =
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],
    "id":"1","displayName":"g","members":[{"value":"a"},{"value":"b"}]})");
  return resource;
}

std::set<std::string> members_of(const json::object& resource) {
  std::set<std::string> ids;
  if (const auto* members = resource.if_contains("members"))
    for (const auto& member : members->as_array()) ids.emplace(member.at("value").as_string());
  return ids;
}

void compare_with_split(const scim::PatchResult& applied, const scim::GroupPatch& split) {
  if (split.needs_members) return;
  auto ids = members_of(group().get_object());
  if (split.members.replace_all) ids.clear();
  for (const auto& id : split.members.remove) ids.erase(id);
  ids.insert(split.members.add.begin(), split.members.add.end());
  require(ids == members_of(applied.resource));
}

void run(const scim::ResourceType& type, const json::object& before, const json::value& message) {
  const auto operations = scim::parse_patch(type, message);
  if (!operations) return;
  const auto split = scim::split_members(*operations);
  const auto result = scim::apply(type, before, *operations, {});
  if (!result) return;
  auto copy = result->resource;
  require(copy.erase("id") == 1);
  const auto canonical = scim::read_resource(type, copy, scim::ReadMode::Request);
  require(canonical.has_value() && canonical->resource == copy);
  if (type.name == "Group" && split) compare_with_split(*result, *split);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = scim::parse_body({reinterpret_cast<const char*>(data), size}, {1 << 16});
  if (!message) return 0;
  run(scim::standard_catalog().user, user().get_object(), *message);
  run(scim::standard_catalog().group, group().get_object(), *message);
  return 0;
}
