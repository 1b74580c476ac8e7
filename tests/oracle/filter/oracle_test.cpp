// Our evaluation of filters (RFC 7644 3.4.2.2) against somebody else's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>
#include <sstream>

#include "scim/catalog.hpp"
#include "scim/filter.hpp"
#include "support/external_command.hpp"
#include "support/random_filters.hpp"

namespace dirbridge::test {
namespace {

namespace json = boost::json;

// Lower case only: the oracle knows no schema, so it compares all text exactly. Every resource has userName
// and active, as `ne` on what is absent is a difference by itself, as is `and` in brackets (below).
const char* const resources_text = R"JSON([
  {"id":"1","userName":"anna","active":true,"title":"guide","name":{"familyName":"abel","givenName":"anna"},
   "emails":[{"value":"anna@x.org","type":"work","primary":true},{"value":"a@home.net","type":"home"}]},
  {"id":"2","userName":"ben","active":false,"emails":[{"value":"ben@x.org","type":"home"}],
   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"sales","manager":{"value":"1"}}},
  {"id":"3","userName":"say \"hi\"","active":true,"title":"back\\slash","name":{"familyName":"zorn"}},
  {"id":"4","userName":"ann","active":false,"displayName":"anna","title":"a",
   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"s"}},
  {"id":"5","userName":"a*b(c)","active":true,"externalId":"anna","emails":[{"value":"anna@x.org","type":"other"}]}])JSON";

const json::array& resources() {
  static const json::array all = json::parse(resources_text).as_array();
  return all;
}

std::vector<std::string> oracle(const std::vector<std::string>& filters) {
  json::object question{{"resources", resources()}};
  question["filters"] = json::value_from(filters);
  const auto answer = run_command({NODE_PROGRAM, ORACLE_SCRIPT, ORACLE_PLACE}, json::serialize(question));
  EXPECT_EQ(answer.exit_code, 0) << answer.output;
  std::vector<std::string> lines;
  std::istringstream in(answer.output);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string ours(const std::string& text) {
  const auto filter = scim::parse_filter(text, scim::standard_catalog().user);
  if (!filter) return "!" + filter.error().detail;
  std::string out;
  for (const auto& resource : resources()) out += scim::matches(*filter, resource.as_object()) ? '1' : '0';
  return out;
}

TEST(FilterOracle, AgreesOnFiltersByChance) {
  const std::vector<std::string> every{"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"};
  const std::vector<std::string> without_ne{"eq", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"};
  const auto literals =
      quoted(std::vector<std::string>{"anna", "ann", "ben", "a", "n", "say \"hi\"", "zorn", "guide", "sales",
                                      "anna@x.org", "@x.org", "work", "home", "a*b(c)", "1", "zz"});
  RandomFilters filters(
      {{{"userName", every, literals},
        {"USERNAME", every, literals},
        {"id", every, literals},
        {"active", {"eq", "ne", "pr"}, {"true", "false"}},
        {"title", without_ne, literals},
        {"displayName", without_ne, literals},
        {"externalId", without_ne, literals},
        {"name.familyName", without_ne, literals},
        {"Name.GivenName", without_ne, literals},
        {"emails.value", without_ne, literals},
        {"emails.type", without_ne, literals},
        {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", without_ne, literals},
        {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", without_ne, literals}},
       {{"emails",
         {{"value", without_ne, literals}, {"type", every, literals}, {"primary", {"eq", "pr"}, {"true"}}},
         {"or"}}}},
      20261122);
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) texts.push_back(filters.next());
  const auto theirs = oracle(texts);
  ASSERT_EQ(theirs.size(), texts.size());
  std::size_t matched = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(ours(texts[i]), theirs[i]) << texts[i];
    if (theirs[i].find('1') != std::string::npos) ++matched;
  }
  EXPECT_GT(matched, texts.size() / 4) << "filters that match nothing say little";
}

struct Difference {
  const char* filter;
  const char* ours;
  const char* theirs;
  const char* why;
};

class FilterDifference : public testing::TestWithParam<Difference> {};
TEST_P(FilterDifference, IsAsListed) {
  const auto& [filter, expected, theirs, why] = GetParam();
  EXPECT_EQ(ours(filter), expected) << why;
  const auto answers = oracle({filter});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front(), theirs) << "the oracle has changed: is this still a difference?";
}

INSTANTIATE_TEST_SUITE_P(
    Table, FilterDifference,
    testing::Values(
        Difference{R"(userName eq "ANNA")", "10000", "00000",
                   "7643 4.1.1, 7644 3.4.2.2: userName is not caseExact; the oracle knows no schema"},
        Difference{R"(title ne "guide")", "01111", "00110",
                   "7644 3.4.2.2 does not say what `ne` means for an absent value: ours is not equal"},
        Difference{"title eq null", "01001", "00000", "7643 2.5: null and unassigned are the same"},
        Difference{R"(emails co "@x.org")", "11001", "00000",
                   "7644 3.4.2.2: emails co \"example.com\" is about the value of each element"},
        Difference{R"(emails[type eq "home"].value sw "anna")", "00000", "10000",
                   "beyond the grammar of 7644: for us both are about one element, as Entra ID means it"},
        Difference{R"(emails[primary eq true and value co "home"])", "00000", "10000",
                   "7644 3.4.2.2: what is in brackets holds for one and the same element"},
        Difference{R"(manager.value eq "1")", "01000", "00000",
                   "7644 3.10: the URN of an extension may be left out where the name is clear (leniency)"},
        Difference{R"(active eq "true")", "10101", "00000",
                   "leniency for clients that quote booleans; 7643 2.3.2"}));

}  // namespace
}  // namespace dirbridge::test
