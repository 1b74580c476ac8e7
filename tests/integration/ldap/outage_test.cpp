// A server that dies, sleeps or comes back, and a second one that takes over.
#include <fstream>
#include <thread>

#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Modification;

class Outage : public SlapdFixture {
 protected:
  void SetUp() override {
    SlapdFixture::SetUp();
    pool_ = std::make_unique<ldap::Pool>(settings_for(server()));
    ASSERT_TRUE(pool_->apply(add_user(server(), "anna"), {}, soon()));
  }

  directory::Change rename_sn(const std::string& value) {
    return modify(user_dn(server(), "anna"), {{Modification::Op::Replace, "sn", {value}}}, false);
  }
  // The signal is sent at once, and takes effect when every thread has taken notice.
  void put_to_sleep() {
    server().suspend();
    std::string state;
    while (state != "T") {
      std::ifstream stat("/proc/" + std::to_string(server().pid()) + "/stat");
      std::string skipped;
      ASSERT_TRUE(stat >> skipped >> skipped >> state);
      std::this_thread::yield();
    }
  }
  std::string sn() {
    const auto entry = directory::read(*pool_, user_dn(server(), "anna"), {"sn"}, soon());
    EXPECT_TRUE(entry && *entry) << detail(entry);
    return entry && *entry ? std::string((*entry)->attributes.first("sn")) : std::string();
  }

  std::unique_ptr<ldap::Pool> pool_;
};

TEST_F(Outage, RecoversWhenTheServerIsBack) {
  server().kill_hard();
  EXPECT_KIND(ErrorKind::Unavailable, directory::read(*pool_, user_dn(server(), "anna"), {"sn"}, soon()));
  EXPECT_KIND(ErrorKind::Unavailable, pool_->apply(rename_sn("Lost"), {}, soon()));
  ASSERT_TRUE(server().restart(soon()));
  const auto result = pool_->apply(rename_sn("Back"), {}, soon());
  EXPECT_TRUE(result) << detail(result);
  EXPECT_EQ(sn(), "Back");
}

TEST_F(Outage, RestartBetweenTwoRequestsIsNotNoticed) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(server().restart(soon()));
    const auto result = pool_->apply(rename_sn(std::to_string(round)), {"sn"}, soon());
    EXPECT_TRUE(result) << detail(result);
  }
  server().kill_hard();
  ASSERT_TRUE(server().restart(soon()));
  EXPECT_EQ(sn(), "2");
}

TEST_F(Outage, NobodyWaitsLongerThanOneAttemptWhileItLasts) {
  server().kill_hard();
  std::vector<std::thread> threads;
  std::atomic<int> unavailable{0};
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      const auto result = directory::read(*pool_, user_dn(server(), "anna"), {"sn"}, soon());
      if (!result && result.error().kind == ErrorKind::Unavailable) ++unavailable;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(unavailable, 20);
}

TEST_F(Outage, SleepingServerMakesReadsTimeOutAndWritesUnknown) {
  put_to_sleep();
  EXPECT_KIND(ErrorKind::OutcomeUnknown,
              pool_->apply(rename_sn("Dozing"), {}, deadline_in(std::chrono::milliseconds(300))));
  EXPECT_FALSE(directory::read(*pool_, user_dn(server(), "anna"), {"sn"},
                               deadline_in(std::chrono::milliseconds(300))));
  server().resume();
  EXPECT_EQ(sn(), "Dozing") << "the write that was sent has been made";
}

TEST_F(Outage, SleepWithinTheDeadlineIsOnlyADelay) {
  put_to_sleep();
  std::thread sleeper([&] {
    const auto result = pool_->apply(rename_sn("Late"), {}, soon());
    EXPECT_TRUE(result) << detail(result);
  });
  while (pool_->uris_in_use().empty()) std::this_thread::yield();
  server().resume();
  sleeper.join();
  EXPECT_EQ(sn(), "Late");
}

class TwoServers : public testing::Test {
 protected:
  void SetUp() override {
    auto options = fast_slapd_options();
    options.bridge_password = Secret("the-same-on-both");
    first_ = start_slapd(options);
    second_ = start_slapd(options);
    auto settings = settings_for(*first_);
    settings.uris = {first_->uri(), second_->uri()};
    pool_ = std::make_unique<ldap::Pool>(settings);
  }
  void TearDown() override { pool_.reset(); }

  bool asks(const slapd::PrivateSlapd& server) {
    const auto result = pool_->capabilities(soon());
    EXPECT_TRUE(result) << detail(result);
    const auto uris = pool_->uris_in_use();
    return !uris.empty() &&
           std::all_of(uris.begin(), uris.end(), [&](const auto& uri) { return uri == server.uri(); });
  }

  std::unique_ptr<slapd::PrivateSlapd> first_;
  std::unique_ptr<slapd::PrivateSlapd> second_;
  std::unique_ptr<ldap::Pool> pool_;
};

TEST_F(TwoServers, PreferredOneIsAskedAsLongAsItWorks) {
  EXPECT_TRUE(asks(*first_));
}

TEST_F(TwoServers, G4_TheSecondOneTakesOverAndStaysInUseUntilItIsAway) {
  EXPECT_TRUE(asks(*first_));
  first_->kill_hard();
  EXPECT_TRUE(asks(*second_));
  ASSERT_TRUE(first_->restart(soon()));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(asks(*second_)) << "nobody goes back and forth";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  second_->kill_hard();
  EXPECT_TRUE(asks(*first_));
}

TEST_F(TwoServers, BothDownIsUnavailableAndNamesBoth) {
  first_->kill_hard();
  second_->kill_hard();
  const auto result = pool_->capabilities(soon());
  EXPECT_KIND(ErrorKind::Unavailable, result);
  EXPECT_THAT(result.error().detail, testing::HasSubstr(first_->uri()));
  EXPECT_THAT(result.error().detail, testing::HasSubstr(second_->uri()));
}

}  // namespace
}  // namespace dirbridge::test
