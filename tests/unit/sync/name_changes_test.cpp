#include "sync/name_changes.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "support/dn.hpp"
#include "support/soon.hpp"

namespace dirbridge::sync {
namespace {

using test::dn;
using test::soon;
using testing::ElementsAre;
using Texts = std::vector<std::string>;

TEST(NameChanges, G1_WhoWatchesIsToldOfTheOtherNames) {
  NameChanges changes;
  const NameChanges::Watch watch(changes);
  { const auto running = changes.begin({dn("uid=a"), dn("uid=b")}); }
  { const auto running = changes.begin({dn("uid=B"), dn("uid=c")}); }
  { const auto running = changes.begin({dn("uid=x"), dn("uid=y")}); }
  Texts names{"uid=a"};
  std::uint64_t seen = 0;
  EXPECT_TRUE(watch.follow(names, seen, soon()).value());
  EXPECT_THAT(names, ElementsAre("uid=a", "uid=b", "uid=c"));
  EXPECT_FALSE(watch.follow(names, seen, soon()).value()) << "that is known";
}

TEST(NameChanges, G1_AChangeThatRunsIsWaitedFor) {
  NameChanges changes;
  std::optional<NameChanges::Running> running(changes.begin({dn("uid=a"), dn("uid=b")}));
  const NameChanges::Watch watch(changes);
  EXPECT_TRUE(changes.runs(dn("UID=A")));
  Texts names{"uid=b"};
  std::uint64_t seen = 0;
  const auto late = watch.follow(names, seen, deadline_in(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::Busy);
  std::thread ends([&] { running.reset(); });
  EXPECT_TRUE(watch.follow(names, seen, soon()).value());
  ends.join();
  EXPECT_THAT(names, ElementsAre("uid=b", "uid=a"));
  EXPECT_FALSE(changes.runs(dn("uid=a")));
}

TEST(NameChanges, G1_WhatWasOverBeforeIsOfNoConcern) {
  NameChanges changes;
  { const auto running = changes.begin({dn("uid=a"), dn("uid=b")}); }
  const NameChanges::Watch watch(changes);
  Texts names{"uid=a"};
  std::uint64_t seen = 0;
  EXPECT_FALSE(watch.follow(names, seen, soon()).value());
  EXPECT_THAT(names, ElementsAre("uid=a"));
}

}  // namespace
}  // namespace dirbridge::sync
