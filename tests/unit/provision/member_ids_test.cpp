#include "provision/member_ids.hpp"

#include <gtest/gtest.h>

namespace dirbridge::provision {
namespace {

class HandClock final : public Clock {
 public:
  WallTime now() const override { return now_; }
  void pass(std::chrono::seconds time) { now_ += time; }

 private:
  WallTime now_ = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
};

constexpr auto bob = "uid=bob,ou=people,dc=example,dc=org";
const UuidBytes bobs_id = pack_uuid("0193a1b2-0000-7000-8000-0123456789ab");

std::optional<Identity> find(const MemberIds& ids, const std::string& dn) {
  return ids.find(std::span(&dn, 1)).front();
}

TEST(MemberIds, AreKnownUntilForgotten) {
  HandClock clock;
  MemberIds ids(clock);
  EXPECT_FALSE(find(ids, bob));
  ids.remember(bob, {bobs_id, false});
  ids.remember("cn=team,dc=example", {pack_uuid("0193a1b2-0000-7000-8000-ffffffffffff"), true});
  ASSERT_TRUE(find(ids, bob));
  EXPECT_EQ(find(ids, bob)->id, bobs_id);
  EXPECT_FALSE(find(ids, bob)->is_group);
  EXPECT_TRUE(find(ids, "cn=team,dc=example")->is_group);
  ids.forget(*directory::Dn::parse(bob));
  EXPECT_FALSE(find(ids, bob));
  EXPECT_TRUE(find(ids, "cn=team,dc=example"));
}

TEST(MemberIds, AreKnownForAWhileOnly) {
  HandClock clock;
  MemberIds ids(clock);
  ids.remember(bob, {bobs_id, false});
  clock.pass(MemberIds::life);
  EXPECT_TRUE(find(ids, bob));
  clock.pass(std::chrono::seconds(1));
  EXPECT_FALSE(find(ids, bob));
}

TEST(MemberIds, DoNotGrowWithoutEnd) {
  HandClock clock;
  MemberIds ids(clock);
  for (std::size_t i = 0; i < MemberIds::most; ++i)
    ids.remember("uid=" + std::to_string(i), {bobs_id, false});
  EXPECT_TRUE(find(ids, "uid=0"));
  ids.remember(bob, {bobs_id, false});
  EXPECT_TRUE(find(ids, bob));
  EXPECT_FALSE(find(ids, "uid=0"));
}

}  // namespace
}  // namespace dirbridge::provision
