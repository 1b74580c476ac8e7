// A user's groups, and the members of many groups at once.
#include <gmock/gmock.h>
#include <boost/json/serialize.hpp>

#include "connection_fixture.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using provision::Query;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class MembershipsTest : public ConnectionFixture {
 protected:
  static std::vector<std::string> shown_groups(const json::object& user) {
    std::vector<std::string> out;
    if (const auto* groups = user.if_contains("groups"))
      for (const auto& group : groups->as_array())
        out.push_back(std::string(group.at("display").as_string()) + ":" +
                      std::string(group.at("type").as_string()));
    return out;
  }
  json::object user(const std::string& id, Members members = Members::Load) {
    auto found = users().find(id, members, soon());
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? *found : json::object();
  }
};

TEST_F(MembershipsTest, AUserKnowsItsGroups) {
  const auto ann = id_of(add_user("ann"));
  const auto ben = id_of(add_user("ben"));
  const auto devs = id_of(add_group("devs", {ann, ben}));
  add_group("ops", {ann});
  EXPECT_THAT(shown_groups(user(ann)), UnorderedElementsAre("devs:direct", "ops:direct"));
  EXPECT_THAT(shown_groups(user(ben)), ElementsAre("devs:direct"));
  EXPECT_EQ(user(ben).at("groups").at(0).at("value"), json::string(devs));
  EXPECT_FALSE(user(ben, Members::Leave).contains("groups"));
  patch_group(devs, R"([{"op":"remove","path":"members"}])");
  EXPECT_FALSE(user(ben).contains("groups"));
}

TEST_F(MembershipsTest, GroupsInGroupsAreIndirectAndCirclesEnd) {
  const auto ann = id_of(add_user("ann"));
  const auto inner = id_of(add_group("inner", {ann}));
  const auto middle = id_of(add_group("middle", {inner}));
  const auto outer = id_of(add_group("outer", {middle, ann}));
  patch_group(inner, R"([{"op":"add","path":"members","value":[{"value":")" + outer + "\"}]}]");
  EXPECT_THAT(shown_groups(user(ann)),
              UnorderedElementsAre("inner:direct", "outer:direct", "middle:indirect"));
}

TEST_F(MembershipsTest, OtherConnectionsGroupsAreNotShown) {
  const auto ann = id_of(add_user("ann"));
  ASSERT_EQ(ldap_add(server(), As::Admin,
                     "dn: cn=byhand," + server().group_base() +
                         "\nobjectClass: groupOfNames\ncn: byhand\nmember: " + user_dn("ann") + "\n")
                .exit_code,
            0);
  EXPECT_FALSE(user(ann).contains("groups"));
}

TEST_F(MembershipsTest, ListsShowGroupsOnDemand) {
  std::vector<std::string> ids;
  for (int i = 0; i < 25; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  add_group("all", ids);
  add_group("first", {ids[0]});
  Query query;
  query.members = Members::Load;
  const auto page = users().list(query, soon());
  ASSERT_TRUE(page);
  ASSERT_EQ(page->resources.size(), 25U);
  for (const auto& one : page->resources)
    EXPECT_THAT(shown_groups(one), testing::Contains("all:direct")) << json::serialize(one);
  query.filter = scim::parse_filter("userName eq \"u0\"", users().type()).value();
  EXPECT_THAT(shown_groups(users().list(query, soon())->resources.at(0)),
              UnorderedElementsAre("all:direct", "first:direct"));
  query.members = Members::Leave;
  EXPECT_THAT(shown_groups(users().list(query, soon())->resources.at(0)), IsEmpty());
}

TEST_F(MembershipsTest, ListsOfGroupsNameAllMembers) {
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  std::vector<json::object> made;
  for (int i = 0; i < 12; ++i) {
    const auto at = static_cast<std::size_t>(i);
    made.push_back(
        add_group("g" + std::to_string(i), {ids[at], ids[(at + 1) % 12], "waiting-" + std::to_string(i)}));
  }
  made.push_back(add_group("empty", {}));
  made.push_back(add_group("nested", {id_of(made[0])}));
  const auto page = groups().list({}, soon());
  ASSERT_TRUE(page);
  ASSERT_EQ(page->resources.size(), made.size());
  for (const auto& listed : page->resources) {
    const auto single = group(id_of(listed));
    EXPECT_EQ(listed, single) << "a list shows what the group itself shows";
  }
}

TEST_F(MembershipsTest, InstancesShareOneKey) {
  TestConnection other(server(), "okta");
  TestConnection stranger(server(), "entra");
  const auto one = provision::make_shared_key(connection().context);
  const auto two = provision::make_shared_key(other.context);
  EXPECT_FALSE(one->look(soon()).value()) << "nobody has needed it";
  const auto key = one->get(soon());
  ASSERT_TRUE(key) << key.error().detail;
  EXPECT_EQ(key->reveal().size(), 32U);
  EXPECT_EQ(two->get(soon())->reveal(), key->reveal());
  EXPECT_EQ(two->look(soon()).value()->reveal(), key->reveal());
  EXPECT_NE(provision::make_shared_key(stranger.context)->get(soon())->reveal(), key->reveal());
  EXPECT_EQ(users().list({}, soon())->total, 0U) << "the key is no resource";
  const auto seen =
      ldap_search(server(), As::Reader, {"-b", server().bridge_base(), "(dirbridgeResource=*)"});
  EXPECT_EQ(count_entries(seen.output), 0U) << "products do not see it";
}

}  // namespace
}  // namespace dirbridge::test
