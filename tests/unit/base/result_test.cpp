// What an error says of itself.
#include "base/result.hpp"

#include <gmock/gmock.h>

namespace dirbridge {
namespace {

TEST(Error, ABugSaysWhereItWasFound) {
  const auto bug = error(ErrorKind::Internal, "the directory did not return the entry");
  EXPECT_THAT(place_of(bug), testing::MatchesRegex("result_test.cpp:[0-9]+"));
}

TEST(Error, WhatIsNoBugSaysNothingOfTheSource) {
  EXPECT_EQ(place_of(error(ErrorKind::NotFound, "there is no such resource")), "");
  EXPECT_EQ(place_of(Error{ErrorKind::Internal, "made elsewhere", {}}), "");
}

TEST(Error, ItsPlaceTravelsThroughResults) {
  const Result<int> failed = error(ErrorKind::Internal, "broken");
  const auto passed_on = [&]() -> Result<std::string> { return failed.error(); };
  EXPECT_EQ(place_of(passed_on().error()), place_of(failed.error()));
}

}  // namespace
}  // namespace dirbridge
