#pragma once
// A bridge whose configuration file is written again while it runs. Connections: "idp", plain, and "mapped",
// with group options.
#include <gmock/gmock.h>

#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {

class ReloadFixture : public testing::Test {
 protected:
  explicit ReloadFixture(const boost::json::object& idp = {})
      : bridge_(options(idp)), site_(bridge_.site("idp")), client_(site_.client()) {}

  static BridgeOptions options(const boost::json::object& idp) {
    return {{{"idp", idp, {}}, {"mapped", {{"groups", mapping("jira-users")}}, {}}},
            test::fast_slapd_options(),
            {}};
  }
  static boost::json::object mapping(const std::string& target) {
    return {{"mapping", {{"Staff", {target}}}}, {"on_rename", "follow"}};
  }

  // The next configuration, to be changed in place.
  boost::json::object& section(const std::string& name) { return next_[name].as_object(); }
  boost::json::object& connection(const std::string& name) {
    return section("connections")[name].as_object();
  }
  void write() { bridge_.write_configuration(next_); }
  // What `dirbridge reload` prints; of one that fails as well.
  std::string reload() {
    write();
    return bridge_.run_with_config({"reload"});
  }
  std::string refused(const std::vector<std::string>& command) {
    try {
      ADD_FAILURE() << "it was done: " << bridge_.run_with_config(command);
    } catch (const std::runtime_error& failure) {
      return failure.what();
    }
    return {};
  }
  std::string refused_reload() {
    write();
    return refused({"reload"});
  }

  std::size_t lines_with(const std::string& part) const {
    const auto log = bridge_.log_so_far();
    std::size_t count = 0;
    for (auto at = log.find(part); at != std::string::npos; at = log.find(part, at + 1)) ++count;
    return count;
  }
  // Throws when that does not come about within a minute.
  void wait_until(const std::function<bool()>& is_so) const {
    const auto deadline = deadline_in(std::chrono::minutes(1));
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("waited for too long: " + bridge_.log());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  std::size_t reloads() const { return lines_with("\"reloaded\"") + lines_with("\"reload_refused\""); }
  void hang_up_and_wait() {
    const auto before = reloads();
    bridge_.signal(SIGHUP);
    wait_until([&] { return reloads() > before; });
  }

  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
  boost::json::object next_ = bridge_.configuration();
};

}  // namespace dirbridge::e2e
