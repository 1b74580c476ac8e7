// R1, R2 and R4 on 389 Directory Server, R1 and R2 on Samba as an Active Directory, as on slapd and on the
// twin in memory. Fewer steps: both need some ten milliseconds for a change.
#include <iostream>

#include "connection_fixture.hpp"
#include "ldap/ad/active_directory.hpp"
#include "support/ds389.hpp"
#include "support/external_command.hpp"
#include "support/interruption_walk.hpp"
#include "support/quiet_log.hpp"
#include "support/removal_walk.hpp"
#include "support/samba.hpp"
#include "support/sanitizer.hpp"
#include "support/seed.hpp"
#include "support/user_names_play.hpp"

namespace dirbridge::test {
namespace {

class WalkOn389 : public testing::Test {
 protected:
  const QuietLog quiet_;
  TemporaryFolder folder_;
  Ds389 server_{folder_.path() + "/389ds", {}};
  ldap::Pool administrator_{settings_for(server_.uri(), Ds389::manager_dn, server_.manager_password())};
  ldap::Pool bridge_{settings_for(server_.uri(), server_.names().bridge_dn, server_.bridge_password())};
  const unsigned seed_ = seed_of_walks();
};

TEST_F(WalkOn389, R1_WhoIsToLoseAccessLosesItWhateverElseIsRefused) {
  constexpr int steps = test::steps(150, 40);
  RemovalWalk walk(bridge_, seed_);
  ASSERT_EQ(walk.run(steps), "") << "seed " << seed_;
  EXPECT_GT(walk.removals(), steps / 20);
}

TEST_F(WalkOn389, R2_NoLoginIsTwiceInWhatTheProductsRead) {
  UserNamesPlay play(administrator_, bridge_, rules_on(server_.names(), "okta", [](auto&) {}), seed_);
  for (int i = 0; i < steps(100, 30); ++i) {
    const auto wrong = play.step();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed_ << ", step " << i << ": " << wrong;
  }
  EXPECT_GT(play.made(), 5U);
}

TEST_F(WalkOn389, R4_WhatFailsLeavesNothingBehind) {
  InterruptionWalk walk(administrator_, bridge_, rules_on(server_.names(), "okta", [](auto&) {}), seed_);
  for (int i = 0; i < steps(100, 30); ++i) {
    const auto wrong = walk.step();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed_ << ", step " << i << ": " << wrong;
  }
  EXPECT_EQ(walk.end(), "");
  EXPECT_GT(walk.interrupted(), 5U);
}

class WalkOnSamba : public testing::Test {
 protected:
  WalkOnSamba() {
    ldap::Settings settings =
        settings_for(server_.uri(), server_.names().bridge_dn, server_.bridge_password());
    settings.ca_file = server_.ca_file();
    settings.verify_hostname = false;  // the certificate is for its name
    pool_ = std::make_unique<ldap::Pool>(std::move(settings));
    directory_ = std::make_unique<ldap::ad::ActiveDirectory>(
        *pool_,
        ldap::ad::Settings{"sAMAccountName", directory::Dn::parse("cn=dirbridge-placeholder").value()});
  }

  static void as_active_directory(mapping::Rules& rules) {
    rules.user_naming_attribute = "cn";
    rules.login_attribute = "uid";
    rules.login_limits = {"sAMAccountName", 20, "\"/\\[]:;|=,+*?<>"};
    rules.group_limits = {"cn", 64};
    rules.value_limits = {{"title", "title", 128}, {"sn", "name.familyName", 64}};
  }
  mapping::Rules rules() { return rules_on(server_.names(), "okta", as_active_directory); }

  const QuietLog quiet_;
  const unsigned seed_ = seed_of_walks();
  TemporaryFolder folder_;
  Samba server_{folder_.path() + "/samba", "/dev/null"};
  std::unique_ptr<ldap::Pool> pool_;
  std::unique_ptr<ldap::ad::ActiveDirectory> directory_;
};

TEST_F(WalkOnSamba, R1_WhoIsToLoseAccessLosesItWhateverElseIsRefused) {
  constexpr int steps = test::steps(150, 40);
  RemovalWalk walk(*directory_, seed_, as_active_directory);
  ASSERT_EQ(walk.run(steps), "") << "seed " << seed_;
  EXPECT_GT(walk.removals(), steps / 20);
}

TEST_F(WalkOnSamba, R2_NoLoginIsTwiceInWhatTheProductsRead) {
  UserNamesPlay play(*directory_, *directory_, rules(), seed_);
  for (int i = 0; i < steps(100, 30); ++i) {
    const auto wrong = play.step();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed_ << ", step " << i << ": " << wrong;
  }
  EXPECT_GT(play.made(), 5U);
}

}  // namespace
}  // namespace dirbridge::test
