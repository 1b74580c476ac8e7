#include "support/random_requests.hpp"

#include <boost/json/serialize.hpp>

#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;

namespace {

constexpr const char* user_names[] = {"ann", "Ann", "anna", "bob", "cay", "dan@acme.example", "eve"};
constexpr const char* group_names[] = {"devs", "Devs", "ops", "app-ops", "sales"};
constexpr std::size_t most_users = 8;
constexpr std::size_t most_groups = 4;

template <class T>
Answer failed_or_not(const Result<T>& done) {
  return {done ? std::nullopt : std::optional(done.error()), {}};
}

}  // namespace

std::string told(const Request& request) {
  constexpr const char* verbs[] = {"POST", "PUT", "PATCH", "DELETE"};
  return std::string(verbs[static_cast<int>(request.kind)]) + (request.user ? " user " : " group ") +
         request.id + ' ' + json::serialize(request.body);
}

std::string told(const Answer& answer) {
  if (!answer.failure) return "success";
  return std::string(to_string(answer.failure->kind)) + ", " + answer.failure->detail;
}

Answer ask(ConnectionParts& connection, const Request& request) {
  auto& all = request.user ? *connection.users : *connection.groups;
  switch (request.kind) {
    case Request::Kind::Create: {
      const auto made = all.create(request.body, soon());
      return made ? Answer{std::nullopt, std::string(made->at("id").get_string())} : Answer{made.error(), {}};
    }
    case Request::Kind::Replace:
      return failed_or_not(all.replace(request.id, request.body, {}, soon()));
    case Request::Kind::Patch:
      return failed_or_not(all.patch(request.id, request.body, {}, provision::Members::Leave, soon()));
    case Request::Kind::Remove:
      break;
  }
  return failed_or_not(all.remove(request.id, {}, soon()));
}

std::string RandomRequests::user_name() {
  return user_names[pick(std::size(user_names))];
}

std::string RandomRequests::group_name() {
  return group_names[pick(std::size(group_names))];
}

std::string RandomRequests::mail() {
  return user_name().substr(0, 3) + "@example.org";
}

// Ids, and the external ids of some who may be still to come.
RandomRequests::Ids RandomRequests::members(const Ids& users) {
  Ids out;
  for (std::size_t i = 0, many = pick(4); i < many && !users.empty(); ++i)
    out.push_back(users[pick(users.size())]);
  if (one_in(4)) out.push_back("ext-" + user_name());
  return out;
}

json::object RandomRequests::user() {
  const auto name = user_name();
  auto out = user_message(name);
  if (one_in(2)) out["externalId"] = "ext-" + name;
  if (one_in(2)) out["emails"] = json::array{json::object{{"value", mail()}, {"primary", true}}};
  if (one_in(3)) out["title"] = "T" + std::to_string(pick(3));
  if (one_in(6)) out["active"] = false;
  return out;
}

json::object RandomRequests::group(const Ids& users) {
  auto out = group_message(group_name());
  out["members"] = members_of(members(users));
  return out;
}

Request RandomRequests::about_user(const std::string& id) {
  switch (pick(8)) {
    case 0:
    case 1:
    case 2:
      return {Request::Kind::Patch, true, id,
              patch_message("replace", "userName", json::string(user_name()))};
    case 3:
    case 4:
    case 5:
      return {Request::Kind::Patch, true, id, patch_message("replace", "active", one_in(2))};
    case 6:
      return {Request::Kind::Replace, true, id, user()};
    default:
      return {Request::Kind::Remove, true, id, {}};
  }
}

Request RandomRequests::about_group(const std::string& id, const Ids& users) {
  constexpr const char* operations[] = {"add", "remove", "replace"};
  switch (pick(7)) {
    case 0:
    case 1:
    case 2:
      return {Request::Kind::Patch, false, id,
              patch_message(operations[pick(3)], "members", members_of(members(users)))};
    case 3:
    case 4:
      return {Request::Kind::Patch, false, id,
              patch_message("replace", "displayName", json::string(group_name()))};
    case 5:
      return {Request::Kind::Replace, false, id, group(users)};
    default:
      return {Request::Kind::Remove, false, id, {}};
  }
}

Request RandomRequests::next(const Ids& users, const Ids& groups) {
  const bool about_users = pick(20) < 12;
  const auto& there = about_users ? users : groups;
  const auto most = about_users ? most_users : most_groups;
  const bool creates = there.empty() || (there.size() < most && one_in(3));
  if (creates) return {Request::Kind::Create, about_users, {}, about_users ? user() : group(users)};
  const auto& id = there[pick(there.size())];
  return about_users ? about_user(id) : about_group(id, users);
}

}  // namespace dirbridge::test
