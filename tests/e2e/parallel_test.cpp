// Identity providers send changes of one group in parallel: nothing may be lost, whatever comes in which
// order.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <mutex>
#include <thread>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// How a PATCH of a group is answered is configured.
testing::Matcher<int> success() {
  return testing::AnyOf(200, 204);
}

class Parallel : public Scenario {
 protected:
  // Runs `work` for 0..count-1, each in a thread with a client of its own, all let go at once. Statuses in
  // order.
  std::vector<int> at_once(std::size_t count, const std::function<int(std::size_t, ScimClient&)>& work) {
    std::vector<int> statuses(count);
    std::latch start(static_cast<std::ptrdiff_t>(count));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        auto client = site_.client();
        start.arrive_and_wait();
        try {
          statuses[i] = work(i, client);
        } catch (const std::exception& e) {
          const std::lock_guard lock(mutex_);
          ADD_FAILURE() << e.what();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    return statuses;
  }

  std::vector<std::string> create_users(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(create_user(client_, "user" + std::to_string(i)));
    return ids;
  }

  std::vector<std::string> dns(std::size_t first, std::size_t last) const {
    std::vector<std::string> list;
    for (auto i = first; i < last; ++i) list.push_back(dn_of("user" + std::to_string(i)));
    return list;
  }

  std::mutex mutex_;
};

TEST_F(Parallel, T17_FortyAddsToOneGroupAreAllThere) {
  const auto users = create_users(40);
  const auto group = create_group(client_, "devs");
  const auto statuses = at_once(40, [&](std::size_t i, ScimClient& client) {
    return client.patch("/Groups/" + group, add_members({users[i]})).status;
  });
  EXPECT_THAT(statuses, testing::Each(success()));
  EXPECT_THAT(members("devs"), testing::UnorderedElementsAreArray(dns(0, 40)));
  auto sorted = users;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(member_ids(client_, group), sorted);
}

TEST_F(Parallel, FortyRemovesLeaveThePlaceholder) {
  const auto users = create_users(40);
  const auto group = create_group(client_, "devs", users);
  const auto statuses = at_once(40, [&](std::size_t i, ScimClient& client) {
    return client.patch("/Groups/" + group, remove_members({users[i]})).status;
  });
  EXPECT_THAT(statuses, testing::Each(success()));
  EXPECT_THAT(members("devs"), ElementsAre(kPlaceholder));
}

TEST_F(Parallel, AddsAndRemovesDoNotDisturbEachOther) {
  const auto users = create_users(40);
  const auto group = create_group(client_, "devs", {users.begin(), users.begin() + 20});
  const auto statuses = at_once(40, [&](std::size_t i, ScimClient& client) {
    return client.patch("/Groups/" + group, i < 20 ? remove_members({users[i]}) : add_members({users[i]}))
        .status;
  });
  EXPECT_THAT(statuses, testing::Each(success()));
  EXPECT_THAT(members("devs"), testing::UnorderedElementsAreArray(dns(20, 40)));
}

TEST_F(Parallel, TheSameAddTwentyTimesIsSuccessTwentyTimes) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  const auto statuses = at_once(20, [&](std::size_t, ScimClient& client) {
    return client.patch("/Groups/" + group, add_members({ann})).status;
  });
  EXPECT_THAT(statuses, testing::Each(success()));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("ann")));
}

TEST_F(Parallel, OneOfManyCreatesOfANameWins) {
  const auto statuses = at_once(16, [&](std::size_t i, ScimClient& client) {
    return client
        .post("/Users", user_resource(i % 2 == 0 ? "ann" : "ANN", {{"externalId", std::to_string(i)}}))
        .status;
  });
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 409), 15);
  EXPECT_EQ(client_.find("Users", "userName eq \"ann\"").json.at("totalResults"), 1);
}

// The member is named while its user arrives: in whichever order, they find each other.
TEST_F(Parallel, MemberAndItsArrivalMeet) {
  for (int round = 0; round < 20; ++round) {
    const auto name = "u" + std::to_string(round);
    const auto cn = "g" + std::to_string(round);
    const auto group = create_group(client_, cn);
    const auto statuses = at_once(2, [&](std::size_t i, ScimClient& client) {
      if (i == 0) return client.patch("/Groups/" + group, add_members({"ext-" + name})).status;
      return client.post("/Users", user_resource(name, {{"externalId", "ext-" + name}})).status;
    });
    EXPECT_THAT(statuses, ElementsAre(success(), 201));
    ASSERT_THAT(members(cn), ElementsAre(dn_of(name))) << "round " << round;
    ASSERT_THAT(values(directory(), site_.group_dn(cn), "dirbridgePendingMember"), IsEmpty())
        << "round " << round;
  }
}

TEST_F(Parallel, RenameWhileBeingAddedLeavesOneName) {
  for (int round = 0; round < 20; ++round) {
    const auto old_name = "old" + std::to_string(round);
    const auto new_name = "new" + std::to_string(round);
    const auto cn = "g" + std::to_string(round);
    const auto user = create_user(client_, old_name);
    const auto group = create_group(client_, cn);
    const auto statuses = at_once(2, [&](std::size_t i, ScimClient& client) {
      if (i == 0) return client.patch("/Groups/" + group, add_members({user})).status;
      return client.patch("/Users/" + user, replace("userName", new_name)).status;
    });
    EXPECT_THAT(statuses, ElementsAre(success(), 200));
    ASSERT_THAT(members(cn), ElementsAre(dn_of(new_name))) << "round " << round;
  }
}

TEST_F(Parallel, DeleteWhileBeingAddedLeavesNobody) {
  for (int round = 0; round < 20; ++round) {
    const auto name = "gone" + std::to_string(round);
    const auto cn = "g" + std::to_string(round);
    const auto user = create_user(client_, name);
    const auto group = create_group(client_, cn);
    const auto statuses = at_once(2, [&](std::size_t i, ScimClient& client) {
      if (i == 0) return client.patch("/Groups/" + group, add_members({user})).status;
      return client.remove("/Users/" + user).status;
    });
    EXPECT_THAT(statuses, ElementsAre(success(), 204));
    ASSERT_THAT(members(cn), ElementsAre(kPlaceholder)) << "round " << round;
  }
}

TEST_F(Parallel, ReaderNeverSeesAGapDuringWrites) {
  const auto users = create_users(8);
  const auto steady = create_user(client_, "steady");
  auto all = users;
  all.push_back(steady);
  const auto group = create_group(client_, "devs", all);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    auto client = site_.client();
    for (int round = 0; !done; ++round) {
      const auto i = static_cast<std::size_t>(round) % users.size();
      const auto name = "user" + std::to_string(i) + (round / 8 % 2 == 0 ? "-renamed" : "");
      client.patch("/Users/" + users[i], replace("userName", name));
      client.patch("/Groups/" + group, remove_members({users[i]}));
      client.patch("/Groups/" + group, add_members({users[i]}));
      client.patch("/Users/" + users[i], replace("displayName", name + std::to_string(round)));
    }
  });
  const auto seen = see({"--watch", "60"});
  done = true;
  writer.join();
  EXPECT_EQ(seen.check(13), "ok") << seen.details(13);
}

}  // namespace
}  // namespace dirbridge::e2e
