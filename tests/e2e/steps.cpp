#include "e2e/steps.hpp"

#include <algorithm>
#include <stdexcept>

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
constexpr auto kReadTime = 30s;

constexpr auto kUserUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr auto kGroupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

directory::Dn parse(const std::string& dn) {
  auto parsed = directory::Dn::parse(dn);
  if (!parsed) throw std::runtime_error(dn + ": " + parsed.error().detail);
  return *parsed;
}

}  // namespace

json::object user_resource(const std::string& user_name, const json::object& more) {
  json::object resource = {{"schemas", {kUserUrn}}, {"userName", user_name}, {"active", true}};
  for (const auto& member : more) resource[member.key()] = member.value();
  return resource;
}

std::string create_user(ScimClient& client, const std::string& user_name, const json::object& more) {
  const auto answer = client.post("/Users", user_resource(user_name, more));
  expect_status(answer, 201);
  return answer.text("id");
}

std::string create_group(ScimClient& client, const std::string& name, const std::vector<std::string>& ids) {
  const json::object body = {
      {"schemas", {kGroupUrn}}, {"displayName", name}, {"members", member_values(ids)}};
  const auto answer = client.post("/Groups", body);
  expect_status(answer, 201);
  return answer.text("id");
}

json::array member_values(const std::vector<std::string>& ids) {
  json::array list;
  for (const auto& id : ids) list.push_back(json::object{{"value", id}});
  return list;
}

json::value add_members(const std::vector<std::string>& ids) {
  return operation("add", "members", member_values(ids));
}

json::value remove_members(const std::vector<std::string>& ids) {
  return operation("remove", "members", member_values(ids));
}

json::value operation(const std::string& op, const std::string& path, const json::value& value) {
  return json::array{json::object{{"op", op}, {"path", path}, {"value", value}}};
}

void expect_status(const Answer& answer, int status) {
  if (answer.status == status) return;
  throw std::runtime_error("wanted " + std::to_string(status) + ", got " + std::to_string(answer.status) +
                           " " + answer.body);
}

void expect_success(const Answer& answer) {
  if (answer.status != 204) expect_status(answer, 200);
}

std::vector<std::string> member_ids(ScimClient& client, const std::string& group_id) {
  const auto answer = client.get("/Groups/" + group_id);
  expect_status(answer, 200);
  std::vector<std::string> ids;
  if (const auto* members = answer.json.as_object().if_contains("members")) {
    for (const auto& member : members->as_array()) ids.emplace_back(member.at("value").as_string());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::string> values(directory::Directory& directory, const directory::Dn& dn,
                                const std::string& attribute) {
  const auto entry = directory::read(directory, dn, {attribute}, deadline_in(kReadTime));
  if (!entry) throw std::runtime_error(dn.str() + ": " + entry.error().detail);
  if (!*entry) throw std::runtime_error(dn.str() + " does not exist");
  const auto* found = (*entry)->attributes.find(attribute);
  auto list = found == nullptr ? std::vector<std::string>{} : *found;
  std::sort(list.begin(), list.end());
  return list;
}

bool exists(directory::Directory& directory, const directory::Dn& dn) {
  const auto entry = directory::read(directory, dn, {"1.1"}, deadline_in(kReadTime));
  if (!entry) throw std::runtime_error(dn.str() + ": " + entry.error().detail);
  return entry->has_value();
}

std::string dump(directory::Directory& directory, const std::string& base) {
  directory::SearchRequest request;
  request.base = parse(base);
  request.attributes = {"*", "+"};
  const auto entries = directory::search(directory, request, deadline_in(kReadTime));
  if (!entries) throw std::runtime_error(base + ": " + entries.error().detail);
  std::string text;
  for (const auto& entry : *entries) text += directory::to_ldif(entry) + "\n";
  return text;
}

}  // namespace dirbridge::e2e
