#include "e2e/scenario.hpp"

#include <cstdlib>
#include <stdexcept>

#include "e2e/connection_kind.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
constexpr int kSites = 48;

std::string site_name(int number) {
  return "site-" + std::to_string(number);
}

Server kind() {
  const auto* wanted = std::getenv("DIRECTORY_SERVER");
  const std::string_view name = wanted ? wanted : "";
  return name == "389ds" ? Server::Ds389 : name == "samba" ? Server::Samba : Server::OpenLdap;
}

// Two entries of a domain cannot have one sAMAccountName, and it cannot hold every character: users log in
// with cn, so that scenarios may use any name and do not see each other. active_directory_test.cpp is about
// sAMAccountName.
json::object directory_keys() {
  json::object keys{{"unique_id_attribute", Scenario::unique_id()}};
  if (kind() == Server::Samba) keys["user_naming_attribute"] = "cn";
  keys["disable"] = {{kind() == Server::OpenLdap ? "ppolicy_lock" : "account_lock", true}};
  return keys;
}

// What is particular to the kind that the environment asks for, over what all scenarios have.
ConnectionKind connection_kind() {
  const auto* wanted = std::getenv("CONNECTION_KIND");
  const std::string name = wanted ? wanted : "plain";
  for (const auto& kind : connection_kinds())
    if (kind.name == name) return kind;
  throw std::runtime_error("no kind of connection is called " + name);
}

json::object merged(json::object base, const json::object& more) {
  for (const auto& [key, value] : more) {
    auto& there = base[key];
    there = there.is_object() && value.is_object() ? merged(there.as_object(), value.as_object()) : value;
  }
  return base;
}

class SharedBridge final : public testing::Environment {
 public:
  void SetUp() override {
    const auto particular = connection_kind();
    const auto directory = merged(directory_keys(), particular.directory);
    // So that the directory shows what becomes of groups: what is kept is the options' own affair.
    // Scenarios remove as many as they like; guard_test.cpp is about the budgets.
    const auto connection = merged(
        {{"groups", {{"on_delete", "delete"}, {"on_rename", "follow"}}}, {"guard", {{"enabled", false}}}},
        particular.connection);
    std::vector<SiteOptions> sites{{leavers, {}, {}}};
    for (int i = 0; i < kSites; ++i) sites.push_back({site_name(i), connection, directory});
    auto options = test::fast_slapd_options();
    options.ppolicy = true;
    bridge = std::make_unique<Bridge>(BridgeOptions{sites, options, {}, {}, kind()});
  }
  void TearDown() override {
    EXPECT_EQ(bridge->stop(), 0) << bridge->log();
    bridge.reset();
  }

  std::unique_ptr<Bridge> bridge;
  int used = 0;
};

SharedBridge& shared() {
  static auto* environment = new SharedBridge;  // GoogleTest owns and deletes it
  return *environment;
}

[[maybe_unused]] const auto* const registered = testing::AddGlobalTestEnvironment(&shared());

}  // namespace

Bridge& Scenario::bridge() {
  return *shared().bridge;
}

std::string Scenario::unique_id() {
  return kind() == Server::OpenLdap ? "entryUUID" : kind() == Server::Ds389 ? "nsUniqueId" : "objectGUID";
}

std::string Scenario::by_hand_member() const {
  const auto dn = site_.user_dn("root of all");
  if (kind() != Server::Samba) return dn.str();
  const auto added = directory().apply(
      {directory::Add{dn, {{"objectClass", {"top", "person", "organizationalPerson", "contact"}}}},
       "by hand"},
      {}, deadline_in(std::chrono::seconds(30)));
  if (!added) throw std::runtime_error(added.error().detail);
  return dn.str();
}

const Site& Scenario::next_site() {
  if (shared().used == kSites) throw std::runtime_error("more tests than sites");
  return bridge().site(site_name(shared().used++));
}

Scenario::Scenario() : site_(next_site()), client_(site_.client()) {}

}  // namespace dirbridge::e2e
