// Who leaves many groups at once: what it takes does not grow with their number.
#include <algorithm>
#include <utility>

#include <gmock/gmock.h>

#include "counting_directory.hpp"
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// Calls `listed_` once, when it was asked which groups somebody is in.
class AfterListing final : public ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    auto found = ForwardingDirectory::search_all(r, d);
    const bool asked = std::any_of(r.begin(), r.end(), [](const auto& search) {
      return search.scope == directory::Scope::Subtree &&
             search.attributes == std::vector<std::string>{"dirbridgeId", "dirbridgeTarget"} &&
             search.filter.str().find("(member=uid=leaver") != std::string::npos;
    });
    if (asked)
      if (auto act = std::exchange(listed_, nullptr)) act();
    return found;
  }

  std::function<void()> listed_;
};

class ManyGroups : public GroupOption {
 protected:
  static constexpr int many = 12;

  static void map(mapping::Rules& rules) { rules.group_options.keep_existing_user_groups = true; }
  static void map_and_strip(mapping::Rules& rules) {
    map(rules);
    rules.disable.strip_groups = true;
  }

  // ann is in two groups, bob in many; of each they are the only members in the first.
  void populate() {
    const auto eve = add_user("eve");
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    for (const auto& [name, id, count] : {std::tuple("ann", ann_, 2), std::tuple("bob", bob_, many)})
      for (int i = 0; i < count; ++i)
        add_group(name + std::to_string(i), i == 0 ? Names{id} : Names{id, eve});
  }
  void expect_left(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
      const auto left = people_in(name + std::to_string(i));
      if (i == 0)
        EXPECT_THAT(left, IsEmpty()) << name << i;
      else
        EXPECT_THAT(left, ElementsAre("eve")) << name << i;
    }
  }
  using Leave = std::function<Result<>(provision::Resources& users, const std::string& id)>;
  static Result<> remove(provision::Resources& users, const std::string& id) {
    return users.remove(id, {}, soon());
  }
  static Result<> disable(provision::Resources& users, const std::string& id) {
    auto done =
        users.patch(id, json::parse(R"({"Operations":[{"op":"replace","path":"active","value":false}]})"), {},
                    Members::Leave, soon());
    return done ? Result<>() : Result<>(done.error());
  }
  void expect_constant(const TestConnection::Adjust& adjust, const Leave& leave) {
    connect_with(adjust);
    populate();
    CountingDirectory counted(at().pool);
    const ConnectionParts parts(counted, at().rules);
    const auto trips = [&](const std::string& id) {
      counted.trips_ = 0;
      const auto done = leave(*parts.users, id);
      EXPECT_TRUE(done) << done.error().detail;
      return counted.trips_.load();
    };
    const auto for_two = trips(ann_);
    EXPECT_EQ(trips(bob_), for_two) << many << " groups";
    RecordProperty("trips", static_cast<int>(for_two));
    expect_left("ann", 2);
    expect_left("bob", many);
  }

  // How many groups and records list the user.
  std::size_t listing(const std::string& name) {
    return count_entries(
        ldap_search(server(), As::Admin, {"-b", server().suffix(), "(member=" + user_dn(name) + ")", "1.1"})
            .output);
  }

  std::string ann_, bob_;
  int scenes_ = 0;
};

TEST_F(ManyGroups, F_ADeletedUserLeavesAllAtOnce) {
  expect_constant([](mapping::Rules&) {}, remove);
}

TEST_F(ManyGroups, F_ADeletedUserLeavesAllThatAreMappedAtOnce) {
  expect_constant(map, remove);
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(ManyGroups, F_ADisabledUserIsStrippedOfAllAtOnce) {
  expect_constant(map_and_strip, disable);
}

// One directory group is gone, and another has a member by hand: each is treated as if it was the only one.
TEST_F(ManyGroups, F_EachOfThemIsTreatedOnItsOwn) {
  make_by_hand("bob1", {});
  connect_with(map_and_strip);
  populate();
  ldif("dn: " + group_dn("bob2") + "\nchangetype: delete\n");
  ASSERT_TRUE(disable(*at().users, bob_));
  EXPECT_THAT(people_in("bob1"), Not(Contains("bob")));
  EXPECT_THAT(people_in("bob2"), ElementsAre("eve")) << "made again for those to whom it is granted";
  EXPECT_THAT(people_in("bob3"), ElementsAre("eve"));
  set_active(bob_, true);
  for (int i = 1; i < many; ++i) EXPECT_THAT(people_in("bob" + std::to_string(i)), Contains("bob")) << i;
  EXPECT_FALSE(converge()) << "nothing is left to be done";
}

TEST_F(ManyGroups, F_AGroupThatIsRenamedMeanwhileIsLeftToo) {
  for (const auto& adjust : {TestConnection::Adjust([](mapping::Rules&) {}), TestConnection::Adjust(map)})
    for (const int groups : {1, 3}) {
      const auto n = std::to_string(++scenes_);
      connect_with(adjust);
      const auto leaver = add_user("leaver" + n);
      const auto eve = add_user("eve" + n);
      const auto team = add_group("team" + n, {leaver, eve});
      for (int i = 1; i < groups; ++i) add_group("other" + n + std::to_string(i), {leaver, eve});
      AfterListing between(at().pool);
      between.listed_ = [&] { rename(team, "crew" + n); };
      const ConnectionParts parts(between, at().rules);
      ASSERT_TRUE(parts.users->remove(leaver, {}, soon()));
      EXPECT_FALSE(between.listed_) << "it was asked which groups there are";
      EXPECT_EQ(shown(team).at("displayName"), json::string("crew" + n));
      EXPECT_THAT(members(team), ElementsAre(eve)) << n;
      EXPECT_EQ(listing("leaver" + n), 0U) << n;
    }
}

}  // namespace
}  // namespace dirbridge::test
