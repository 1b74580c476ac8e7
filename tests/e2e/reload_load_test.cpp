// The configuration is read again while identity providers go on asking, while the bridge starts, and while
// it stops.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>
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

  // Connections of the bridge on which a directory that is suspended has something to read: requests that
  // wait for it.
  std::size_t waiting_for_directory() {
    const auto uri = bridge_.slapd().uri();
    const auto port = static_cast<unsigned>(std::stoul(uri.substr(uri.rfind(':') + 1)));
    std::ifstream table("/proc/net/tcp");
    std::string line, number, local, remote, state, queues;
    std::size_t count = 0;
    std::getline(table, line);
    while (std::getline(table, line)) {
      std::istringstream(line) >> number >> local >> remote >> state >> queues;
      const bool of_directory = std::stoul(local.substr(local.find(':') + 1), nullptr, 16) == port;
      constexpr auto established = "01";
      const bool unread = std::stoul(queues.substr(queues.find(':') + 1), nullptr, 16) > 0;
      count += of_directory && state == established && unread ? 1 : 0;
    }
    return count;
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

// What is in flight while the directory is silent, and what comes behind it.
TEST_F(ReloadUnderLoad, WhatIsInFlightIsFinished) {
  const auto create = [](const Site& site, const std::string& name) {
    return std::async(std::launch::async, [&site, name] {
      return site.client().try_send("POST", "/Users", {}, json::serialize(user_resource(name)),
                                    deadline_in(60s));
    });
  };
  const auto& mapped = bridge_.site("mapped");
  bridge_.slapd().suspend();
  auto of_before = create(site_, "bob");
  auto of_gone = create(mapped, "mia");
  wait_until([&] { return waiting_for_directory() == 2; });
  change(1);
  section("connections").erase("mapped");
  write();
  hang_up_and_wait();
  auto of_after = create(site_, "cid");
  EXPECT_EQ(mapped.client().get("/Users").status, 401) << "it is gone for new requests";
  EXPECT_EQ(of_after.wait_for(100ms), std::future_status::timeout);
  bridge_.slapd().resume();
  for (auto* answer : {&of_before, &of_gone, &of_after}) {
    const auto got = answer->get();
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->status, 201) << got->body;
  }
  const auto description = [&](const std::string& name) {
    return values(bridge_.directory(), site_.user_dn(name), "description");
  };
  EXPECT_THAT(description("bob"), IsEmpty()) << "under the rules that it began with";
  EXPECT_THAT(description("cid"), testing::ElementsAre("1"));
}

TEST_F(ReloadUnderLoad, ACursorIsGoodAfterAReload) {
  for (int i = 0; i < 5; ++i) create_user(client_, "u" + std::to_string(i));
  const auto first = client_.get("/Users?cursor&count=2");
  expect_status(first, 200);
  change(1);
  reload();
  const auto second = client_.get("/Users?count=2&cursor=" + first.text("nextCursor"));
  expect_status(second, 200);
  EXPECT_NE(second.json.at("Resources").at(0).at("id"), first.json.at("Resources").at(0).at("id"));
  EXPECT_EQ(second.json.at("totalResults"), 5);
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
