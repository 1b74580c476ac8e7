// Searches against slapd: pages, limits, early ends, and what does not exist.
#include <set>

#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

constexpr int users = 2'500;

class Searches : public SharedSlapdFixture<Searches> {
 public:
  static slapd::Options options() {
    auto options = fast_slapd_options();
    options.reader_size_limit = 100;
    return options;
  }
  static void SetUpTestSuite() {
    SharedSlapdFixture<Searches>::SetUpTestSuite();
    ldap::Pool pool(settings_for(server()));
    std::vector<directory::Change> changes;
    for (int i = 0; i < users; ++i) changes.push_back(add_user(server(), "u" + std::to_string(i)));
    for (const auto& result : pool.apply_all(changes, soon())) ASSERT_TRUE(result) << detail(result);
  }

 protected:
  Searches() : pool_(settings_for(server())) {}

  SearchRequest all_users(std::size_t page_size) const {
    return {dn(server().user_base()), Scope::OneLevel, Filter::present("uid"), {"uid"}, page_size};
  }
  std::set<std::string> names(const SearchRequest& request) {
    std::set<std::string> seen;
    const auto result = pool_.search(request, soon(), [&](Entry&& entry) {
      EXPECT_TRUE(seen.insert(entry.dn.normalized()).second) << "twice: " << entry.dn.str();
      return true;
    });
    EXPECT_TRUE(result) << detail(result);
    return seen;
  }

  ldap::Pool pool_;
};

TEST_F(Searches, PagedListIsComplete) {
  EXPECT_EQ(names(all_users(500)).size(), users);
}

TEST_F(Searches, LastPageMayBeShort) {
  EXPECT_EQ(names(all_users(700)).size(), users);
}

TEST_F(Searches, UnpagedListIsComplete) {
  EXPECT_EQ(names(all_users(0)).size(), users);
}

TEST_F(Searches, SinkEndsAPagedSearch) {
  int seen = 0;
  const auto result = pool_.search(all_users(100), soon(), [&](Entry&&) { return ++seen < 150; });
  EXPECT_TRUE(result) << detail(result);
  EXPECT_EQ(seen, 150);
  EXPECT_EQ(names(all_users(500)).size(), users);
}

TEST_F(Searches, SinkEndsAnUnpagedSearchAndTheConnectionGoesOn) {
  for (int round = 0; round < 5; ++round) {
    int seen = 0;
    const auto result = pool_.search(all_users(0), soon(), [&](Entry&&) { return ++seen < 3; });
    EXPECT_TRUE(result) << detail(result);
    EXPECT_EQ(seen, 3);
    const auto user = directory::read(pool_, user_dn(server(), "u7"), {"uid"}, soon());
    ASSERT_TRUE(user) << detail(user);
    ASSERT_TRUE(*user);
    EXPECT_EQ((*user)->attributes.first("uid"), "u7");
  }
  EXPECT_EQ(pool_.uris_in_use().size(), 1U);
}

TEST_F(Searches, SinkMayAskTheDirectory) {
  int seen = 0;
  const auto result = pool_.search(all_users(50), soon(), [&](Entry&& entry) {
    const auto again = directory::read(pool_, entry.dn, {"uid"}, soon());
    EXPECT_TRUE(again && *again);
    return ++seen < 120;
  });
  EXPECT_TRUE(result) << detail(result);
}

TEST_F(Searches, SinkThatThrowsCostsTheConnectionOnly) {
  EXPECT_THROW(
      (void)pool_.search(all_users(0), soon(), [](Entry&&) -> bool { throw std::runtime_error("bug"); }),
      std::runtime_error);
  EXPECT_EQ(names(all_users(1000)).size(), users);
}

TEST_F(Searches, SizeLimitIsTooMany) {
  auto settings = settings_for(server());
  settings.bind_dn = dn(server().reader_dn());
  settings.password = server().reader_password();
  ldap::Pool reader(settings);
  int seen = 0;
  const auto result = reader.search(all_users(0), soon(), [&](Entry&&) { return ++seen > 0; });
  EXPECT_KIND(ErrorKind::TooMany, result);
  EXPECT_EQ(seen, 100);
}

TEST_F(Searches, D1_AMissingBaseIsNoMissingEntry) {
  const SearchRequest request{dn("ou=absent,dc=example,dc=org"), Scope::Subtree, Filter::everything(), {}, 0};
  EXPECT_KIND(ErrorKind::MissingBase, pool_.search(request, soon(), [](Entry&&) { return true; }));
  EXPECT_KIND(ErrorKind::MissingBase, pool_.search_all({&request, 1}, soon()).front());
  EXPECT_KIND(ErrorKind::MissingBase, pool_.search_each({&request, 1}, soon(), [](Entry&&) { return true; }));
  EXPECT_KIND(ErrorKind::MissingBase, directory::check_bases(pool_, std::vector{request.base}, soon()));
  const auto absent = directory::read(pool_, user_dn(server(), "absent"), {}, soon());
  ASSERT_TRUE(absent) << detail(absent);
  EXPECT_FALSE(*absent);
}

TEST_F(Searches, ManyAtOnceKeepTheirOrder) {
  std::vector<SearchRequest> requests;
  for (int i = 0; i < 400; ++i)
    requests.push_back({dn(server().user_base()),
                        Scope::OneLevel,
                        Filter::equal("uid", "u" + std::to_string(i)),
                        {"uid"},
                        0});
  requests.push_back(base_search(user_dn(server(), "absent"), {"uid"}));
  const auto results = pool_.search_all(requests, soon());
  ASSERT_EQ(results.size(), 401U);
  for (std::size_t i = 0; i < 400; ++i) {
    ASSERT_TRUE(results[i]) << detail(results[i]);
    ASSERT_EQ(results[i]->size(), 1U);
    EXPECT_EQ(results[i]->front().attributes.first("uid"), "u" + std::to_string(i));
  }
  EXPECT_KIND(ErrorKind::NotFound, results[400]);
  EXPECT_TRUE(pool_.search_all({}, soon()).empty());
}

TEST_F(Searches, AttributesAreThoseAskedFor) {
  const auto none = directory::read(pool_, user_dn(server(), "u1"), {"1.1"}, soon());
  ASSERT_TRUE(none && *none);
  EXPECT_TRUE((*none)->attributes.empty());
  const auto all = directory::read(pool_, user_dn(server(), "u1"), {}, soon());
  ASSERT_TRUE(all && *all);
  EXPECT_EQ((*all)->attributes.first("sn"), "Test");
  EXPECT_EQ((*all)->attributes.find("entryUUID"), nullptr);
  const auto operational = directory::read(pool_, user_dn(server(), "u1"), {"*", "entryUUID"}, soon());
  ASSERT_TRUE(operational && *operational);
  EXPECT_NE((*operational)->attributes.find("entryUUID"), nullptr);
}

TEST_F(Searches, LargeAttributeIsReadWhole) {
  const auto group = dn(server().group_base()).child(directory::Rdn("cn", "everybody"));
  std::vector<std::string> members;
  for (int i = 0; i < 20'000; ++i)
    members.push_back("uid=u" + std::to_string(i) + "," + server().user_base());
  const directory::Change change{
      directory::Add{group, {{"objectClass", {"groupOfNames"}}, {"cn", {"everybody"}}, {"member", members}}},
      "test"};
  const auto added = pool_.apply(change, {"member"}, soon());
  ASSERT_TRUE(added) << detail(added);
  EXPECT_EQ((*added)->attributes.find("member")->size(), members.size());
  const auto read = directory::read(pool_, group, {"member"}, soon());
  ASSERT_TRUE(read && *read);
  const auto& found = *(*read)->attributes.find("member");
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()),
            std::set<std::string>(members.begin(), members.end()));
}

TEST_F(Searches, CapabilitiesAreTheServers) {
  const auto offered = pool_.capabilities(soon());
  ASSERT_TRUE(offered) << detail(offered);
  EXPECT_TRUE(offered->assertion);
  EXPECT_TRUE(offered->post_read);
  EXPECT_TRUE(offered->permissive_modify);
  EXPECT_TRUE(offered->paged_results);
  EXPECT_EQ(offered->vendor, "OpenLDAP");
}

TEST_F(Searches, DeadlineThatHasPassedIsATimeout) {
  ASSERT_TRUE(pool_.capabilities(soon()));
  EXPECT_KIND(ErrorKind::Timeout, directory::read(pool_, user_dn(server(), "u1"), {}, Deadline{}));
}

}  // namespace
}  // namespace dirbridge::test
