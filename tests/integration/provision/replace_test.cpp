// PUT against a directory: what it clears, what it keeps, what it may not touch (RFC 7644 3.5.1).
#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;

class ReplaceTest : public ConnectionFixture {
 protected:
  static json::value user_body(const std::string& more) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob")" +
                       more + "}");
  }
  static json::value group_body(const std::string& more) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"team")" +
                       more + "}");
  }
  // The same connection under the other setting.
  void keep_omitted() {
    auto context = connection().context;
    context.put_omitted = scim::PutOmitted::Keep;
    connection().users = provision::make_users(context);
    connection().groups = provision::make_groups(context);
  }
};

TEST_F(ReplaceTest, KeepsWhatIsLeftOutWhereConfigured) {
  keep_omitted();
  const auto id =
      id_of(add_user("bob", R"("title":"Guide","nickName":"B","externalId":"x1","active":false)"));
  const auto put = users().replace(id, user_body(R"(,"title":"Boss","nickName":null)"), {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_EQ(put->resource.at("title").as_string(), "Boss");
  EXPECT_EQ(put->resource.at("externalId").as_string(), "x1");
  EXPECT_EQ(put->resource.at("active"), false) << "a PUT without it enables nobody";
  EXPECT_FALSE(put->resource.contains("nickName"));
  EXPECT_THAT(values(user_dn("bob"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(values(user_dn("bob"), "title"), ElementsAre("Boss"));
}

TEST_F(ReplaceTest, KeepsMembersThatAreLeftOutWhereConfigured) {
  keep_omitted();
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {bob}));
  auto put = groups().replace(team, group_body(R"(,"externalId":"g1")"), {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_THAT(member_ids(put->resource), ElementsAre(bob));
  put = groups().replace(team, group_body(R"(,"members":[])"), {}, soon());
  ASSERT_TRUE(put);
  EXPECT_THAT(member_ids(put->resource), IsEmpty());
  EXPECT_EQ(put->resource.at("externalId").as_string(), "g1");
}

TEST_F(ReplaceTest, ClearsMembersByNullAndByOmission) {
  const auto bob = id_of(add_user("bob"));
  for (const auto* more : {"", R"(,"members":null)", R"(,"members":[])"}) {
    const auto team = id_of(add_group("team", {bob}));
    const auto put = groups().replace(team, group_body(more), {}, soon());
    ASSERT_TRUE(put) << more;
    EXPECT_THAT(member_ids(put->resource), IsEmpty()) << more;
    ASSERT_TRUE(groups().remove(team, {}, soon()));
  }
}

TEST_F(ReplaceTest, TakesAnotherMemberListAlthoughMembersAreImmutable) {
  const auto ann = id_of(add_user("ann"));
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {bob}));
  const auto put = groups().replace(team, group_body(R"(,"members":[{"value":")" + ann + "\"}]"), {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_THAT(member_ids(put->resource), ElementsAre(ann));
}

TEST_F(ReplaceTest, IgnoresReadOnlyAttributes) {
  const auto made = add_user("bob");
  const auto put = users().replace(
      id_of(made),
      user_body(
          R"(,"id":"other","meta":{"version":"W/\"x\"","resourceType":"Group"},"groups":[{"value":"g"}])"),
      {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_EQ(id_of(put->resource), id_of(made));
  EXPECT_EQ(put->resource.at("meta").at("resourceType").as_string(), "User");
  EXPECT_FALSE(put->resource.contains("groups"));
}

TEST_F(ReplaceTest, NeverCreates) {
  const auto put = users().replace("0190f0a0-0000-7000-8000-000000000000", user_body(""), {}, soon());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(exists(user_dn("bob")));
}

}  // namespace
}  // namespace dirbridge::test
