#include "e2e/scenario.hpp"

#include <cstdlib>
#include <stdexcept>

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
  return wanted && std::string_view(wanted) == "389ds" ? Server::Ds389 : Server::OpenLdap;
}

class SharedBridge final : public testing::Environment {
 public:
  void SetUp() override {
    const bool open_ldap = kind() == Server::OpenLdap;
    const json::object directory{{"disable", {{open_ldap ? "ppolicy_lock" : "account_lock", true}}},
                                 {"unique_id_attribute", Scenario::unique_id()}};
    // So that the directory shows what becomes of groups: what is kept is the options' own affair.
    // Scenarios remove as many as they like; guard_test.cpp is about the budgets.
    const json::object connection{{"groups", {{"on_delete", "delete"}, {"on_rename", "follow"}}},
                                  {"guard", {{"enabled", false}}}};
    std::vector<SiteOptions> sites;
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
  return kind() == Server::OpenLdap ? "entryUUID" : "nsUniqueId";
}

const Site& Scenario::next_site() {
  if (shared().used == kSites) throw std::runtime_error("more tests than sites");
  return bridge().site(site_name(shared().used++));
}

Scenario::Scenario() : site_(next_site()), client_(site_.client()) {}

}  // namespace dirbridge::e2e
