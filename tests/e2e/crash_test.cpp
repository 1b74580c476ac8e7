// kill -9 of the bridge and of slapd in the middle of a load: what was acknowledged is there, what was not is
// whole or absent, and the same requests sent again complete it.
#include <gmock/gmock.h>

#include <set>

#include "e2e/connection_kind.hpp"
#include "e2e/crash_load.hpp"
#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kWorkers = 4;
constexpr std::size_t kBetweenCrashes = 60;  // acknowledged requests
constexpr auto kPatience = 120s;

class Crash : public testing::TestWithParam<ConnectionKind> {
 protected:
  // Every kind is crashed; the plain one, which all share, more often.
  static int rounds(int of_plain) { return GetParam().name == "plain" ? of_plain : 2; }

  void TearDown() override {
    load_.stop();
    EXPECT_THAT(load_.unexpected(), testing::IsEmpty()) << bridge_.log();
  }

  // Lets the load run, makes the crash, waits until every worker has noticed.
  void crash_under_load(const std::function<void()>& crash) {
    ASSERT_TRUE(load_.wait_for_acknowledged(kBetweenCrashes, deadline_in(kPatience))) << bridge_.log();
    crash();
    ASSERT_TRUE(load_.wait_until_parked(deadline_in(kPatience)));
    ASSERT_THAT(load_.unexpected(), testing::IsEmpty());
  }

  std::set<std::string> members(const std::string& group) {
    const auto list = values(bridge_.directory(), site_.group_dn(group), "member");
    return {list.begin(), list.end()};
  }

  // Wherever the entry is.
  std::vector<std::string> activity(const LoadUser& user) {
    directory::SearchRequest request;
    request.base = directory::Dn::parse(bridge_.slapd().suffix()).value();
    request.filter = directory::Filter::equal("uid", user.uid);
    request.attributes = {"dirbridgeActive"};
    const auto found = directory::search(bridge_.directory(), request, deadline_in(kPatience)).value();
    std::vector<std::string> out;
    for (const auto& entry : found) out.emplace_back(entry.attributes.first("dirbridgeActive"));
    return out;
  }

  void expect_user(ScimClient& client, const LoadUser& user) {
    if (user.uncertain) return;
    const auto answer = client.get("/Users/" + user.id);
    EXPECT_EQ(answer.status, user.exists ? 200 : 404) << user.uid;
    EXPECT_THAT(activity(user), testing::ElementsAre(user.exists ? "TRUE" : "FALSE")) << user.uid;
    if (!user.exists) return;
    EXPECT_EQ(answer.text("userName"), user.uid);
    EXPECT_EQ(answer.text("displayName"), user.display);
  }

  // `in` says whether a user is a member. Members beyond these may only be users with a request under way.
  void expect_members(const std::string& group, const std::vector<const LoadUser*>& users,
                      bool LoadUser::*in) {
    auto left = members(group);
    EXPECT_FALSE(left.empty()) << group;
    bool anybody = false;
    for (const auto* user : users) {
      const auto dn = site_.user_dn(user->uid).str();
      if (user->uncertain) {
        for (const auto* place : {&site_, &bridge_.site(leavers)})
          for (const auto& name : {user->uid, user->next_uid}) left.erase(place->user_dn(name).str());
        anybody = true;
      } else if (user->*in) {
        EXPECT_EQ(left.erase(dn), 1U) << group << " has lost " << dn;
        anybody = true;
      }
    }
    if (left == std::set<std::string>{"cn=dirbridge-placeholder"}) {
      EXPECT_TRUE(!anybody || std::any_of(users.begin(), users.end(), [](const auto* u) {
        return u->uncertain;
      })) << group;
      left.clear();
    }
    EXPECT_THAT(left, testing::IsEmpty()) << group;
  }

  void expect_acknowledged() {
    auto client = site_.client();
    std::vector<const LoadUser*> all;
    for (const auto& worker : load_.workers()) {
      std::vector<const LoadUser*> own;
      for (const auto& user : worker.users) {
        expect_user(client, user);
        own.push_back(&user);
        all.push_back(&user);
      }
      expect_members(worker.group, own, &LoadUser::in_own);
    }
    expect_members(Load::everyone, all, &LoadUser::in_everyone);
  }

  // After the last request was repeated: nothing half-made is left.
  void expect_complete() {
    expect_acknowledged();
    std::size_t users = 0;
    for (const auto& worker : load_.workers()) {
      for (const auto& user : worker.users) {
        EXPECT_FALSE(user.uncertain) << user.uid;
        users += user.exists ? 1 : 0;
      }
    }
    auto client = site_.client();
    EXPECT_EQ(client.get("/Users?count=0").json.at("totalResults"), users);
    const auto entries = dump(bridge_.directory(), bridge_.slapd().suffix());
    EXPECT_EQ(entries.find("dirbridgeAlias"), std::string::npos) << "a rename was left half-way";
    EXPECT_EQ(entries.find("dirbridgePendingMember"), std::string::npos);
    const auto seen = bridge_.see(site_, {"--expect-users", std::to_string(users)}, Secret());
    EXPECT_EQ(seen.exit_code, 0) << seen.details(2) << seen.details(5) << seen.details(7);
  }

  // A request whose write may or may not have happened waits for the directory until its time is up.
  Bridge bridge_{{with_leavers(GetParam(), "main"),
                  test::fast_slapd_options(),
                  {{"limits", {{"request_timeout_ms", 2'000}}}}}};
  const Site& site_ = bridge_.site("main");
  Load load_{site_, kWorkers};
};

TEST_P(Crash, OfTheBridgeLosesNothingAcknowledged) {
  load_.start();
  for (int round = 0; round < rounds(6); ++round) {
    SCOPED_TRACE(round);
    crash_under_load([this] { bridge_.kill_hard(); });
    bridge_.start();
    expect_acknowledged();
    if (HasFailure()) return;
    load_.resume();
  }
  load_.stop();
  expect_complete();
}

TEST_P(Crash, OfSlapdLosesNothingAcknowledged) {
  load_.start();
  for (int round = 0; round < rounds(4); ++round) {
    SCOPED_TRACE(round);
    crash_under_load([this] { bridge_.slapd().kill_hard(); });
    const auto restarted = bridge_.slapd().restart(deadline_in(kPatience));
    ASSERT_TRUE(restarted) << restarted.error().detail;
    expect_acknowledged();
    if (HasFailure()) return;
    load_.resume();
  }
  load_.stop();
  expect_complete();
}

TEST_P(Crash, OfBothLosesNothingAcknowledged) {
  load_.start();
  for (int round = 0; round < rounds(3); ++round) {
    SCOPED_TRACE(round);
    crash_under_load([this] {
      bridge_.slapd().kill_hard();
      bridge_.kill_hard();
    });
    const auto restarted = bridge_.slapd().restart(deadline_in(kPatience));
    ASSERT_TRUE(restarted) << restarted.error().detail;
    bridge_.start();
    expect_acknowledged();
    if (HasFailure()) return;
    load_.resume();
  }
  load_.stop();
  expect_complete();
}

// SIGTERM is no crash: requests in progress are answered, none is cut.
TEST_P(Crash, StoppingUnderLoadIsClean) {
  load_.start();
  ASSERT_TRUE(load_.wait_for_acknowledged(kBetweenCrashes, deadline_in(kPatience)));
  EXPECT_EQ(bridge_.stop(), 0);
  ASSERT_TRUE(load_.wait_until_parked(deadline_in(kPatience)));
  bridge_.start();
  expect_acknowledged();
  load_.stop();
  expect_complete();
}

INSTANTIATE_TEST_SUITE_P(Each, Crash, testing::ValuesIn(connection_kinds()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace dirbridge::e2e
