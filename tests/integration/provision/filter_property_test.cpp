// Filters by chance, on resources with what is hard to compare: what the directory narrows and we evaluate is
// exactly what evaluation of every resource gives, and the narrowed search never loses one of them.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"
#include "directory/matching.hpp"
#include "mapping/narrow.hpp"
#include "support/random_filters.hpp"

namespace dirbridge::test {
namespace {

using Ids = std::set<std::string>;

const std::vector<std::string> texts{"anna",
                                     "ANNA",
                                     "Anna B",
                                     "anna  b",
                                     " anna",
                                     "a*b",
                                     "a(b)c",
                                     "back\\slash",
                                     "quo\"ted",
                                     "comma, plus+",
                                     "#hash",
                                     "ss",
                                     "strasse",
                                     "Straße",
                                     "STRAẞE",
                                     "sssß",
                                     "Jürgen",
                                     "JÜRGEN",
                                     "ju\u0308rgen",
                                     "Σίσυφος",
                                     "σίσυφοσ",
                                     "ﬁsh",
                                     "fish",
                                     "\u212Aelvin",
                                     "kelvin",
                                     "İstanbul",
                                     "i\u0307stanbul",
                                     "Ёлка",
                                     "ёлка",
                                     "山田",
                                     "ſafe",
                                     "safe",
                                     "ǆ",
                                     "ǅ",
                                     "ᾳ",
                                     "αι",
                                     "ꭰ",
                                     "Ꭰ",
                                     "𐐀",
                                     "𐐨"};
const std::vector<std::string> operators{"eq", "eq", "eq", "ne", "co", "sw",
                                         "ew", "gt", "ge", "lt", "le", "pr"};

Vocabulary::Name text_name(const std::string& path) {
  return {path, operators, quoted(texts)};
}

// Which names are the same is up to the directory, to which blanks at the edges and repeated ones are none.
const std::vector<std::string>& names() {
  static const auto all = [] {
    auto out = texts;
    std::erase_if(out, [](const auto& text) { return without_extra_blanks(text) != text; });
    return out;
  }();
  return all;
}
Vocabulary::Name name_name(const std::string& path) {
  return {path, operators, quoted(names())};
}

class FilterProperty : public ConnectionFixture {
 protected:
  // What evaluation alone says.
  static Ids evaluated(const scim::Filter& filter, const std::vector<json::object>& resources) {
    Ids out;
    for (const auto& resource : resources)
      if (scim::matches(filter, resource)) out.insert(id_of(resource));
    return out;
  }

  Ids listed(provision::Resources& resources, const std::string& text) {
    provision::Query query;
    query.count = 1000;
    query.members = provision::Members::Leave;
    query.filter = scim::parse_filter(text, resources.type()).value();
    query.filter_text = text;
    auto page = resources.list(query, soon());
    EXPECT_TRUE(page) << text << ": " << (page ? "" : page.error().detail);
    Ids out;
    if (page)
      for (const auto& resource : page->resources) out.insert(id_of(resource));
    return out;
  }

  Ids narrowed(const scim::Filter& filter, const Ids& everything) {
    const auto ldap =
        mapping::narrow(filter, [](std::string_view) { return directory::Filter::everything(); });
    if (!ldap) return everything;
    auto found = directory::search(
        connection().pool,
        {connection().rules.user_base, directory::Scope::Subtree, *ldap, {"dirbridgeId"}, 0}, soon());
    EXPECT_TRUE(found) << ldap->str() << ": " << (found ? "" : found.error().detail);
    Ids out;
    if (found)
      for (const auto& entry : *found) out.emplace(entry.attributes.first("dirbridgeId"));
    ++narrowed_;
    return out;
  }

  int narrowed_ = 0;
};

TEST_F(FilterProperty, UsersAreTheSameWithAndWithoutTheDirectory) {
  std::mt19937 random(20261122);
  const auto pick = [&] { return quoted(texts[random() % texts.size()]); };
  const auto pick_name = [&] { return quoted(names()[random() % names().size()]); };
  std::vector<json::object> resources;
  Ids all;
  Vocabulary::Name ids{"id", {"eq", "ne", "pr"}, {}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string body =
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":)" + quoted(texts[i]);
    if (random() % 2 == 0) body += ",\"externalId\":" + pick_name();
    if (random() % 2 == 0) body += ",\"displayName\":" + pick_name();
    if (random() % 2 == 0) body += ",\"title\":" + pick();
    if (random() % 2 == 0)
      body +=
          ",\"emails\":[{\"type\":\"work\",\"value\":" + pick_name() + "},{\"value\":" + pick_name() + "}]";
    auto made = users().create(json::parse(body + "}"), soon());
    if (!made) continue;  // the directory takes some of the names for the same, or for none
    resources.push_back(*made);
    all.insert(id_of(*made));
    ids.literals.push_back(quoted(id_of(*made)));
  }
  ASSERT_GT(resources.size(), 25U);
  RandomFilters filters({{name_name("userName"),
                          name_name("externalId"),
                          name_name("displayName"),
                          name_name("emails"),
                          name_name("emails.value"),
                          text_name("title"),
                          ids,
                          {"active", {"eq", "ne", "pr"}, {"true", "false"}}},
                         {{"emails", {text_name("value"), {"type", {"eq", "ne", "pr"}, {"\"work\""}}}}}},
                        7);
  for (int i = 0; i < 600; ++i) {
    const auto text = filters.next();
    const auto filter = scim::parse_filter(text, users().type());
    ASSERT_TRUE(filter) << text << ": " << filter.error().detail;
    const auto expected = evaluated(*filter, resources);
    ASSERT_EQ(listed(users(), text), expected) << text;
    const auto candidates = narrowed(*filter, all);
    ASSERT_TRUE(std::includes(candidates.begin(), candidates.end(), expected.begin(), expected.end()))
        << text;
  }
  EXPECT_GT(narrowed_, 50) << "too few filters used an index to say anything";
}

// Every text against every other: the directory says which are the same.
TEST_F(FilterProperty, EveryNameIsFoundByWhateverFoldsToIt) {
  std::vector<json::object> resources;
  for (const auto& text : texts) {
    auto made = users().create(
        json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u)" +
                    std::to_string(resources.size()) + R"(","displayName":)" + quoted(text) + "}"),
        soon());
    ASSERT_TRUE(made) << text << made.error().detail;
    resources.push_back(*made);
  }
  const auto key = [](const std::string& text) { return directory::matching_key("displayName", text); };
  for (const auto& text : texts) {
    const auto filter = "displayName eq " + quoted(text);
    Ids expected;
    for (const auto& resource : resources)
      if (key(std::string(resource.at("displayName").as_string())) == key(text))
        expected.insert(id_of(resource));
    EXPECT_EQ(listed(users(), filter), expected) << filter;
  }
}

TEST_F(FilterProperty, GroupsAreTheSameWithAndWithoutTheDirectory) {
  std::mt19937 random(4);
  std::vector<std::string> members;
  for (int i = 0; i < 6; ++i) members.push_back(id_of(add_user("u" + std::to_string(i))));
  std::vector<json::object> resources;
  for (int i = 0; i < 14; ++i) {
    std::vector<std::string> some;
    for (const auto& id : members)
      if (random() % 3 == 0) some.push_back(id);
    if (random() % 3 == 0) some.emplace_back("nobody-yet");
    if (!resources.empty() && random() % 3 == 0) some.push_back(id_of(resources.front()));
    resources.push_back(group(id_of(add_group("g" + std::to_string(i), some))));
  }
  auto names = quoted(members);
  names.push_back(quoted("nobody-yet"));
  names.push_back(quoted(id_of(resources.front())));
  names.push_back(quoted("nobody-at-all"));
  const Vocabulary::Name by_name{"displayName", {"eq", "co", "ne"}, {"\"g1\"", "\"G2\"", "\"g\""}};
  RandomFilters filters(
      {{by_name,
        {"members", {"eq", "pr"}, names},
        {"members.value", {"eq", "eq", "ne"}, names},
        {"members.type", {"eq", "pr"}, {"\"user\"", "\"Group\""}}},
       {{"members", {{"value", {"eq"}, names}, {"type", {"eq"}, {"\"User\"", "\"Group\""}}}}}},
      11);
  for (int i = 0; i < 300; ++i) {
    const auto text = filters.next();
    const auto filter = scim::parse_filter(text, groups().type());
    ASSERT_TRUE(filter) << text << ": " << filter.error().detail;
    ASSERT_EQ(listed(groups(), text), evaluated(*filter, resources)) << text;
  }
}

}  // namespace
}  // namespace dirbridge::test
