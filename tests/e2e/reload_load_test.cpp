// The configuration is read again while identity providers go on asking, while the bridge starts, and while
// it stops.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "e2e/reload_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kReloads = 20;

// Several clients of one connection that create users and patch a group until they are told to stop.
class Load {
 public:
  Load(Site site, std::string group, int clients) : site_(std::move(site)), group_(std::move(group)) {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this, i] { work(i); });
  }
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stopping_ = true;
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  int rounds() const { return rounds_; }
  std::vector<std::string> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  // Who must be in the group when all have stopped, sorted.
  std::vector<std::string> members() const {
    const std::lock_guard lock(mutex_);
    auto out = members_;
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  void work(int number) {
    auto client = site_.client();
    try {
      for (int i = 0; !stopping_; ++i) {
        const auto name = "u" + std::to_string(number) + "-" + std::to_string(i);
        const auto id = create_user(client, name);
        expect_success(client.patch("/Groups/" + group_, add_members({id})));
        expect_status(client.patch("/Users/" + id, replace("title", name)), 200);
        expect_status(client.get("/Groups/" + group_), 200);
        if (i % 2 == 0)
          expect_success(client.patch("/Groups/" + group_, remove_members({id})));
        else
          stays(id);
        if (i % 4 == 2) expect_status(client.remove("/Users/" + id), 204);
        ++rounds_;
      }
    } catch (const std::exception& failure) {
      const std::lock_guard lock(mutex_);
      failures_.emplace_back(failure.what());
    }
  }
  void stays(const std::string& id) {
    const std::lock_guard lock(mutex_);
    members_.push_back(id);
  }

  const Site site_;
  const std::string group_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> rounds_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> failures_, members_;
  std::vector<std::thread> threads_;
};

class ReloadUnderLoad : public ReloadFixture {
 protected:
  // Every time both connections get other rules, budgets, answers and mappings.
  void change(int round) {
    const bool odd = round % 2 == 1;
    connection("idp")["users"] = {{"attributes", {{"description", {{"constant", std::to_string(round)}}}}}};
    connection("idp")["guard"] = {{"member_removals", {{"count", 100'000 + round}, {"percent", 100}}}};
    connection("mapped")["groups"] = mapping(odd ? "confluence-users" : "jira-users");
    connection("mapped")["guard"] = {{"enabled", odd}};
    connection("mapped")["max_page_size"] = 500 + round;
  }
};

TEST_F(ReloadUnderLoad, NoRequestIsDroppedOrFails) {
  const auto& mapped = bridge_.site("mapped");
  auto other = mapped.client();
  const auto devs = create_group(client_, "devs");
  const auto staff = create_group(other, "Staff");
  Load plain(site_, devs, 4);
  Load optioned(mapped, staff, 3);
  for (int round = 1; round <= kReloads; ++round) {
    change(round);
    if (round % 2 == 0) {
      EXPECT_THAT(reload(), HasSubstr("connection idp has changed"));
    } else {
      write();
      hang_up_and_wait();
    }
  }
  const int before = plain.rounds() + optioned.rounds();
  wait_until([&] {
    return plain.rounds() + optioned.rounds() >= before + 20 || !plain.failures().empty() ||
           !optioned.failures().empty();
  });
  plain.stop();
  optioned.stop();
  EXPECT_THAT(plain.failures(), IsEmpty());
  EXPECT_THAT(optioned.failures(), IsEmpty());
  EXPECT_EQ(lines_with("\"reloaded\""), static_cast<std::size_t>(kReloads));
  EXPECT_EQ(lines_with("\"reload_refused\""), 0U);
  EXPECT_EQ(member_ids(client_, devs), plain.members());
  EXPECT_EQ(member_ids(other, staff), optioned.members());
  EXPECT_EQ(bridge_.stop(), 0);
}

TEST_F(ReloadUnderLoad, SignalsBeforeTheDirectoryAnswersAreHarmless) {
  ASSERT_EQ(bridge_.stop(), 0);
  bridge_.slapd().suspend();
  bridge_.launch();
  wait_until([&] { return lines_with("\"listening\"") == 2; });
  change(1);
  write();
  hang_up_and_wait();
  change(2);
  write();
  for (int i = 0; i < 10; ++i) bridge_.signal(SIGHUP);
  EXPECT_EQ(site_.client().get("/Users").status, 503);
  wait_until([&] { return reloads() >= 2; });
  bridge_.slapd().resume();
  bridge_.wait_until_ready();
  auto client = site_.client();
  create_user(client, "ann");
  EXPECT_THAT(values(bridge_.directory(), site_.user_dn("ann"), "description"), testing::ElementsAre("2"));
}

TEST_F(ReloadUnderLoad, ASignalWhileTheBridgeStopsIsHarmless) {
  Load load(site_, create_group(client_, "devs"), 2);
  for (int i = 0; i < 5; ++i) bridge_.signal(SIGHUP);
  bridge_.signal(SIGTERM);
  for (int i = 0; i < 5; ++i) bridge_.signal(SIGHUP);
  EXPECT_EQ(bridge_.wait(deadline_in(25s)), 0);
  EXPECT_THAT(bridge_.log(), HasSubstr("\"stopped\""));
}

}  // namespace
}  // namespace dirbridge::e2e
