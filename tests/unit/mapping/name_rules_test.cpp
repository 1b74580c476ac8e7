// Reading 5 of the provisioning options: one match of the whole name, one substitution, rules in order.
#include "mapping/name_rules.hpp"

#include <gtest/gtest.h>

#include <chrono>

using dirbridge::ErrorKind;
using dirbridge::mapping::LetterCase;
using dirbridge::mapping::NameRule;
using dirbridge::mapping::NameRules;

namespace {

NameRules rules(const std::vector<NameRule>& list, LetterCase letter_case = LetterCase::Keep) {
  auto compiled = NameRules::compile(list, letter_case);
  EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().detail);
  return compiled ? *compiled : NameRules();
}

std::string applied(const NameRules& list, std::string_view name) {
  auto result = list.apply(name);
  return result ? *result : "error: " + result.error().detail;
}

dirbridge::Error refusal(const NameRule& rule) {
  auto compiled = NameRules::compile({{"(a)", "$1"}, rule}, LetterCase::Keep);
  EXPECT_FALSE(compiled) << rule.match;
  return compiled ? dirbridge::Error{} : compiled.error();
}

}  // namespace

TEST(NameRules, R05_NoRulesLeaveANameAsItIs) {
  EXPECT_EQ(applied(NameRules(), "Ada@example.org"), "Ada@example.org");
  EXPECT_TRUE(rules({}).empty());
}

TEST(NameRules, R05_TheLocalPartOfAnAddress) {
  const auto list = rules({{"(.*)@.*", "$1"}});
  EXPECT_EQ(applied(list, "ada.lovelace@example.org"), "ada.lovelace");
  EXPECT_EQ(applied(list, "a@b@c"), "a@b");
}

TEST(NameRules, R05_AZeroIsDropped) {
  EXPECT_EQ(applied(rules({{"0(\\d+)", "$1"}}), "01234"), "1234");
}

TEST(NameRules, R05_WhatDoesNotMatchAsAWholeIsUnchanged) {
  const auto list = rules({{"a", "b"}});
  EXPECT_EQ(applied(list, "aa"), "aa");
  EXPECT_EQ(applied(list, "a"), "b");
}

TEST(NameRules, R05_RulesActInOrderOnWhatTheOneBeforeMade) {
  const auto list = rules({{"(.*)@.*", "$1"}, {"(.*)\\.(.*)", "$2_$1"}, {"nobody", "x"}});
  EXPECT_EQ(applied(list, "ada.lovelace@example.org"), "lovelace_ada");
}

TEST(NameRules, R05_GroupsThatTookNoPartAreEmpty) {
  EXPECT_EQ(applied(rules({{"(a)|(b)", "<$1$2>"}}), "b"), "<b>");
}

TEST(NameRules, R05_TwoDigitGroupsOnlyWhereThereAreSoMany) {
  EXPECT_EQ(applied(rules({{"(a)", "$12"}}), "a"), "a2");
  EXPECT_EQ(applied(rules({{"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "$10$1"}}), "abcdefghij"), "ja");
  EXPECT_EQ(applied(rules({{"(a)", "$0\\$\\\\"}}), "a"), "a$\\");
}

TEST(NameRules, R05_LetterCaseIsThatOfUnicode) {
  EXPECT_EQ(applied(rules({}, LetterCase::Lower), "ÄRGER.Öl"), "ärger.öl");
  EXPECT_EQ(applied(rules({{"(.*)@.*", "$1"}}, LetterCase::Upper), "élan@example.org"), "ÉLAN");
}

TEST(NameRules, R05_ADotIsOneCharacterAlsoBeyondAscii) {
  EXPECT_EQ(applied(rules({{".(.*)", "$1"}}), "ölaf"), "laf");
  EXPECT_EQ(applied(rules({{".(.*)", "$1"}}), "😀x"), "x");
}

TEST(NameRules, R05_AnEmptyResultIsRefused) {
  auto result = rules({{"(.*)@(.*)", "$1"}}).apply("@example.org");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(*rules({{"(.*)@(.*)", "$1"}}).apply_text("@example.org"), "");
}

TEST(NameRules, R05_MistakesNameTheRuleAndWhatIsWrong) {
  EXPECT_EQ(refusal({"((.*)", "$1"}).field, "[1].match");
  EXPECT_NE(refusal({"((.*)", "$1"}).detail.find("arenthes"), std::string::npos)
      << refusal({"((.*)", ""}).detail;
  EXPECT_EQ(refusal({"(.*)", "$2"}).field, "[1].replace");
  EXPECT_NE(refusal({"(.*)", "$2"}).detail.find("$2"), std::string::npos);
  EXPECT_EQ(refusal({"(.*)", "$"}).field, "[1].replace");
  EXPECT_EQ(refusal({"(.*)", "x\\"}).field, "[1].replace");
  EXPECT_EQ(refusal({"", "x"}).field, "[1].match");
  EXPECT_EQ(refusal({"a\n", "x"}).field, "[1].match");
  EXPECT_EQ(refusal({"\xC3(", "x"}).field, "[1].match");
  EXPECT_EQ(refusal({std::string(257, 'a'), "x"}).field, "[1].match");
  EXPECT_EQ(refusal({"a", std::string(257, 'a')}).field, "[1].replace");
}

TEST(NameRules, R05_NoMoreRulesThanAPersonCanRead) {
  EXPECT_TRUE(NameRules::compile(std::vector<NameRule>(50, {"a", "b"}), LetterCase::Keep));
  EXPECT_FALSE(NameRules::compile(std::vector<NameRule>(51, {"a", "b"}), LetterCase::Keep));
}

TEST(NameRules, R05_RunawayPatternsEndAsErrors) {
  const std::string many_as = std::string(1000, 'a') + "!";
  for (const char* pattern :
       {"(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*)*b", "(a*)*(a*)*c", "((a*)*)*b", "(?:a?){200}b", "(.*?,){11}P",
        "(?=(a+)+$)b", "(a+)+\\1b", "(\\w*)(\\w*)(\\w*)(\\w*)(\\w*)@"}) {
    const auto list = rules({{pattern, "x"}});
    const auto start = std::chrono::steady_clock::now();
    const auto result = list.apply(many_as);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took, std::chrono::seconds(1)) << pattern;  // unoptimised, on a busy machine
    EXPECT_TRUE(result || result.error().kind == ErrorKind::InvalidValue) << pattern;
  }
  EXPECT_FALSE(rules({{"(a+)+$", "x"}}).apply(many_as));
}

TEST(NameRules, R05_NamesBeyondTheLimitAreRefusedBeforeAndAfter) {
  const auto list = rules({{"(.*)", "$1$1"}});
  EXPECT_TRUE(list.apply(std::string(512, 'a')));
  EXPECT_FALSE(list.apply(std::string(513, 'a')));
  EXPECT_FALSE(rules({{"x", "y"}}).apply(std::string(1025, 'a')));
  EXPECT_FALSE(list.apply("\xFF"));
}
