#include <gmock/gmock.h>

#include <algorithm>

#include "scim/patch.hpp"
#include "scim_vectors.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

using Ids = std::vector<std::string>;

Ids ids(const json::object& vector, const char* key) {
  const auto* list = vector.if_contains(key);
  return list ? json::value_to<Ids>(*list) : Ids();
}

std::vector<PatchOperation> operations_of(const json::object& vector) {
  return parse_patch(group_type(), json::object{{"Operations", vector.at("operations")}}).value();
}

json::object group_with(const Ids& members) {
  json::object group{{"schemas", json::array{group_type().core.id}}, {"id", "1"}, {"displayName", "g"}};
  for (const auto& id : members) {
    if (!group.contains("members")) group["members"].emplace_array();
    group["members"].as_array().push_back(json::object{{"value", id}});
  }
  return group;
}

Ids members_of(const json::object& group) {
  Ids out;
  if (const auto* members = group.if_contains("members"))
    for (const auto& member : members->as_array()) out.emplace_back(member.at("value").as_string());
  return out;
}

// What a directory does with a change: values that are there stay once, values that are not cannot go.
Ids apply_change(Ids members, const MemberChange& change) {
  if (change.replace_all) members.clear();
  std::erase_if(members,
                [&](const auto& id) { return std::count(change.remove.begin(), change.remove.end(), id); });
  for (const auto& id : change.add)
    if (std::find(members.begin(), members.end(), id) == members.end()) members.push_back(id);
  return members;
}

class MembersTrap : public testing::TestWithParam<json::object> {};

// {name, before: ids, operations, change: {replace_all, add, remove} | needs_members, after: ids,
// displayName?}
TEST_P(MembersTrap, NetEffectIsKnownWithoutTheMembers) {
  const auto& vector = GetParam();
  const auto split = split_members(operations_of(vector));
  ASSERT_TRUE(split.has_value()) << split.error().detail;
  EXPECT_EQ(split->needs_members, vector.contains("needs_members"));
  if (split->needs_members) {
    EXPECT_EQ(split->attributes.size(), operations_of(vector).size());
    return;
  }
  const auto& change = vector.at("change").as_object();
  EXPECT_EQ(split->members.replace_all, change.contains("replace_all"));
  EXPECT_EQ(split->members.add, ids(change, "add"));
  EXPECT_EQ(split->members.remove, ids(change, "remove"));
  EXPECT_EQ(split->members.empty(), change.empty());
  EXPECT_EQ(apply_change(ids(vector, "before"), split->members), ids(vector, "after"));
  const auto rest = apply(group_type(), group_with({}), split->attributes, {});
  ASSERT_TRUE(rest.has_value()) << rest.error().detail;
  EXPECT_EQ(rest->resource.at("displayName"),
            vector.contains("displayName") ? vector.at("displayName") : "g");
}

// The short way and the way through the loaded group agree.
TEST_P(MembersTrap, ApplyingToTheLoadedGroupGivesTheSame) {
  const auto& vector = GetParam();
  if (!vector.contains("after")) return;
  const auto result = apply(group_type(), group_with(ids(vector, "before")), operations_of(vector), {});
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_THAT(members_of(result->resource), testing::UnorderedElementsAreArray(ids(vector, "after")));
}

INSTANTIATE_TEST_SUITE_P(Vectors, MembersTrap, testing::ValuesIn(load_vectors(vectors::members_json)),
                         vector_name);

TEST(Members, OneWithoutAnIdIsRefused) {
  const json::object vector{
      {"operations", parse_json(R"([{"op":"add","path":"members","value":[{"type":"User"}]}])")}};
  const auto split = split_members(operations_of(vector));
  ASSERT_TRUE(split.has_error());
  EXPECT_EQ(split.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(split.error().field, "members.value");
}

TEST(Members, HundredThousandInOneOperationAndTenThousandOperations) {
  json::array values, operations;
  for (int i = 0; i < 100000; ++i) values.push_back(json::object{{"value", "id" + std::to_string(i)}});
  operations.push_back(json::object{{"op", "replace"}, {"path", "members"}, {"value", values}});
  for (int i = 0; i < 10000; ++i)
    operations.push_back(
        json::object{{"op", "remove"}, {"path", "members[value eq \"id" + std::to_string(i) + "\"]"}});
  const auto split = split_members(operations_of({{"operations", operations}}));
  ASSERT_TRUE(split.has_value());
  EXPECT_TRUE(split->members.replace_all);
  EXPECT_EQ(split->members.add.size(), 90000u);
  EXPECT_TRUE(split->members.remove.empty());
}

}  // namespace
}  // namespace dirbridge::scim
