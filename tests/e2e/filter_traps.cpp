// Traps of filters (tests/traps.md), through the URL, the bridge and the directory.
#include <gmock/gmock.h>

#include <chrono>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

class FilterTrap : public Scenario {
 protected:
  // The user names that a filter finds.
  std::vector<std::string> found(const std::string& filter) {
    const auto answer = client_.find("Users", filter);
    EXPECT_EQ(answer.status, 200) << filter << ": " << answer.body;
    std::vector<std::string> names;
    if (answer.status != 200) return names;
    for (const auto& resource : answer.json.at("Resources").as_array())
      names.emplace_back(resource.at("userName").as_string());
    EXPECT_EQ(answer.json.at("totalResults").to_number<std::size_t>(), names.size()) << filter;
    return names;
  }
  void expect_invalid(const std::string& filter) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = client_.find("Users", filter);
    EXPECT_EQ(answer.status, 400) << filter.substr(0, 100) << ": " << answer.body;
    EXPECT_EQ(answer.text("scimType"), "invalidFilter") << filter.substr(0, 100);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  }
};

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(FilterTrap, T40_TextsAreUnescapedAsJson) {
  create_user(client_, R"(say "hi" \ x)");
  create_user(client_, "ren\xc3\xa9");
  EXPECT_THAT(found(R"(userName eq "say \"hi\" \\ x")"), ElementsAre(R"(say "hi" \ x)"));
  EXPECT_THAT(found(R"(userName eq "ren\u00e9")"), ElementsAre("ren\xc3\xa9"));
  EXPECT_THAT(found(R"(userName eq "\u0072en\u00E9")"), ElementsAre("ren\xc3\xa9"));
}

TEST_F(FilterTrap, T41_ParenthesesKeepTheirGrouping) {
  create_user(client_, "a");
  create_user(client_, "b", {{"title", "b"}, {"active", false}});
  create_user(client_, "c", {{"title", "b"}});
  EXPECT_THAT(found(R"((userName eq "a" or title eq "b") and active eq true)"),
              UnorderedElementsAre("a", "c"));
  EXPECT_THAT(found(R"(userName eq "a" or title eq "b" and active eq false)"),
              UnorderedElementsAre("a", "b"));
  EXPECT_THAT(found(R"(active eq true and (title eq "b" or userName eq "x"))"), ElementsAre("c"));
  EXPECT_THAT(found(R"(not (userName eq "a" or title eq "b"))"), IsEmpty());
}

TEST_F(FilterTrap, T43_WordsOfTheGrammarInAnyCase) {
  create_user(client_, "x");
  create_user(client_, "y", {{"title", "t"}});
  EXPECT_THAT(found(R"(userName Eq "x" AND NOT (title PR))"), ElementsAre("x"));
  EXPECT_THAT(found(R"(userName EQ "y" aNd nOt (title pR))"), IsEmpty());
  EXPECT_THAT(found(R"(userName eq "x" OR userName Sw "y")"), UnorderedElementsAre("x", "y"));
}

TEST_F(FilterTrap, T44_NamesInAnyCaseAndWithTheirSchema) {
  create_user(client_, "x", {{kEnterprise, {{"department", "R&D"}}}});
  create_user(client_, "y");
  EXPECT_THAT(found(R"(USERNAME eq "x")"), ElementsAre("x"));
  EXPECT_THAT(found(std::string(kEnterprise) + R"(:department eq "R&D")"), ElementsAre("x"));
  EXPECT_THAT(found(R"(URN:IETF:params:scim:schemas:extension:ENTERPRISE:2.0:User:Department eq "r&d")"),
              ElementsAre("x"));
  EXPECT_THAT(found(R"(urn:ietf:params:scim:schemas:core:2.0:User:userName eq "y")"), ElementsAre("y"));
}

TEST_F(FilterTrap, T46_NamesCompareWithoutCaseAndExternalIdsWithCase) {
  create_user(client_, "bjensen", {{"externalId", "Ext-1"}});
  EXPECT_THAT(found(R"(userName eq "BJENSEN")"), ElementsAre("bjensen"));
  EXPECT_THAT(found(R"(externalId eq "Ext-1")"), ElementsAre("bjensen"));
  EXPECT_THAT(found(R"(externalId eq "ext-1")"), IsEmpty());
}

TEST_F(FilterTrap, T47_NumbersAndTextsAreNotMixedUp) {
  create_user(client_, "5");
  EXPECT_THAT(found(R"(userName eq "5")"), ElementsAre("5"));
  create_user(client_, "n", {{kEnterprise, {{"employeeNumber", "5"}}}});
  EXPECT_THAT(found(std::string(kEnterprise) + R"(:employeeNumber eq "5")"), ElementsAre("n"));
}

TEST_F(FilterTrap, T49_SpecialCharactersOfLdapAreOrdinaryOnes) {
  const std::vector<std::string> names = {"*",    "a*b", "(",   ")",     ")(uid=*", "\\",
                                          "\\2a", "a,b", "a+b", "\"q\"", "#1",      "a=b"};
  for (const auto& name : names) create_user(client_, name);
  for (const auto& name : names) {
    const auto quoted = boost::json::serialize(boost::json::value(name));
    EXPECT_THAT(found("userName eq " + quoted), ElementsAre(name));
    EXPECT_THAT(found("userName sw " + quoted + " and userName ew " + quoted), testing::Contains(name));
  }
  EXPECT_THAT(found(R"(userName co "*")"), UnorderedElementsAre("*", "a*b", ")(uid=*"));
  EXPECT_THAT(found(R"(externalId eq "*")"), IsEmpty());
  EXPECT_THAT(found(R"(emails.value eq "*")"), IsEmpty());
  EXPECT_THAT(found(R"(id eq "*")"), IsEmpty());
  const auto nul = client_.find("Users", R"(userName eq "a\u0000b")");
  EXPECT_TRUE(nul.status == 400 || nul.json.at("totalResults") == 0) << nul.body;
  EXPECT_EQ(client_.get("/Users?filter=userName%20eq%20%22a%00b%22").status, 400);
}

TEST_F(FilterTrap, T50_EndlessAndBrokenFiltersAreRefusedInTime) {
  create_user(client_, "x");
  for (const auto* broken :
       {"", " ", "(", ")", "userName", "userName eq", R"(userName eq "x)", R"((userName eq "x")",
        R"(userName eq "x"))", R"(userName eq "x" and)", R"(userName is "x")", R"(not userName eq "x")",
        R"(emails[type eq "work")", "userName eq x\"", "[type eq 1]"})
    expect_invalid(broken);
  expect_invalid(repeated("(", 1000) + R"(userName eq "x")" + repeated(")", 1000));
  expect_invalid(repeated("not (", 400) + "title pr" + repeated(")", 400));
  const auto terms = R"(title eq "y")" + repeated(R"( or title eq "y")", 10'000);
  const auto endless = client_.find("Users", terms);
  EXPECT_GE(endless.status, 400);
  EXPECT_LT(endless.status, 500);
  EXPECT_THAT(found(R"(userName eq "x")"), ElementsAre("x")) << "the bridge goes on";
}

TEST_F(FilterTrap, T52_ValueFilterWithASubAttributeFinds) {
  create_user(
      client_, "x",
      {{"emails",
        {{{"type", "work"}, {"value", "x@example.org"}}, {{"type", "home"}, {"value", "h@example.org"}}}}});
  create_user(
      client_, "y",
      {{"emails",
        {{{"type", "home"}, {"value", "x@example.org"}}, {{"type", "work"}, {"value", "y@example.org"}}}}});
  EXPECT_THAT(found(R"(emails[type eq "work"].value eq "x@example.org")"), ElementsAre("x"));
  EXPECT_THAT(found(R"(emails[type eq "work"].value eq "X@EXAMPLE.ORG")"), ElementsAre("x"));
  EXPECT_THAT(found(R"(emails[type eq "home"].value eq "x@example.org")"), ElementsAre("y"));
  EXPECT_THAT(found(R"(emails[type eq "work" and value co "@example.org"])"), UnorderedElementsAre("x", "y"));
  EXPECT_THAT(found(R"(emails[type eq "other"].value eq "x@example.org")"), IsEmpty());
}

}  // namespace
}  // namespace dirbridge::e2e
