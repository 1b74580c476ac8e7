// Two servers that replicate each other: which one is believed, and when.
#include <atomic>
#include <thread>

#include "pool_fixture.hpp"
#include "support/replicated_slapds.hpp"

namespace dirbridge::test {
namespace {

using directory::Modification;
using testing::HasSubstr;

class Replicas : public testing::Test {
 protected:
  std::unique_ptr<ldap::Pool> pool(std::chrono::milliseconds patience) {
    auto settings = settings_for(servers_.first());
    settings.uris = {servers_.first().uri(), servers_.second().uri()};
    return std::make_unique<ldap::Pool>(settings, patience);
  }
  bool has(const slapd::PrivateSlapd& server, const std::string& name) {
    ldap::Pool pool(settings_for(server));
    const auto entry = directory::read(pool, user_dn(server, name), {"1.1"}, soon());
    EXPECT_TRUE(entry) << detail(entry);
    return entry && entry->has_value();
  }

  ReplicatedSlapds servers_;
};

TEST_F(Replicas, G4_AServerWithoutAnAcknowledgedChangeIsNotUsed) {
  const auto patient = pool(std::chrono::minutes(10));
  const auto hasty = pool(std::chrono::milliseconds(0));
  servers_.cut();
  for (auto* pool : {patient.get(), hasty.get()})
    ASSERT_TRUE(pool->apply(add_user(servers_.first(), pool == hasty.get() ? "ben" : "ann"), {}, soon()));
  servers_.first().kill_hard();
  const auto refused = directory::read(*patient, user_dn(servers_.first(), "ann"), {"sn"}, soon());
  EXPECT_KIND(ErrorKind::Unavailable, refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("does not have change"));
  const auto taken = directory::read(*hasty, user_dn(servers_.first(), "ben"), {"sn"}, soon());
  ASSERT_TRUE(taken) << detail(taken) << ": at the end it is better than none";
  EXPECT_FALSE(*taken);
  EXPECT_TRUE(directory::read(*hasty, user_dn(servers_.first(), "ben"), {"sn"}, soon()));

  ASSERT_TRUE(servers_.first().restart(soon()));
  const auto back = directory::read(*patient, user_dn(servers_.first(), "ann"), {"sn"}, soon());
  ASSERT_TRUE(back) << detail(back);
  EXPECT_TRUE(*back);
}

TEST_F(Replicas, G4_WhatWasReadFromTheFormerServerIsReadAgain) {
  const auto pool = this->pool(std::chrono::minutes(10));
  ASSERT_TRUE(pool->apply(add_user(servers_.first(), "ann"), {}, soon()));
  ASSERT_TRUE(servers_.alike(soon()));
  const auto ann = user_dn(servers_.first(), "ann");
  ASSERT_TRUE(directory::read(*pool, ann, {"sn"}, soon()));
  servers_.first().kill_hard();
  const auto change = modify(ann, {{Modification::Op::Replace, "sn", {"New"}}}, false);
  EXPECT_KIND(ErrorKind::Unavailable, pool->apply(change, {}, soon()));
  EXPECT_KIND(ErrorKind::Unavailable, pool->apply_all(std::vector{change}, soon()).front());
  const auto again = directory::read(*pool, ann, {"sn"}, soon());
  ASSERT_TRUE(again && *again) << detail(again);
  EXPECT_EQ((*again)->attributes.first("sn"), "Test");
  const auto made = pool->apply(change, {}, soon());
  EXPECT_TRUE(made) << detail(made);
}

TEST_F(Replicas, G4_NothingAcknowledgedIsLostWhenThePreferredOneIsKilled) {
  constexpr int writers = 4;
  constexpr int each = 40;
  const auto pool = this->pool(std::chrono::minutes(10));
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < writers; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const auto name = "u" + std::to_string(t) + "-" + std::to_string(i);
        for (;;) {  // as an identity provider repeats
          const auto read = directory::read(*pool, user_dn(servers_.first(), name), {"1.1"}, soon());
          if (read && *read) break;
          if (read && pool->apply(add_user(servers_.first(), name), {}, soon())) break;
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ++made;
      }
    });
  while (made < writers * each / 3) std::this_thread::yield();
  servers_.first().kill_hard();
  while (made < writers * each / 2 && pool->capabilities(soon())) std::this_thread::yield();
  ASSERT_TRUE(servers_.first().restart(soon()));
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(servers_.alike(deadline_in(std::chrono::seconds(30))));
  for (auto* server : {&servers_.first(), &servers_.second()})
    for (int t = 0; t < writers; ++t)
      for (int i = 0; i < each; i += 5) {
        const auto name = "u" + std::to_string(t) + "-" + std::to_string(i);
        EXPECT_TRUE(has(*server, name)) << name << " on " << server->uri();
      }
}

}  // namespace
}  // namespace dirbridge::test
