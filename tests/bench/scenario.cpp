#include "scenario.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::bench {
namespace {

std::string some_of(const std::vector<std::string>& values) {
  const std::vector<std::string> few(values.begin(),
                                     values.begin() + std::min<std::ptrdiff_t>(3, std::ssize(values)));
  return std::to_string(values.size()) + (few.empty() ? "" : " (" + join(few, ", ") + ")");
}

}  // namespace

Result<Sides> connect_sides(const Stage& stage, std::size_t in_flight) {
  return connect_sides(stage, in_flight, {stage.user_base, record_attributes()});
}

Result<Sides> connect_sides(const Stage& stage, InFlight in_flight, LdapSearchShape searches) {
  auto http = HttpLoad::connect(stage.bridge.port(), in_flight.bridge);
  if (!http) return http.error();
  auto ldap = LdapLoad::connect(stage.target, in_flight.directly, std::move(searches));
  if (!ldap) return ldap.error();
  return Sides{std::move(*http), std::move(*ldap)};
}

const std::vector<std::string>& record_attributes() {
  static const std::vector<std::string> names{"dirbridgeId",     "dirbridgeConnection", "dirbridgeResource",
                                              "createTimestamp", "modifyTimestamp",     "entryCSN"};
  return names;
}

std::size_t enough_for(std::chrono::milliseconds duration, std::size_t per_second) {
  return std::max<std::size_t>(100, static_cast<std::size_t>(duration.count()) * per_second / 1000);
}

Result<std::vector<StoredUser>> stored_users(Stage& stage) {
  auto entries = stage.reader.search({stage.user_base,
                                      LDAP_SCOPE_SUBTREE,
                                      "(objectClass=dirbridgeUser)",
                                      {"dirbridgeUserName", "dirbridgeId", "dirbridgeActive"}});
  if (!entries) return entries.error();
  std::vector<StoredUser> users;
  users.reserve(entries->size());
  for (const LdapEntry& entry : *entries) {
    const auto& name = entry.values("dirbridgeUserName");
    const auto& id = entry.values("dirbridgeId");
    const auto& active = entry.values("dirbridgeActive");
    if (name.empty() || id.empty()) return error(ErrorKind::InvalidValue, "no record on " + entry.dn);
    users.push_back({name.front(), id.front(), entry.dn, active.empty() || active.front() == "TRUE"});
  }
  return users;
}

Result<> expect_same(const std::string& what, std::vector<std::string>& expected,
                     std::vector<std::string>& found) {
  std::sort(expected.begin(), expected.end());
  std::sort(found.begin(), found.end());
  if (expected == found) return {};
  std::vector<std::string> missing;
  std::vector<std::string> surplus;
  std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                      std::back_inserter(missing));
  std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                      std::back_inserter(surplus));
  return error(ErrorKind::InvalidValue,
               what + ": missing " + some_of(missing) + "; too many " + some_of(surplus));
}

}  // namespace dirbridge::bench
