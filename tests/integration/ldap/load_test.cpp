// Many threads on few connections, and large batches.
#include <thread>

#include "base/metrics.hpp"
#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

class Load : public SharedSlapdFixture<Load> {};

TEST_F(Load, BatchOfFiveHundredAdds) {
  ldap::Pool pool(settings_for(server()));
  std::vector<directory::Change> changes;
  for (int i = 0; i < 500; ++i) changes.push_back(add_user(server(), "batch" + std::to_string(i)));
  const auto results = pool.apply_all(changes, soon());
  ASSERT_EQ(results.size(), 500U);
  for (const auto& result : results) EXPECT_TRUE(result) << detail(result);
  EXPECT_EQ(pool.uris_in_use().size(), 1U) << "a batch takes one connection";
  for (const auto& result : pool.apply_all(changes, soon())) EXPECT_KIND(ErrorKind::Uniqueness, result);
}

TEST_F(Load, FortyThreadsShareFourConnections) {
  auto settings = settings_for(server());
  settings.pool_size = 4;
  ldap::Pool pool(settings);
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 40; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 15; ++i) {
        const auto uid = "thread" + std::to_string(t) + "-" + std::to_string(i);
        const auto added = pool.apply(add_user(server(), uid), {"uid"}, soon());
        ASSERT_TRUE(added) << detail(added);
        const auto found = directory::read(pool, user_dn(server(), uid), {"uid"}, soon());
        ASSERT_TRUE(found && *found) << detail(found);
        ASSERT_EQ((*found)->attributes.first("uid"), uid);
        ++done;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 40 * 15);
  EXPECT_LE(pool.uris_in_use().size(), 4U);
}

TEST_F(Load, WhoFindsNoFreeConnectionIsToldSo) {
  auto settings = settings_for(server());
  settings.pool_size = 1;
  ldap::Pool pool(settings);
  const auto outer =
      pool.search(base_search(dn(server().user_base()), {"ou"}), soon(), [&](directory::Entry&&) {
        const auto inner = pool.capabilities(deadline_in(std::chrono::milliseconds(50)));
        EXPECT_KIND(ErrorKind::Busy, inner);
        return true;
      });
  EXPECT_TRUE(outer) << detail(outer);
  EXPECT_TRUE(pool.capabilities(soon()));
}

TEST_F(Load, IsCounted) {
  {
    ldap::Pool pool(settings_for(server()));
    ASSERT_TRUE(directory::read(pool, dn(server().user_base()), {"ou"}, soon()));
    const auto text = metrics::to_text();
    EXPECT_THAT(text, testing::HasSubstr("dirbridge_ldap_operations_total{outcome=\"ok\",verb=\"search\"}"));
    EXPECT_THAT(text, testing::HasSubstr("dirbridge_ldap_connections 1"));
  }
  EXPECT_THAT(metrics::to_text(), testing::HasSubstr("dirbridge_ldap_connections 0"));
}

}  // namespace
}  // namespace dirbridge::test
