// Order, pages and places against a real directory, and what is refused rather than waited for.
#include "provision/doors/paging.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Page;
using provision::Place;
using provision::Query;
using testing::ElementsAre;

class PagingTest : public ConnectionFixture {
 protected:
  Query sorted(const std::string& by, bool descending = false, const std::string& filter = {}) {
    Query query;
    query.members = provision::Members::Leave;
    if (!by.empty()) query.sort = scim::parse_sort(users().type(), by).value();
    query.sort.descending = descending;
    query.sort_text = by + (descending ? "-" : "+");
    if (!filter.empty()) {
      query.filter = scim::parse_filter(filter, users().type()).value();
      query.filter_text = filter;
    }
    return query;
  }
  Page page(const Query& query) { return page(users(), query); }
  static Page page(provision::Resources& resources, const Query& query) {
    auto out = resources.list(query, soon());
    EXPECT_TRUE(out) << (out ? "" : out.error().detail);
    return out ? std::move(*out) : Page();
  }
  static std::vector<std::string> names(const Page& page) {
    std::vector<std::string> out;
    for (const auto& one : page.resources) out.emplace_back(one.at("userName").as_string());
    return out;
  }
  // All names from a place to the end, by pages of `count`.
  std::vector<std::string> crawl(Query query, std::uint64_t count, std::optional<Place> from = {}) {
    std::vector<std::string> out;
    query.count = count;
    query.place = std::move(from);
    for (int pages = 0; pages < 100; ++pages) {
      const auto one = page(query);
      for (auto& name : names(one)) out.push_back(std::move(name));
      if (!one.next) return out;
      query.place = one.next;
    }
    ADD_FAILURE() << "the crawl does not end";
    return out;
  }
};

TEST_F(PagingTest, OrdersByAnyAttribute) {
  add_user(
      "Anna",
      R"("title":"b","name":{"familyName":"Zorn"},"emails":[{"value":"x@b"},{"value":"a@b","primary":true}])");
  add_user("ben", R"("title":"A","name":{"familyName":"abel"},"emails":[{"value":"b@b"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"})");
  add_user("Carl", R"("externalId":"9")");
  EXPECT_THAT(names(page(sorted("userName"))), ElementsAre("Anna", "ben", "Carl"));
  EXPECT_THAT(names(page(sorted("userName", true))), ElementsAre("Carl", "ben", "Anna"));
  EXPECT_THAT(names(page(sorted("title"))), ElementsAre("ben", "Anna", "Carl"));
  EXPECT_THAT(names(page(sorted("title", true))), ElementsAre("Carl", "Anna", "ben"));
  EXPECT_THAT(names(page(sorted("name.familyName"))), ElementsAre("ben", "Anna", "Carl"));
  EXPECT_THAT(names(page(sorted("emails"))), ElementsAre("Anna", "ben", "Carl"));
  EXPECT_EQ(names(page(sorted("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department")))[0],
            "ben");
  EXPECT_EQ(names(page(sorted("externalId")))[0], "Carl");
  EXPECT_THAT(names(page(sorted("id"))), ElementsAre("Anna", "ben", "Carl"));
  EXPECT_THAT(names(page(sorted("userName", true, "userName eq \"anna\" or userName eq \"BEN\""))),
              ElementsAre("ben", "Anna"))
      << "a narrowed filter";
  EXPECT_THAT(names(page(sorted("userName", true, "title pr"))), ElementsAre("ben", "Anna"));
}

TEST_F(PagingTest, TiesAreOrderedByIdInBothDirections) {
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i), R"("title":"same")")));
  std::sort(ids.begin(), ids.end());
  for (const bool descending : {false, true}) {
    std::vector<std::string> seen;
    auto query = sorted("title", descending);
    for (query.start_index = 1, query.count = 2; query.start_index < 7; query.start_index += 2)
      for (const auto& one : page(query).resources) seen.push_back(id_of(one));
    EXPECT_EQ(seen, ids);
  }
}

TEST_F(PagingTest, ACrawlByPlaceSeesAllOnceOnAnyInstance) {
  std::set<std::string> all;
  for (int i = 0; i < 11; ++i) {
    const auto name = "u" + std::to_string(i);
    add_user(name, "\"title\":\"t" + std::to_string(i % 3) + "\"");
    all.insert(name);
  }
  for (const auto* by : {"", "title", "userName"}) {
    const auto seen = crawl(sorted(by), 4);
    EXPECT_EQ(seen.size(), all.size()) << by;
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), all) << by;
  }
  TestConnection other(server(), "okta");
  auto query = sorted("userName");
  query.count = 4;
  auto first = page(query);
  query.place = first.next;
  EXPECT_EQ(names(page(*other.users, query)), names(page(query))) << "another instance continues";
  query.place = page(query).previous;
  EXPECT_EQ(names(page(*other.users, query)), names(first)) << "and goes back";
}

TEST_F(PagingTest, APlaceStaysRightWhileEntriesComeAndGo) {
  std::vector<std::string> ids;
  for (const auto* name : {"b", "d", "f", "h", "j"}) ids.push_back(id_of(add_user(name)));
  auto query = sorted("userName");
  query.count = 2;
  const auto first = page(query);
  ASSERT_THAT(names(first), ElementsAre("b", "d"));
  TestConnection other(server(), "okta");           // keeps nothing of what this one read
  ASSERT_TRUE(users().remove(ids[1], {}, soon()));  // the very place
  ASSERT_TRUE(users().remove(ids[0], {}, soon()));
  add_user("a");
  add_user("c");
  add_user("e");
  query.place = first.next;
  query.count = 10;
  EXPECT_THAT(names(page(*other.users, query)), ElementsAre("e", "f", "h", "j"));
  query.place->side = Place::Side::Before;
  EXPECT_THAT(names(page(*other.users, query)), ElementsAre("a", "c"));
}

TEST_F(PagingTest, APageWithoutResourcesHasNoNeighbours) {
  add_user("a");
  auto query = sorted("userName");
  query.count = 0;
  const auto none = page(query);
  EXPECT_EQ(none.total, 1U);
  EXPECT_FALSE(none.next || none.previous);
  query.count = 10;
  const auto all = page(query);
  EXPECT_FALSE(all.next || all.previous);
}

TEST_F(PagingTest, TwoTypesShareOneOrder) {
  add_user("b", R"("displayName":"b")");
  add_user("d", R"("displayName":"D")");
  add_group("a", {});
  add_group("C", {});
  const auto& catalog = connection().context.catalog;
  const auto user = scim::knowing(catalog.user, {&catalog.group});
  const auto group = scim::knowing(catalog.group, {&catalog.user});
  std::vector<std::string> seen;
  const auto collect = [&](const char* by, const char* filter, std::uint64_t start, std::uint64_t count) {
    std::vector<provision::Part> parts;
    for (const auto* type : {&user, &group}) {
      Query query;
      query.sort = scim::parse_sort(*type, by).value();
      query.sort_text = by;
      query.filter = scim::parse_filter(filter, *type).value();
      query.filter_text = filter;
      query.start_index = start;
      query.count = count;
      parts.push_back({type == &user ? users() : groups(), query});
    }
    const auto one = provision::page_of(parts, soon()).value();
    std::string text = std::to_string(one.total) + ":";
    for (const auto& resource : one.resources) text += std::string(resource.at("displayName").as_string());
    return text;
  };
  EXPECT_EQ(collect("displayName", "displayName pr", 1, 3), "4:abC");
  EXPECT_EQ(collect("displayName", "displayName pr", 3, 3), "4:CD");
  EXPECT_EQ(collect("userName", "id pr", 1, 2), "4:bD") << "who has no userName comes last";
  EXPECT_EQ(collect("displayName", "userName pr", 1, 9), "2:bD");
  EXPECT_EQ(collect("displayName", R"(displayName eq "c" or userName eq "d")", 1, 9), "2:CD");
  EXPECT_EQ(collect("displayName", "members pr", 1, 9), "0:") << "users have none, and nothing fails";
}

TEST_F(PagingTest, RefusesToLookAtTooMany) {
  for (int i = 0; i < 8; ++i) add_user("u" + std::to_string(i), R"("title":"x")");
  auto context = connection().context;
  context.most_evaluated = 7;
  const auto few = provision::make_users(context);
  for (const auto& query : {sorted("", false, "title co \"x\""), sorted("title")}) {
    const auto refused = few->list(query, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::TooMany);
    EXPECT_THAT(refused.error().detail, testing::HasSubstr("index"));
  }
  EXPECT_EQ(page(*few, sorted("", false, "userName eq \"u3\"")).total, 1U) << "an index needs no look at all";
  EXPECT_EQ(page(*few, sorted("userName")).total, 8U) << "nor do names of which there is a copy";
  EXPECT_EQ(page(*few, sorted("")).total, 8U);
  context.most_evaluated = 8;
  EXPECT_EQ(page(*provision::make_users(context), sorted("", false, "title co \"x\"")).total, 8U);
}

TEST_F(PagingTest, RefusesToLookTooLong) {
  const auto title = R"("title":")" + std::string(1'000, 'x') + '"';
  for (int i = 0; i < 300; ++i) add_user("u" + std::to_string(i), title);
  std::string heavy = "title eq \"0\"";
  for (int i = 1; i < 999; ++i) heavy += " or title co \"" + std::string(30, 'x') + std::to_string(i) + "\"";
  const auto query = sorted("", false, heavy);
  const auto refused = users().list(query, deadline_in(std::chrono::milliseconds(300)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::TooMany) << refused.error().detail;
}

TEST_F(PagingTest, GroupsOfUsersCannotBeFilteredOn) {
  Query query;
  query.filter = scim::parse_filter("groups.value eq \"x\"", users().type()).value();
  EXPECT_EQ(users().list(query, soon()).error().kind, ErrorKind::InvalidFilter);
}

}  // namespace
}  // namespace dirbridge::test
