#include "http/giving_way.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace dirbridge::http {
namespace {

Deadline at(int second) {
  return Deadline{} + std::chrono::seconds(second);
}

TEST(GivingWay, F_TheOrderIsAnsweredStrangerIdleSlow) {
  std::vector<Seat> seats{{Claim::Active, "a", at(0)},  {Claim::Slow, "a", at(1), 10},
                          {Claim::Slow, "a", at(9), 5}, {Claim::Idle, "a", at(3)},
                          {Claim::Idle, "a", at(2)},    {Claim::Stranger, "a", at(4)},
                          {Claim::Answered, "a", at(8)}};
  std::vector<std::size_t> order;
  while (const auto next = first_to_go(seats)) {
    order.push_back(*next);
    seats[*next].claim = Claim::Active;
  }
  EXPECT_EQ(order, (std::vector<std::size_t>{6, 5, 4, 3, 2, 1}));
}

TEST(GivingWay, F_TheAddressWithMostStrangersPays) {
  const std::vector<Seat> seats{{Claim::Stranger, "few", at(0)},
                                {Claim::Stranger, "many", at(3)},
                                {Claim::Stranger, "many", at(2)},
                                {Claim::Idle, "few", at(0)},
                                {Claim::Idle, "few", at(0)}};
  EXPECT_EQ(first_to_go(seats), 2U);
}

TEST(GivingWay, F_StrangersAreLimitedInAllAndForEachAddress) {
  const std::vector<Seat> seats{{Claim::Stranger, "a", at(5)},
                                {Claim::Stranger, "b", at(4)},
                                {Claim::Stranger, "b", at(3)},
                                {Claim::Active, "b", at(1)},
                                {Claim::Idle, "a", at(1)}};
  Limits limits;
  limits.unauthenticated_connections = 3;
  limits.unauthenticated_per_address = 2;
  EXPECT_EQ(stranger_to_go(seats, "b", limits), std::nullopt);
  limits.unauthenticated_per_address = 1;
  EXPECT_EQ(stranger_to_go(seats, "b", limits), 2U);
  EXPECT_EQ(stranger_to_go(seats, "a", limits), std::nullopt);
  limits.unauthenticated_connections = 2;
  EXPECT_EQ(stranger_to_go(seats, "a", limits), 2U) << "of the address that has most";
}

}  // namespace
}  // namespace dirbridge::http
