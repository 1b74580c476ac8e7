#include "support/memory_connection.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "support/soon.hpp"

namespace dirbridge::test {
namespace {

namespace json = boost::json;

TEST(MemoryConnection, AUserOutlivesARestartWithOtherRules) {
  MemoryWorld world;
  const auto body =
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann"})");
  const auto made = MemoryConnection(world).users->create(body, soon());
  ASSERT_TRUE(made) << made.error().detail;
  MemoryConnection again(world, "okta", [](mapping::Rules& rules) { rules.user_options.update = false; });
  const auto found = again.users->find(made->at("id").as_string(), provision::Members::Leave, soon());
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->at("userName"), "ann");
}

}  // namespace
}  // namespace dirbridge::test
