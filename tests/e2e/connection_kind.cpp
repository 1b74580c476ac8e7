#include "e2e/connection_kind.hpp"

#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {

namespace {

namespace json = boost::json;

std::vector<ConnectionKind> make_kinds() {
  const auto aside =
      "ou=" + std::string(leavers) + "," + slapd::names_of(test::fast_slapd_options()).value().user_base;
  const json::object mapping = {{"everyone", {"everyone", "jira-users"}}};
  return {
      {"plain", {}, {}},
      {"mapped", {{"groups", {{"mapping", mapping}}}}, {}},
      {"follow", {{"groups", {{"mapping", mapping}, {"on_rename", "follow"}, {"on_delete", "delete"}}}}, {}},
      {"moved", {}, {{"disable", {{"mark", false}, {"move_to", aside}}}}},
      {"stripped", {{"groups", {{"mapping", mapping}}}}, {{"disable", {{"strip_groups", true}}}}}};
}

}  // namespace

const std::vector<ConnectionKind>& connection_kinds() {
  static const auto kinds = make_kinds();
  return kinds;
}

std::vector<SiteOptions> with_leavers(const ConnectionKind& kind, const std::string& name) {
  auto connection = kind.connection;
  connection["guard"] = {{"enabled", false}};
  return {{name, connection, kind.directory}, {leavers, {}, {}}};
}

}  // namespace dirbridge::e2e
