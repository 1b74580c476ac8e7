// The table of the bridge's own attributes, and the files for administrators that say the same.
#include "directory/vocabulary.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "base/text.hpp"

namespace dirbridge::directory {
namespace {

using Names = std::set<std::string>;

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(SCHEMA_FOLDER) + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// They refer to the text.
std::vector<std::smatch> all_matches(const std::string& text, const std::regex& wanted) {
  return {std::sregex_iterator(text.begin(), text.end(), wanted), std::sregex_iterator()};
}

Names names_in(const std::string& text) {
  static const std::regex name("dirbridge[A-Z]\\w*");
  Names out;
  for (const auto& one : all_matches(text, name)) out.insert(one.str());
  return out;
}

Names as_set(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

Names all_names() {
  Names out;
  for (const auto& own : own_attributes) out.emplace(own.name);
  return out;
}

std::string rule_of(Matching matching) {
  switch (matching) {
    case Matching::Uuid:
      return "UUIDMatch";
    case Matching::CaseExact:
      return "caseExactMatch";
    case Matching::CaseIgnore:
      return "caseIgnoreMatch";
    case Matching::Boolean:
      return "booleanMatch";
    case Matching::Octets:
      return "octetStringMatch";
    case Matching::Time:
      return "generalizedTimeMatch";
    case Matching::Name:
      return "distinguishedNameMatch";
  }
  return {};
}

std::string word_of(Matching matching) {
  static const std::map<Matching, std::string> words{{Matching::Uuid, "UUID"},
                                                     {Matching::CaseExact, "case-exact"},
                                                     {Matching::CaseIgnore, "case-insensitive"},
                                                     {Matching::Boolean, "boolean"},
                                                     {Matching::Octets, "octets"},
                                                     {Matching::Time, "time"},
                                                     {Matching::Name, "DN"}};
  return words.at(matching);
}

TEST(Vocabulary, TheSchemaHasTheAttributesOfTheTable) {
  const auto schema = text_of("dirbridge.ldif");
  static const std::regex attribute(R"(NAME '(dirbridge\w+)'\n  DESC '[^']*'\n  EQUALITY (\w+)([^)]*)\))");
  Names seen;
  for (const auto& one : all_matches(schema, attribute)) {
    const auto* own = own_attribute(one.str(1));
    ASSERT_NE(own, nullptr) << one.str(1);
    EXPECT_EQ(one.str(2), rule_of(own->matching)) << own->name;
    EXPECT_EQ(one.str(3).find("SINGLE-VALUE") != std::string::npos, own->values == ValueCount::One)
        << own->name;
    seen.insert(one.str(1));
  }
  EXPECT_EQ(seen, all_names());
}

TEST(Vocabulary, TheSchemaHasTheClassesOfTheTable) {
  const auto schema = text_of("dirbridge.ldif") + "\n";
  static const std::regex object_classes(R"(olcObjectClasses: \( \S+ NAME '(\w+)'\n([^]*?)\n(?=olc|$))");
  std::map<std::string, Names> found;
  for (const auto& one : all_matches(schema, object_classes)) found[one.str(1)] = names_in(one.str(2));
  const std::map<std::string, Names> expected{
      {object_class::user, as_set(own_attributes_of(OfUser))},
      {object_class::group, as_set(own_attributes_of(OfGroup))},
      {object_class::record, as_set(own_attributes_of(OfRecord))},
      {object_class::mapped_group, as_set(own_attributes_of(OfMappedGroup))}};
  EXPECT_EQ(found, expected);
}

TEST(Vocabulary, TheSettingsForOpenLdapHaveTheIndexesOfTheTable) {
  const auto settings = text_of("openldap-settings.ldif");
  static const std::regex index(R"(\nolcDbIndex: (dirbridge\S+) (\S+))");
  std::map<std::string, Names> found;
  for (const auto& one : all_matches(settings, index)) found[one.str(2)].merge(names_in(one.str(1)));
  const std::map<std::string, Names> expected{
      {"eq", as_set(own_attributes_with(Index::Equality))},
      {"pres,eq", as_set(own_attributes_with(Index::PresenceAndEquality))}};
  EXPECT_EQ(found, expected);
}

TEST(Vocabulary, TheSettingsForOpenLdapHideFromTheProductsWhatTheTableHides) {
  const auto settings = text_of("openldap-settings.ldif");
  static const std::regex rule(R"(\n  attrs=(dirbridge\S+)\n  by [^\n]* write by \* none)");
  const auto rules = all_matches(settings, rule);
  ASSERT_EQ(rules.size(), 2U);
  auto of_users = as_set(own_attributes_of(OfUser));
  EXPECT_EQ(of_users.erase(attr::active), 1U) << "the products' filter tests it";
  EXPECT_EQ(names_in(rules[0].str(1)), of_users);
  EXPECT_EQ(names_in(rules[1].str(1)), as_set(own_attributes_of(OfGroup)));
}

TEST(Vocabulary, TheReadmeSaysWhatTheTableSays) {
  const auto readme = text_of("README.md");
  static const std::regex row(R"(\n\| `(dirbridge\w+)` \| [^\n]* \| ([^|\n]*) \| ([^|\n]*) \|(?=\n))");
  Names seen;
  for (const auto& one : all_matches(readme, row)) {
    const auto* own = own_attribute(one.str(1));
    if (!own) continue;
    EXPECT_TRUE(one.str(2).starts_with(word_of(own->matching))) << one.str();
    const std::string index = own->index == Index::None                  ? "no"
                              : own->index == Index::PresenceAndEquality ? "yes, also presence"
                                                                         : "yes:";
    EXPECT_TRUE(one.str(3).starts_with(index)) << one.str();
    EXPECT_EQ(one.str().find("Multi-valued.") != std::string::npos, own->values == ValueCount::Many)
        << own->name;
    seen.insert(one.str(1));
  }
  EXPECT_EQ(seen, all_names());
}

TEST(Vocabulary, FindsAnAttributeWhateverItsLetterCase) {
  const auto* own = own_attribute("DIRBRIDGEheldmember");
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->name, attr::held_member);
  EXPECT_EQ(own_attribute("dirbridgeNothing"), nullptr);
  EXPECT_FALSE(has_matching("member", Matching::Name)) << "not the bridge's own";
}

}  // namespace
}  // namespace dirbridge::directory
