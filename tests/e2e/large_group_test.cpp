// A group with more members than are answered as one value: its answers are streamed.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;

constexpr std::size_t users = 250;  // more than provision::most_members_at_once

class LargeGroup : public Scenario {
 protected:
  LargeGroup() : ids_(users) {
    constexpr std::size_t threads = 4;
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < threads; ++t)
      running.emplace_back([this, t] {
        auto client = site_.client();
        for (auto i = t; i < users; i += threads) ids_[i] = create_user(client, "user" + std::to_string(i));
      });
    for (auto& thread : running) thread.join();
    group_ = create_group(client_, "everybody", {ids_.begin(), ids_.end() - 1});
    client_.patch("/Groups/" + group_, add_members({"not-there-yet \"quoted\""}));
  }

  static std::vector<std::string> sorted(std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    return list;
  }

  std::vector<std::string> ids_;
  std::string group_;
};

TEST_F(LargeGroup, IsReadChangedAndReplacedWhole) {
  auto expected = std::vector<std::string>(ids_.begin(), ids_.end() - 1);
  expected.emplace_back("not-there-yet \"quoted\"");
  EXPECT_EQ(member_ids(client_, group_), sorted(expected));

  const auto whole = client_.get("/Groups/" + group_);
  expect_status(whole, 200);
  EXPECT_EQ(*whole.headers.find("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(whole.headers.find("ETag"));
  const auto& first = whole.json.at("members").at(0).as_object();
  EXPECT_EQ(first.at("type"), "User");
  EXPECT_TRUE(first.at("$ref").as_string().ends_with("/Users/" + std::string(first.at("value").as_string())));
  EXPECT_FALSE(first.contains("display"));
  EXPECT_EQ(whole.json.at("displayName"), "everybody");

  const auto without = client_.get("/Groups/" + group_ + "?excludedAttributes=members");
  EXPECT_FALSE(without.json.as_object().contains("members"));
  const auto named = client_.get("/Groups/" + group_ + "?attributes=members.display");
  EXPECT_EQ(named.json.at("members").as_array().size(), users - 1) << "pending ones have no name to show";
  EXPECT_FALSE(named.json.as_object().contains("displayName"));

  expect_success(client_.patch("/Groups/" + group_, add_members({ids_.back()})));
  expect_success(client_.patch("/Groups/" + group_, remove_members({ids_.front()})));
  expected.push_back(ids_.back());
  expected.erase(expected.begin());
  EXPECT_EQ(member_ids(client_, group_), sorted(expected));

  std::swap(expected.front(), ids_.front());
  const auto replaced = client_.put("/Groups/" + group_,
                                    json::object{{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                                 {"displayName", "all"},
                                                 {"members", member_values(expected)}});
  expect_status(replaced, 200);
  EXPECT_EQ(replaced.json.at("members").as_array().size(), expected.size());
  EXPECT_EQ(member_ids(client_, group_), sorted(expected));
}

}  // namespace
}  // namespace dirbridge::e2e
