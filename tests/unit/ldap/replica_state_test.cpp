#include "ldap/replica_state.hpp"

#include <gtest/gtest.h>

namespace dirbridge::ldap {
namespace {

const std::string old_first = "20261130144200.000001Z#000000#001#000000";
const std::string new_first = "20261130144200.000001Z#000001#001#000000";
const std::string second = "20261130144100.000000Z#000000#002#000000";

TEST(ReplicaStateTest, G4_WhatOneServerHasShownTheOthersMustHave) {
  ReplicaState state;
  EXPECT_EQ(state.missing_in({}), "");
  EXPECT_EQ(state.missing_in({old_first}), "") << "nothing was seen yet";
  state.saw({new_first, second});
  state.saw({old_first});
  EXPECT_EQ(state.missing_in({new_first, second}), "");
  EXPECT_EQ(state.missing_in({old_first, second}), new_first);
  EXPECT_EQ(state.missing_in({new_first}), second);
  EXPECT_EQ(state.missing_in({}), "") << "a server that says nothing cannot be compared";
  state.settle_for({old_first});
  EXPECT_EQ(state.missing_in({old_first}), "");
}

}  // namespace
}  // namespace dirbridge::ldap
