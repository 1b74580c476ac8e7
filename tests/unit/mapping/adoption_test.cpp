#include "mapping/adoption.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "mapping/naming.hpp"

namespace dirbridge::mapping {
namespace {

using Values = std::vector<std::string>;
using testing::ElementsAre;
using testing::IsEmpty;

directory::Entry entry(const char* dn, Values mail) {
  return {directory::Dn::parse(dn).value(), {{"mail", std::move(mail)}}};
}

struct MergeCase {
  const char* name;
  Values said, written, today, after;
};

class MergeTest : public testing::TestWithParam<MergeCase> {};

TEST_P(MergeTest, B3_WhatIsSentTakesThePlaceOfWhatItMeans) {
  const auto& c = GetParam();
  const auto goals = beside_what_is_there({}, {sync::exactly("mail", c.said)}, {},
                                          {sync::exactly("mail", c.written)}, entry("uid=a", c.today));
  EXPECT_EQ(goals.front().values, c.after);
}

INSTANTIATE_TEST_SUITE_P(All, MergeTest,
                         testing::Values(MergeCase{"nothing sent", {}, {}, {"a", "b"}, {"a", "b"}},
                                         MergeCase{"there already", {"b"}, {}, {"b", "a"}, {"b", "a"}},
                                         MergeCase{"the first time", {"n"}, {}, {"a", "b"}, {"n", "b"}},
                                         MergeCase{"into nothing", {"n"}, {}, {}, {"n"}},
                                         MergeCase{"changed", {"n"}, {"b"}, {"a", "b"}, {"a", "n"}},
                                         MergeCase{"taken back", {}, {"a"}, {"a", "b"}, {"b"}},
                                         MergeCase{"gone meanwhile", {}, {"x"}, {"a"}, {"a"}},
                                         MergeCase{"other spelling", {"A"}, {"a"}, {"a", "b"}, {"A", "b"}}),
                         [](const auto& one) {
                           std::string name = one.param.name;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

// A server lists the value that names an entry where it likes.
TEST(Adoption, R2_ALoginTakesThePlaceOfTheOneThatNamesTheEntry) {
  directory::Entry otto{directory::Dn::parse("cn=Otto+uid=otto").value(), {{"uid", {"om", "otto"}}}};
  const auto after = [&] {
    return beside_what_is_there({}, {sync::exactly("uid", {"eve"})}, {}, {}, otto).front().values;
  };
  EXPECT_THAT(after(), ElementsAre("om", "eve"));
  otto.dn = directory::Dn::parse("cn=Otto").value();
  EXPECT_THAT(after(), ElementsAre("eve", "otto"));
}

TEST(Adoption, B3_WhatIsDerivedStandsInOnlyWhereNothingIsLeft) {
  const Goals derived{sync::exactly("mail", {"derived"})};
  const Goals none{sync::exactly("mail", {})};
  EXPECT_THAT(beside_what_is_there({}, none, derived, {}, entry("uid=a", {"a"})).front().values,
              ElementsAre("a"));
  EXPECT_THAT(beside_what_is_there({}, none, derived, {}, entry("uid=a", {})).front().values,
              ElementsAre("derived"));
}

TEST(Adoption, B2_WhatTheNameIsMadeOfIsLeftAlone) {
  Goals goals{sync::exactly("cn", {"New"}), sync::exactly("uid", {"OTTO", "o"}), sync::exactly("sn", {"M"})};
  keep_name(goals, directory::Rdn::parse("cn=Otto Meier+uid=otto").value());
  ASSERT_EQ(goals.size(), 2U);
  EXPECT_EQ(goals[0].attribute, "uid");
  EXPECT_EQ(goals[1].attribute, "sn");
}

TEST(Adoption, B2_OneValueOfAMultiValuedNameChanges) {
  const auto today = directory::Rdn::parse("cn=Otto Meier+uid=otto").value();
  EXPECT_EQ(renamed(today, "uid", "om").str(), "cn=Otto Meier+uid=om");
  EXPECT_EQ(renamed(today, "mail", "om").str(), "mail=om");
}

TEST(Adoption, B3_WhatWasThereIsGivenBackUnlessSomebodyElseHasChangedIt) {
  const Goals written{sync::exactly("mail", {"new"})};
  auto now = entry("uid=a", {"old", "second"});
  const auto kept = remembered(written, now);
  now.attributes.set("dirbridgeOriginal", {kept});
  now.attributes.set("mail", {"new", "second", "third"});
  EXPECT_THAT(given_back({}, written, now).front().values, ElementsAre("old", "second", "third"));
  now.attributes.set("mail", {"by hand"});
  EXPECT_THAT(given_back({}, written, now), IsEmpty());
}

}  // namespace
}  // namespace dirbridge::mapping
