// What the directory takes for the same name is the same to the bridge, and nothing else, on each server.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "e2e/scenario.hpp"
#include "support/random_names.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class NameScenario : public Scenario {
 protected:
  // As the server spells it.
  std::string spelled(const std::string& id) {
    for (const auto& base : {site_.user_base, site_.group_base}) {
      const auto found = directory::search(directory(),
                                           {directory::Dn::parse(base).value(),
                                            directory::Scope::Subtree,
                                            directory::Filter::equal("dirbridgeId", id),
                                            {"1.1"},
                                            0},
                                           deadline_in(30s));
      if (found && found->size() == 1) return found->front().dn.str();
    }
    ADD_FAILURE() << "there is no one entry of " << id;
    return {};
  }

  std::set<std::string> members_of(const std::string& group) const {
    const auto all = members(group);
    std::set<std::string> out(all.begin(), all.end());
    out.erase(kPlaceholder);
    return out;
  }

  std::vector<std::string> found(const std::string& type, const std::string& filter) {
    const auto answer = client_.find(type, filter);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> out;
    if (answer.status == 200)
      for (const auto& resource : answer.json.at("Resources").as_array())
        out.emplace_back(resource.at("id").as_string());
    return out;
  }

  static std::string quoted(const std::string& text) { return json::serialize(json::value(text)); }
};

TEST_F(NameScenario, C1_TheNextOfANameInheritsNothing) {
  const std::string small = "\u03bd\u03af\u03ba\u03bf\u03c2", capitals = "\u039d\u038a\u039a\u039f\u03a3";
  const auto first = create_user(client_, small);
  const auto team = create_group(client_, "team", {first});
  expect_success(client_.patch("/Users/" + first, replace("userName", capitals)));
  EXPECT_EQ(members_of("team"), std::set{spelled(first)});
  const auto second = client_.post("/Users", user_resource(small));
  EXPECT_EQ(second.status, found("Users", "userName eq " + quoted(small)).at(0) == first ? 409 : 201);
  EXPECT_THAT(member_ids(client_, team), ElementsAre(first));
  if (second.status != 201) return;  // one name to this server
  EXPECT_NE(spelled(second.text("id")), spelled(first));
}

TEST_F(NameScenario, C2_ValuesThatAreOneAreNoConflict) {
  const auto user = client_.post("/Users", user_resource("ann", {{"emails",
                                                                  {{{"value", "a@x.org"}, {"type", "work"}},
                                                                   {{"value", "a@x.org "}},
                                                                   {{"value", "zo\u00eb@x.org"}},
                                                                   {{"value", "zoe\u0308@x.org"}}}}}));
  ASSERT_EQ(user.status, 201) << user.body;
  EXPECT_EQ(user.json.at("emails").as_array().size(), 4U);
  const auto leaving = client_.patch(
      "/Users/" + user.text("id"),
      json::array{json::object{
          {"op", "replace"},
          {"value",
           {{"active", false},
            {"emails", {{{"value", "b@x.org"}}, {{"value", "b@x.org "}}, {{"value", "B@x.org"}}}}}}}});
  expect_success(leaving);
  EXPECT_THAT(values(directory(), site_.user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(NameScenario, C3_SpellingAloneReachesEveryGroup) {
  const auto ann = create_user(client_, "ann");
  const auto team = create_group(client_, "Dev  Ops", {ann});
  create_group(client_, "outer", {team, ann});
  expect_success(client_.patch("/Users/" + ann, replace("userName", "ANN")));
  expect_success(client_.patch("/Groups/" + team, replace("displayName", "Dev Ops")));
  EXPECT_EQ(spelled(ann), dn_of("ANN"));
  EXPECT_EQ(spelled(team), site_.group_dn("Dev Ops").str());
  EXPECT_EQ(members_of("Dev Ops"), std::set{spelled(ann)});
  EXPECT_EQ(members_of("outer"), (std::set{spelled(ann), spelled(team)}));
}

// Whoever a filter finds is in the way, and nobody else; renames leave each membership as it was.
TEST_F(NameScenario, R3_TheDirectorySaysWhatIsTheSame) {
  constexpr unsigned seed = 20261130;
  test::RandomNames names(seed);
  std::vector<std::string> users;
  std::map<std::string, std::set<std::string>> groups{{"one", {}}, {"two", {}}};
  std::map<std::string, std::string> ids;
  for (const auto& [name, members] : groups) ids[name] = create_group(client_, name);
  for (int step = 0; step < 90; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
    const auto name = names.next();
    const auto there = found("Users", "userName eq " + quoted(name));
    ASSERT_LE(there.size(), 1U) << name;
    if (users.size() < 4) {
      const auto made = client_.post("/Users", user_resource(name));
      if (made.status == 400) continue;  // it begins or ends with what nobody sees
      ASSERT_EQ(made.status, there.empty() ? 201 : 409) << name << ' ' << made.body;
      if (made.status != 201) continue;
      users.push_back(made.text("id"));
      auto& [group, members] = *std::next(groups.begin(), static_cast<long>(names.below(groups.size())));
      expect_success(client_.patch("/Groups/" + ids[group], add_members({users.back()})));
      members.insert(users.back());
    } else {
      const auto id = users[names.below(users.size())];
      const auto renamed = client_.patch("/Users/" + id, replace("userName", name));
      if (renamed.status == 400) continue;
      const bool free = there.empty() || there.front() == id;
      ASSERT_EQ(renamed.status, free ? 200 : 409) << name << ' ' << renamed.body;
      if (free) {
        ASSERT_THAT(values(directory(), directory::Dn::parse(spelled(id)).value(), "dirbridgeAlias"),
                    IsEmpty());
      }
    }
    for (const auto& [group, members] : groups) {
      std::set<std::string> expected;
      for (const auto& id : members) expected.insert(spelled(id));
      ASSERT_EQ(members_of(group), expected);
    }
  }
}

}  // namespace
}  // namespace dirbridge::e2e
