#include "e2e/scenario.hpp"

#include <stdexcept>

#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

constexpr int kSites = 48;

std::string site_name(int number) {
  return "site-" + std::to_string(number);
}

class SharedBridge final : public testing::Environment {
 public:
  void SetUp() override {
    std::vector<SiteOptions> sites;
    for (int i = 0; i < kSites; ++i)
      // Scenarios remove as many as they like; guard_test.cpp is about the budgets.
      sites.push_back(
          {site_name(i), {{"guard", {{"enabled", false}}}}, {{"disable", {{"ppolicy_lock", true}}}}});
    auto options = test::fast_slapd_options();
    options.ppolicy = true;
    bridge = std::make_unique<Bridge>(BridgeOptions{sites, options, {}});
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

const Site& Scenario::next_site() {
  if (shared().used == kSites) throw std::runtime_error("more tests than sites");
  return bridge().site(site_name(shared().used++));
}

Scenario::Scenario() : site_(next_site()), client_(site_.client()) {}

}  // namespace dirbridge::e2e
