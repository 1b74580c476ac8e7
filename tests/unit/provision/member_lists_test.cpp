#include "provision/members/lists.hpp"

#include <gtest/gtest.h>

namespace dirbridge::provision {
namespace {

MemberList list_of(std::size_t members) {
  return {std::vector<Identity>(members), {"pending"}};
}

TEST(MemberLists, HoldForOneStateOfTheGroup) {
  MemberLists lists;
  const ListState state{"g", "csn-1", 7};
  lists.keep(state, list_of(3));
  ASSERT_TRUE(lists.find(state));
  EXPECT_EQ(lists.find(state)->members.size(), 3U);
  EXPECT_EQ(lists.find(state)->pending.size(), 1U);
  EXPECT_FALSE(lists.find({"g", "csn-2", 7}));
  EXPECT_FALSE(lists.has("g")) << "what holds no longer is dropped";
  lists.keep(state, list_of(3));
  EXPECT_FALSE(lists.find({"g", "csn-1", 8}));
}

TEST(MemberLists, AreNotKeptWhenChangesCannotBeSeen) {
  MemberLists lists;
  lists.keep({"g", "", 0}, list_of(3));
  EXPECT_FALSE(lists.has("g"));
}

TEST(MemberLists, AreBoundedTogether) {
  MemberLists lists;
  lists.keep({"old", "1", 0}, list_of(MemberLists::most_members / 2));
  lists.keep({"used", "1", 0}, list_of(MemberLists::most_members / 2));
  ASSERT_TRUE(lists.find({"old", "1", 0}));
  lists.keep({"new", "1", 0}, list_of(MemberLists::most_members / 2));
  EXPECT_TRUE(lists.has("new"));
  EXPECT_TRUE(lists.has("old")) << "it was used more recently than the other";
  EXPECT_FALSE(lists.has("used"));
  lists.keep({"huge", "1", 0}, list_of(MemberLists::most_members + 1));
  EXPECT_FALSE(lists.has("huge"));
}

}  // namespace
}  // namespace dirbridge::provision
