#include "http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dirbridge::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Headers, FindComparesNamesWithoutCase) {
  Headers headers;
  headers.add("Content-Type", "application/scim+json");
  ASSERT_NE(headers.find("content-TYPE"), nullptr);
  EXPECT_EQ(*headers.find("content-TYPE"), "application/scim+json");
  EXPECT_EQ(headers.find("Content-Typ"), nullptr);
}

TEST(Headers, AddKeepsAndFindGivesTheFirst) {
  Headers headers;
  headers.add("Accept", "a");
  headers.add("accept", "b");
  EXPECT_EQ(*headers.find("Accept"), "a");
  EXPECT_THAT(std::vector(headers.begin(), headers.end()),
              ElementsAre(Pair("Accept", "a"), Pair("accept", "b")));
}

TEST(Headers, SetReplacesAllOfTheName) {
  Headers headers;
  headers.add("Accept", "a");
  headers.add("Host", "h");
  headers.add("ACCEPT", "b");
  headers.set("accept", "c");
  headers.set("ETag", "W/\"1\"");
  EXPECT_THAT(std::vector(headers.begin(), headers.end()),
              ElementsAre(Pair("Accept", "c"), Pair("Host", "h"), Pair("ETag", "W/\"1\"")));
}

}  // namespace
}  // namespace dirbridge::http
