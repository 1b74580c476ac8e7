#include "mapping/record.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace dirbridge::mapping {
namespace {

using directory::Dn;
using directory::Entry;

Entry entry(directory::Attributes attributes) {
  return {Dn::parse("uid=bob,dc=x").value(), std::move(attributes)};
}

TEST(Record, ComesBackAsItWasWritten) {
  const auto content =
      json::parse(R"({"schemas":["a"],"userName":"Bob","big":12345678901234,"list":[{"x":null}]})")
          .as_object();
  directory::Attributes attributes{{"createTimestamp", {"20261122030730Z"}},
                                   {"modifyTimestamp", {"20261122030731.5Z"}},
                                   {"entryCSN", {"20261122030731.500000Z#000000#000#000000"}}};
  for (auto& goal : record_goals("01234567-89AB-7def-8123-456789abcdef", "okta", content).value())
    attributes.set(goal.attribute, goal.values);
  const auto record = read_record(entry(attributes));
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->content, content);
  EXPECT_EQ(record->id, "01234567-89ab-7def-8123-456789abcdef");
  EXPECT_EQ(record->created, "2026-11-22T03:07:30Z");
  EXPECT_EQ(record->last_modified, "2026-11-22T03:07:31.5Z");
  EXPECT_EQ(record->version, "W/\"20261122030731.500000Z#000000#000#000000\"");
  const auto resource = to_resource(*record, "User");
  EXPECT_EQ(resource.at("meta").at("resourceType"), "User");
  EXPECT_EQ(resource.begin()->key(), "schemas");
}

TEST(Record, HasAVersionAlsoWithoutEntryCsn) {
  directory::Attributes attributes{
      {"dirbridgeId", {"i"}}, {"dirbridgeResource", {"{}"}}, {"modifyTimestamp", {"1"}}};
  const auto first = read_record(entry(attributes))->version;
  attributes.set("modifyTimestamp", {"2"});
  EXPECT_NE(read_record(entry(attributes))->version, first);
}

TEST(Record, DamagedIsAnErrorThatNamesTheEntry) {
  for (const auto* text : {"{", "[]", "\"x\"", "{}x"}) {
    const auto record = read_record(entry({{"dirbridgeId", {"i"}}, {"dirbridgeResource", {text}}}));
    ASSERT_FALSE(record) << text;
    EXPECT_EQ(record.error().kind, ErrorKind::Internal);
    EXPECT_NE(record.error().detail.find("uid=bob"), std::string::npos);
  }
}

TEST(Record, EntriesOfOthersHoldNone) {
  EXPECT_EQ(read_record(entry({{"cn", {"x"}}})).error().kind, ErrorKind::NotFound);
}

TEST(Record, CopiesWhatIsSearched) {
  const auto goals = record_goals("i", "c",
                                  json::parse(R"({"externalId":"E","emails":[{"value":"A@x"},{"value":"a@X"},
      {"value":"b@x"},{"type":"work"}]})")
                                      .as_object())
                         .value();
  const auto values = [&](std::string_view name) {
    for (const auto& goal : goals)
      if (goal.attribute == name) return goal.values;
    return std::vector<std::string>{"missing"};
  };
  EXPECT_EQ(values("dirbridgeMail"), (std::vector<std::string>{"A@x", "b@x"}));
  EXPECT_EQ(values("dirbridgeExternalId"), std::vector<std::string>{"E"});
  EXPECT_TRUE(values("dirbridgeUserName").empty());
}

}  // namespace
}  // namespace dirbridge::mapping
