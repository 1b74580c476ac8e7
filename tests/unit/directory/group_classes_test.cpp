// Both classes of groups as if they were one.
#include "directory/group_classes.hpp"

#include <gmock/gmock.h>

#include "directory/memory_directory.hpp"
#include "support/dn.hpp"
#include "support/soon.hpp"

namespace dirbridge::directory {
namespace {

using test::dn;
using test::soon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class GroupClassesTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* base : {"ou=groups", "ou=people"})
      server_.load({dn(base), {{"objectClass", {"organizationalUnit"}}}});
    server_.load({dn("cn=old,ou=groups"),
                  {{"objectClass", {"groupOfNames"}}, {"cn", {"old"}}, {"member", {"uid=ann,ou=people"}}}});
    server_.load({dn("cn=wide,ou=groups"),
                  {{"objectClass", {"top", "groupOfUniqueNames"}},
                   {"cn", {"wide"}},
                   {"uniqueMember", {"uid=ann,ou=people", "uid=ben,ou=people"}}}});
  }

  std::vector<std::string> found(const Filter& filter) {
    auto entries = search(directory_, {dn("ou=groups"), Scope::Subtree, filter, {"cn"}, 0}, soon());
    std::vector<std::string> out;
    if (entries)
      for (const auto& entry : *entries) {
        EXPECT_EQ(entry.attributes.size(), 1U) << "what was asked for and no more";
        out.emplace_back(entry.attributes.first("cn"));
      }
    return out;
  }
  Result<std::optional<Entry>> modify(const std::string& group, std::vector<Modification> all,
                                      const std::vector<std::string>& read_back = {},
                                      std::optional<Filter> only_if = std::nullopt) {
    return directory_.apply({Modify{dn(group), std::move(all), true, std::move(only_if)}, "test"}, read_back,
                            soon());
  }
  std::vector<std::string> raw(const std::string& entry, const std::string& attribute) {
    auto found = read(server_, dn(entry), {attribute}, soon());
    return found && *found ? (*found)->attributes.values(attribute) : std::vector<std::string>{"no entry"};
  }

  MemoryDirectory server_;
  GroupClasses directory_{server_, dn("ou=groups"), GroupClass::UniqueNames};
};

TEST_F(GroupClassesTest, B6_AMemberIsFoundInGroupsOfBothClasses) {
  EXPECT_THAT(found(Filter::equal("member", "uid=ann,ou=people")), UnorderedElementsAre("old", "wide"));
  EXPECT_THAT(found(Filter::equal("member", "uid=ben,ou=people")), ElementsAre("wide"));
  EXPECT_THAT(
      found(Filter::all_of({Filter::equal("objectClass", "groupOfNames"), Filter::present("member")})),
      UnorderedElementsAre("old", "wide"));
  EXPECT_THAT(found(Filter::all_of(
                  {Filter::present("cn"), Filter::negation(Filter::equal("member", "uid=ben,ou=people"))})),
              ElementsAre("old"));
}

TEST_F(GroupClassesTest, B6_MembersAreReadByOneName) {
  const auto entry = read(directory_, dn("cn=wide,ou=groups"), {"member", "objectClass"}, soon());
  ASSERT_TRUE(entry && *entry);
  EXPECT_THAT((*entry)->attributes.values("member"), ElementsAre("uid=ann,ou=people", "uid=ben,ou=people"));
  EXPECT_THAT((*entry)->attributes.values("objectClass"), ElementsAre("top", "groupOfNames"));
  EXPECT_EQ((*entry)->attributes.find("uniqueMember"), nullptr);
}

TEST_F(GroupClassesTest, B6_EachGroupIsChangedByItsOwnAttribute) {
  using Op = Modification::Op;
  for (const auto* group : {"cn=old,ou=groups", "cn=wide,ou=groups"}) {
    ASSERT_TRUE(read(directory_, dn(group), {"1.1"}, soon()));
    const auto done = modify(
        group, {{Op::Add, "member", {"uid=eve,ou=people"}}, {Op::Delete, "member", {"uid=ann,ou=people"}}},
        {"member"}, Filter::equal("member", "uid=ann,ou=people"));
    ASSERT_TRUE(done && *done) << group;
    EXPECT_THAT((*done)->attributes.values("member"), testing::Contains("uid=eve,ou=people"));
    const auto again =
        modify(group, {{Op::Add, "description", {"x"}}}, {}, Filter::equal("member", "uid=ann,ou=people"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::PreconditionFailed);
  }
  EXPECT_THAT(raw("cn=old,ou=groups", "member"), ElementsAre("uid=eve,ou=people"));
  EXPECT_THAT(raw("cn=old,ou=groups", "uniqueMember"), IsEmpty());
  EXPECT_THAT(raw("cn=wide,ou=groups", "uniqueMember"),
              UnorderedElementsAre("uid=ben,ou=people", "uid=eve,ou=people"));
  EXPECT_THAT(raw("cn=wide,ou=groups", "member"), IsEmpty());
}

TEST_F(GroupClassesTest, B6_NewGroupsAreOfTheConfiguredClass) {
  const Change add{Add{dn("cn=new,ou=groups"),
                       {{"objectClass", {"top", "groupOfNames"}}, {"member", {"uid=ann,ou=people"}}}},
                   "test"};
  ASSERT_TRUE(directory_.apply(add, {}, soon()));
  EXPECT_THAT(raw("cn=new,ou=groups", "objectClass"), ElementsAre("top", "groupOfUniqueNames"));
  EXPECT_THAT(raw("cn=new,ou=groups", "uniqueMember"), ElementsAre("uid=ann,ou=people"));
  const auto sent = to_ldif(directory_.as_sent(add));
  EXPECT_NE(sent.find("uniqueMember: uid=ann"), std::string::npos) << sent;
  ASSERT_TRUE(
      directory_.apply({Rename{dn("cn=new,ou=groups"), {"cn", "newer"}, std::nullopt}, "test"}, {}, soon()));
  ASSERT_TRUE(modify("cn=newer,ou=groups", {{Modification::Op::Add, "member", {"uid=ben,ou=people"}}}));
  EXPECT_THAT(raw("cn=newer,ou=groups", "uniqueMember"),
              UnorderedElementsAre("uid=ann,ou=people", "uid=ben,ou=people"));
}

TEST_F(GroupClassesTest, B6_WhatLiesElsewhereIsLeftAlone) {
  const Change add{
      Add{dn("cn=x,ou=people"), {{"objectClass", {"groupOfNames"}}, {"member", {"uid=ann,ou=people"}}}},
      "test"};
  ASSERT_TRUE(directory_.apply(add, {}, soon()));
  EXPECT_THAT(raw("cn=x,ou=people", "member"), ElementsAre("uid=ann,ou=people"));
}

}  // namespace
}  // namespace dirbridge::directory
