#include "mapping/narrow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scim/catalog.hpp"

namespace dirbridge::mapping {
namespace {

std::string narrowed(const char* text, const scim::ResourceType& type = scim::standard_catalog().user) {
  const auto filter = scim::parse_filter(text, type);
  EXPECT_TRUE(filter) << text;
  if (!filter) return {};
  const auto out =
      narrow(*filter, [](std::string_view id) { return directory::Filter::equal("member", id); });
  return out ? out->str() : "everything";
}

struct NarrowCase {
  const char* filter;
  const char* ldap;
};

class Narrow : public testing::TestWithParam<NarrowCase> {};
TEST_P(Narrow, UsesWhatIsIndexed) {
  EXPECT_EQ(narrowed(GetParam().filter), GetParam().ldap);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Narrow,
    testing::Values(NarrowCase{R"(userName eq "Bob")", "(dirbridgeUserName=Bob)"},
                    NarrowCase{R"(userName eq "*")", "(dirbridgeUserName=\\2a)"},
                    NarrowCase{R"(userName eq "a)(uid=*")", "(dirbridgeUserName=a\\29\\28uid=\\2a)"},
                    NarrowCase{R"(externalId eq "x" and active eq true)", "(dirbridgeExternalId=x)"},
                    NarrowCase{R"(userName eq "a" or userName eq "b")",
                               "(|(dirbridgeUserName=a)(dirbridgeUserName=b))"},
                    NarrowCase{R"(userName eq "a" or title eq "b")", "everything"},
                    NarrowCase{R"(not (userName eq "a"))", "everything"},
                    NarrowCase{R"(userName ne "a")", "everything"},
                    NarrowCase{R"(emails.value eq "m")", "(dirbridgeMail=m)"},
                    NarrowCase{R"(emails[type eq "work"].value eq "m")", "(dirbridgeMail=m)"},
                    NarrowCase{R"(emails[type eq "work" or value eq "m"])", "everything"},
                    NarrowCase{R"(emails.type eq "work")", "everything"},
                    NarrowCase{R"(id eq "no-uuid")", "(dirbridgeId=00000000-0000-0000-0000-000000000000)"},
                    NarrowCase{R"(userName eq "")", "everything"},
                    // What is the same is up to the directory.
                    NarrowCase{R"(userName eq "Ass")", "(dirbridgeUserName=Ass)"},
                    NarrowCase{R"(userName eq "m.Strauß")", "(dirbridgeUserName=m.Strauß)"},
                    NarrowCase{R"(userName eq "Σίσυφος")", "(dirbridgeUserName=Σίσυφος)"},
                    NarrowCase{R"(userName eq "İ")", "(dirbridgeUserName=İ)"},
                    NarrowCase{R"(externalId eq "Ass")", "(dirbridgeExternalId=Ass)"},
                    NarrowCase{R"(displayName eq "D")", "(dirbridgeDisplayName=D)"}));

// What the directory has decided is not decided again.
TEST(NarrowNames, G6_OnlyTheRestIsEvaluated) {
  const auto left = [](const char* text) {
    const auto& type = scim::standard_catalog().user;
    const auto rest = undecided(scim::parse_filter(text, type).value());
    return !rest                                       ? std::string("nothing")
           : rest->kind == scim::Filter::Kind::Compare ? rest->path.attribute->name
                                                       : "all";
  };
  EXPECT_EQ(left(R"(userName eq "a")"), "nothing");
  EXPECT_EQ(left(R"(userName eq "a" or displayName eq "b")"), "nothing");
  EXPECT_EQ(left(R"(userName eq "a" and title eq "b")"), "title");
  EXPECT_EQ(left(R"(userName eq "a" or title eq "b")"), "all");
  EXPECT_EQ(left(R"(not (userName eq "a"))"), "all");
  EXPECT_EQ(left(R"(userName ne "a")"), "userName");
  EXPECT_EQ(left(R"(emails eq "a")"), "nothing");
  EXPECT_EQ(left(R"(emails.value eq "a" or externalId eq "b")"), "nothing");
  EXPECT_EQ(left(R"(emails.type eq "a")"), "emails");
  EXPECT_EQ(left(R"(emails[type eq "work" and value eq "a"])"), "all");
  EXPECT_EQ(left(R"(emails[type eq "work"].value eq "a")"), "all");
}

TEST(NarrowGroups, AsksTheCallerForMembers) {
  const auto& group = scim::standard_catalog().group;
  EXPECT_EQ(narrowed(R"(members eq "a")", group), "(member=a)");
  EXPECT_EQ(narrowed(R"(members.value eq "a" and displayName eq "g")", group),
            "(&(member=a)(dirbridgeDisplayName=g))");
  EXPECT_EQ(narrowed(R"(members[type eq "User" and value eq "a"])", group), "(member=a)");
  EXPECT_EQ(narrowed(R"(members.type eq "User")", group), "everything");
}

TEST(NarrowGroups, KnowsWhichMembersAreAskedFor) {
  const auto asked = [](const char* text) {
    return members_asked(scim::parse_filter(text, scim::standard_catalog().group).value());
  };
  EXPECT_THAT(asked(R"(members eq "a" or members[value eq "b"])").ids, testing::ElementsAre("a", "b"));
  EXPECT_FALSE(asked(R"(members eq "a")").others);
  EXPECT_TRUE(asked(R"(members[type eq "User" and value eq "a"])").others);
  EXPECT_TRUE(asked("members pr").others);
  EXPECT_FALSE(asked(R"(displayName eq "x")").others);
}

}  // namespace
}  // namespace dirbridge::mapping
