#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ldap/batch.hpp"

namespace dirbridge::ldap {
namespace {

using directory::Change;
using directory::Modification;
using directory::Modify;
using Op = Modification::Op;

std::vector<std::string> values(char letter, int count) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back("cn=" + std::string(1, letter) + std::to_string(i));
  return result;
}

Change permissive(std::vector<Modification> modifications) {
  return {Modify{directory::Dn::parse("cn=g").value(), std::move(modifications), true, std::nullopt}, "why"};
}

const Modify& modify_of(const Change& change) {
  return std::get<Modify>(change.operation);
}

TEST(Split, WhatFitsIsSentAsItIs) {
  EXPECT_TRUE(split(permissive({{Op::Add, "member", values('a', 10)}}), 1000).empty());
}

TEST(Split, PartsAreComplete) {
  const auto whole =
      permissive({{Op::Delete, "member", values('d', 40)}, {Op::Add, "member", values('a', 40)}});
  const auto parts = split(whole, 200);
  ASSERT_GT(parts.size(), 3U);
  std::vector<std::string> added;
  std::vector<std::string> deleted;
  for (const auto& part : parts) {
    EXPECT_TRUE(modify_of(part).permissive);
    EXPECT_EQ(part.reason, "why");
    for (const auto& m : modify_of(part).modifications) {
      auto& seen = m.op == Op::Add ? added : deleted;
      EXPECT_TRUE(m.op == Op::Delete || deleted.empty())
          << "additions come first: a group never loses its last member";
      seen.insert(seen.end(), m.values.begin(), m.values.end());
    }
  }
  EXPECT_EQ(added, values('a', 40));
  EXPECT_EQ(deleted, values('d', 40));
}

TEST(Split, EverythingElseComesWithTheLastPart) {
  const auto parts = split(permissive({{Op::Replace, "dirbridgeResource", {"{}"}},
                                       {Op::Add, "member", values('a', 100)},
                                       {Op::Delete, "description", {}}}),
                           300);
  ASSERT_GT(parts.size(), 1U);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) EXPECT_EQ(modify_of(parts[i]).modifications.size(), 1U);
  const auto& last = modify_of(parts.back()).modifications;
  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last[1].attribute, "dirbridgeResource");
  EXPECT_EQ(last[2], (Modification{Op::Delete, "description", {}}));
}

TEST(Split, WhatHasToBeAtomicIsNotSplit) {
  auto strict = permissive({{Op::Add, "member", values('a', 100)}});
  std::get<Modify>(strict.operation).permissive = false;
  EXPECT_TRUE(split(strict, 100).empty());

  EXPECT_TRUE(split(permissive({{Op::Replace, "member", values('a', 100)}}), 100).empty());
  EXPECT_TRUE(
      split({directory::Add{directory::Dn::parse("cn=g").value(), {{"member", values('a', 100)}}}, ""}, 100)
          .empty());
}

TEST(Split, AConditionIsThatOfTheFirstPart) {
  auto conditional = permissive({{Op::Add, "member", values('a', 100)}});
  const auto condition = directory::Filter::equal("entryCSN", "1");
  std::get<Modify>(conditional.operation).only_if = condition;
  const auto parts = split(conditional, 100);
  ASSERT_GT(parts.size(), 2U);
  EXPECT_EQ(modify_of(parts.front()).only_if, condition);
  for (std::size_t i = 1; i < parts.size(); ++i) EXPECT_FALSE(modify_of(parts[i]).only_if);
}

TEST(Split, WhereTheOrderMattersNothingIsSplit) {
  EXPECT_TRUE(
      split(permissive({{Op::Delete, "member", values('a', 50)}, {Op::Add, "Member", values('A', 50)}}), 100)
          .empty());
  EXPECT_TRUE(
      split(permissive({{Op::Replace, "member", {"cn=x"}}, {Op::Add, "MEMBER", values('a', 50)}}), 100)
          .empty());
}

}  // namespace
}  // namespace dirbridge::ldap
