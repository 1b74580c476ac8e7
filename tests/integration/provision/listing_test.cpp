#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"
#include "support/forwarding_directory.hpp"

namespace dirbridge::test {
namespace {

using provision::Page;
using provision::Query;
using testing::ElementsAre;
using testing::IsEmpty;

// Counts the groups that come with their members, and how many of them one search has brought.
class GroupsAtOnce final : public ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  Result<> search(const directory::SearchRequest& r, Deadline d, const Sink& sink) override {
    std::size_t whole = 0;
    auto done = ForwardingDirectory::search(r, d, counting(sink, whole));
    note(whole);
    return done;
  }
  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    auto found = ForwardingDirectory::search_all(r, d);
    std::size_t whole = 0;
    for (const auto& entries : found)
      if (entries)
        for (const auto& entry : *entries) whole += has_members(entry);
    note(whole);
    return found;
  }
  Result<> search_each(std::span<const directory::SearchRequest> r, Deadline d, const Sink& sink) override {
    std::size_t whole = 0;
    auto done = ForwardingDirectory::search_each(r, d, counting(sink, whole));
    note(whole);
    return done;
  }

  std::size_t whole_ = 0;
  std::size_t most_at_once_ = 0;

 private:
  static bool has_members(const directory::Entry& entry) { return entry.attributes.find("member"); }
  static Sink counting(const Sink& sink, std::size_t& whole) {
    return [&](directory::Entry&& entry) {
      whole += has_members(entry);
      return sink(std::move(entry));
    };
  }
  void note(std::size_t whole) {
    whole_ += whole;
    most_at_once_ = std::max(most_at_once_, whole);
  }
};

class ListingTest : public ConnectionFixture {
 protected:
  Page list(provision::Resources& resources, const std::string& filter, std::uint64_t start = 1,
            std::uint64_t count = 100) {
    Query query;
    query.start_index = start;
    query.count = count;
    if (!filter.empty()) {
      auto parsed = scim::parse_filter(filter, resources.type());
      EXPECT_TRUE(parsed) << filter << ": " << (parsed ? "" : parsed.error().detail);
      query.filter = std::move(*parsed);
      query.filter_text = filter;
    }
    auto page = resources.list(query, soon());
    EXPECT_TRUE(page) << (page ? "" : page.error().detail);
    return page ? std::move(*page) : Page();
  }
  std::vector<std::string> names(const Page& page, const char* attribute) {
    std::vector<std::string> out;
    for (const auto& resource : page.resources) out.emplace_back(resource.at(attribute).as_string());
    return out;
  }
};

TEST_F(ListingTest, PagesDoNotOverlapAndTotalsAreTrue) {
  std::set<std::string> ids;
  for (int i = 0; i < 7; ++i) ids.insert(id_of(add_user("u" + std::to_string(i))));
  std::vector<std::string> seen;
  for (std::uint64_t start = 1; start <= 7; start += 3) {
    const auto page = list(users(), "", start, 3);
    EXPECT_EQ(page.total, 7U);
    for (const auto& resource : page.resources) seen.push_back(id_of(resource));
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), ids);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(ListingTest, CountZeroAndPagesPastTheEndAreEmptyWithATrueTotal) {
  add_user("a");
  add_user("b");
  EXPECT_EQ(list(users(), "", 1, 0).total, 2U);
  EXPECT_THAT(list(users(), "", 1, 0).resources, IsEmpty());
  EXPECT_EQ(list(users(), "", 20, 5).total, 2U);
  EXPECT_THAT(list(users(), "", 20, 5).resources, IsEmpty());
}

TEST_F(ListingTest, ACrawlSurvivesDeletesBetweenPages) {
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  std::sort(ids.begin(), ids.end());  // several are made within one millisecond: their order is the ids'
  EXPECT_EQ(list(users(), "", 1, 2).total, 6U);
  ASSERT_TRUE(users().remove(ids[3], {}, soon()));
  const auto second = list(users(), "", 3, 2);
  EXPECT_EQ(second.total, 5U);
  EXPECT_EQ(second.resources.size(), 2U);
}

TEST_F(ListingTest, FindsByEverythingThatIsIndexed) {
  const auto anna = id_of(add_user("Anna", R"("externalId":"E-1","displayName":"Anna A",
      "emails":[{"type":"work","value":"Anna@x.org"},{"type":"home","value":"j\u00fcrgen@x.org"}])"));
  add_user("ben", R"("externalId":"e-1","emails":[{"type":"home","value":"anna@x.org"}])");
  EXPECT_THAT(names(list(users(), R"(userName eq "ANNA")"), "userName"), ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), R"(externalId eq "E-1")"), "userName"), ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), "id eq \"" + anna + "\""), "userName"), ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), R"(displayName eq "anna a")"), "userName"), ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), R"(emails.value eq "anna@x.org")"), "userName"),
              ElementsAre("Anna", "ben"));
  EXPECT_THAT(names(list(users(), R"(emails[type eq "work"].value eq "anna@x.org")"), "userName"),
              ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), R"(emails eq "j\u00fcrgen@x.org")"), "userName"), ElementsAre("Anna"));
  EXPECT_THAT(names(list(users(), R"(userName eq "anna" and externalId eq "e-1")"), "userName"), IsEmpty());
}

TEST_F(ListingTest, FindsByWhatNoIndexKnows) {
  add_user("a", R"("title":"Guide")");
  add_user("b", R"("title":"Boss","active":false)");
  EXPECT_THAT(names(list(users(), R"(title co "uid")"), "userName"), ElementsAre("a"));
  EXPECT_THAT(names(list(users(), "active eq false"), "userName"), ElementsAre("b"));
  EXPECT_THAT(names(list(users(), R"(not (title eq "Guide"))"), "userName"), ElementsAre("b"));
}

TEST_F(ListingTest, AnswersProbesWithAnEmptyList) {
  EXPECT_EQ(list(users(), R"(userName eq "7d42c6e1-5a1f-4f6a-8d1b-000000000000")").total, 0U);
  EXPECT_EQ(list(users(), R"(id eq "no-uuid")").total, 0U);
  EXPECT_EQ(list(users(), R"(userName eq "*")").total, 0U);
}

// A wrong suffix or a directory restored empty must not look like "nobody is there" (design rule 9).
TEST_F(ListingTest, AMissingBaseIsTroubleAndNotAnEmptyList) {
  const auto id = id_of(add_user("a"));
  TestConnection lost(server(), "okta");
  lost.rules.user_base = directory::Dn::parse("ou=nowhere,dc=example,dc=org").value();
  lost.users = provision::make_users(lost.context);
  EXPECT_EQ(lost.users->list({}, soon()).error().kind, ErrorKind::MissingBase);
  EXPECT_EQ(lost.users->find(id, provision::Members::Load, soon()).error().kind, ErrorKind::MissingBase);
  EXPECT_EQ(lost.users->remove(id, {}, soon()).error().kind, ErrorKind::MissingBase);
}

TEST_F(ListingTest, FindsGroupsByMember) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  const auto first = id_of(add_group("first", {a, b}));
  add_group("second", {b, "ext-1"});
  EXPECT_THAT(names(list(groups(), "members.value eq \"" + a + "\""), "displayName"), ElementsAre("first"));
  EXPECT_THAT(names(list(groups(), "members eq \"" + b + "\""), "displayName"),
              ElementsAre("first", "second"));
  EXPECT_THAT(names(list(groups(), R"(members[value eq "ext-1"])"), "displayName"), ElementsAre("second"));
  EXPECT_THAT(names(list(groups(), "id eq \"" + first + "\" and members eq \"" + a + "\""), "displayName"),
              ElementsAre("first"));
  EXPECT_THAT(names(list(groups(), R"(members[type eq "User" and value eq ")" + a + "\"]"), "displayName"),
              ElementsAre("first"));
  EXPECT_EQ(list(groups(), R"(members eq "nobody")").total, 0U);
}

TEST_F(ListingTest, F_OneGroupAtATimeIsHeld) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  for (int i = 0; i < 6; ++i) add_group("g" + std::to_string(i), i < 5 ? std::vector{a, b} : std::vector{b});
  GroupsAtOnce counted(connection().pool);
  const ConnectionParts parts(counted, connection().rules);
  for (const auto& [filter, matches] :
       {std::pair("members[value eq \"" + a + "\" and type eq \"User\"]", 5U),
        std::pair("members eq \"" + a + "\" and members.type eq \"User\"", 5U),
        std::pair("members eq \"" + b + "\" and not (members.type eq \"Group\")", 6U),
        std::pair("members eq \"" + b + "\" and members[display sw \"a\"]", 5U),
        std::pair(std::string(R"(displayName eq "G3" and members pr)"), 1U),
        std::pair(std::string(R"(members.type eq "User")"), 6U)}) {
    counted.whole_ = 0;
    counted.most_at_once_ = 0;
    Query query;
    query.filter = scim::parse_filter(filter, groups().type()).value();
    const auto selected = parts.groups->select(query, provision::Age::Fresh, soon());
    ASSERT_TRUE(selected) << filter << ": " << selected.error().detail;
    EXPECT_EQ(selected->order->size(), matches) << filter;
    EXPECT_LE(counted.whole_, 6U) << filter;
    EXPECT_EQ(counted.most_at_once_, 1U) << filter;
  }
}

}  // namespace
}  // namespace dirbridge::test
