// A search base that is not there is no empty one: nothing below it is said to be missing.
#include <gmock/gmock.h>

#include "moving_fixture.hpp"
#include "provision/grants/drift.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;

// The three kinds of connections: groups as they are, mapped ones, users who move.
class MissingBase : public MovingFixture, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    MovingFixture::SetUp();
    connect_moving([&](mapping::Rules& rules) {
      if (GetParam() == "mapping") rules.group_options.mapping = {{"devs", {group("jira-devs")}}};
      if (GetParam() != "move_to") rules.disable.move_to.reset();
    });
    ann_ = add_user("ann");
    ben_ = add_user("ben");
    devs_ = add_group("devs", {ann_});
    at().member_ids.forget(dn(staff_dn("ann")));
  }

  // What is answered while a unit is called something else.
  void while_away(const std::string& unit, const std::function<void()>& what) {
    const auto rename = [&](const std::string& from, const std::string& to) {
      ldif("dn: " + from + unit.substr(unit.find(',')) + "\nchangetype: modrdn\nnewrdn: " + to +
           "\ndeleteoldrdn: 1\n");
    };
    const auto own = unit.substr(0, unit.find(','));
    rename(own, "ou=away");
    what();
    rename("ou=away", own);
  }

  static json::value group_of(const std::string& name, const std::string& member) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":")" +
                       name + R"(","members":[{"value":")" + member + "\"}]}");
  }
  Result<provision::Page> list(provision::Resources& resources, const std::string& filter) {
    provision::Query query;
    if (!filter.empty()) query.filter = scim::parse_filter(filter, resources.type()).value();
    query.filter_text = filter;
    return resources.list(query, soon());
  }
  template <class T>
  static std::string kind_of(const Result<T>& result) {
    return result ? "success" : std::string(to_string(result.error().kind));
  }

  std::string ann_, ben_, devs_;
};

#define EXPECT_MISSING(result) EXPECT_EQ(kind_of(result), "missing_base")

TEST_P(MissingBase, D1_WithoutThePeopleNobodyIsNotFound) {
  while_away(staff(), [&] {
    EXPECT_MISSING(users().find(ann_, Members::Leave, soon()));
    EXPECT_MISSING(users().patch(ann_, replacing("title", "\"x\""), {}, Members::Leave, soon()));
    EXPECT_MISSING(users().patch(ann_, replacing("active", "false"), {}, Members::Leave, soon()));
    EXPECT_MISSING(users().replace(ann_, user_named("ann"), {}, soon()));
    EXPECT_MISSING(users().remove(ann_, {}, soon()));
    EXPECT_MISSING(users().create(user_named("eve"), soon()));
    EXPECT_MISSING(users().converge(ann_, soon()));
    EXPECT_MISSING(list(users(), R"(userName eq "ann")"));
    EXPECT_MISSING(list(users(), ""));
    EXPECT_MISSING(groups().find(devs_, Members::Load, soon()));
    EXPECT_MISSING(groups().find(devs_, Members::LoadNamed, soon()));
    EXPECT_MISSING(groups().patch(devs_, member_operation("add", {ben_}), {}, Members::Leave, soon()));
    EXPECT_MISSING(groups().patch(devs_, member_operation("remove", {ben_}), {}, Members::Leave, soon()));
    EXPECT_MISSING(groups().replace(devs_, group_of("devs", ben_), {}, soon()));
    EXPECT_MISSING(groups().create(group_of("ops", ben_), soon()));
    EXPECT_MISSING(list(groups(), R"(members eq ")" + ann_ + "\""));
    EXPECT_MISSING(list(groups(), R"(members[value eq ")" + ann_ + "\"]"));
    EXPECT_NE(kind_of(groups().remove(devs_, {}, soon())), "not_found");
    EXPECT_FALSE(provision::sweep(at().context, soon()));
  });
  EXPECT_TRUE(users().find(ann_, Members::Load, soon()));
  EXPECT_TRUE(users().remove(ann_, {}, soon()));
}

TEST_P(MissingBase, D1_WithoutTheGroupsNoGroupIsNotFound) {
  while_away(server().group_base(), [&] {
    if (GetParam() != "mapping") {
      EXPECT_MISSING(groups().find(devs_, Members::Leave, soon()));
    }
    EXPECT_MISSING(groups().create(group_of("ops", ann_), soon()));
    EXPECT_MISSING(groups().patch(devs_, member_operation("remove", {ann_}), {}, Members::Leave, soon()));
    EXPECT_MISSING(list(groups(), R"(displayName eq "devs")"));
    EXPECT_MISSING(list(groups(), ""));
    EXPECT_MISSING(users().find(ann_, Members::Load, soon()));
    EXPECT_MISSING(groups().remove(devs_, {}, soon()));
  });
  EXPECT_TRUE(groups().find(devs_, Members::Load, soon()));
  EXPECT_TRUE(groups().remove(devs_, {}, soon()));
}

TEST_P(MissingBase, D1_WithoutTheRecordsNothingIsNotFound) {
  while_away(server().bridge_base(), [&] {
    EXPECT_MISSING(users().find("0b6c1f2e-6d3a-4f0b-9d2e-0e5b6c7d8e9f", Members::Leave, soon()));
    if (GetParam() == "mapping") {
      EXPECT_MISSING(groups().find(devs_, Members::Leave, soon()));
      EXPECT_MISSING(groups().remove(devs_, {}, soon()));
    }
  });
  EXPECT_TRUE(groups().find(devs_, Members::Load, soon()));
}

INSTANTIATE_TEST_SUITE_P(Kinds, MissingBase, testing::Values("plain", "mapping", "move_to"),
                         [](const auto& kind) { return kind.param; });

// Below a base that is out of sight, nobody can be told to be disabled.
TEST_P(MissingBase, D1_WhoIsOutOfSightComesIntoNoGroup) {
  if (GetParam() != "mapping") return;
  connect_moving([&](mapping::Rules& rules) {
    rules.group_options.mapping = {{"devs", {group("jira-devs")}}};
    rules.disable.move_to.reset();
    rules.disable.strip_groups = true;
  });
  ASSERT_TRUE(users().patch(ann_, replacing("active", "false"), {}, Members::Leave, soon()));
  const auto none = people_in("jira-devs");
  while_away(staff(), [&] { EXPECT_MISSING(groups().converge(devs_, soon())); });
  EXPECT_EQ(people_in("jira-devs"), none);
}

TEST_P(MissingBase, D1_WhoIsOutOfSightLeavesNoGroup) {
  if (GetParam() != "mapping") return;
  ldif("dn: " + group_dn("jira-devs") + "\nchangetype: modify\nadd: member\nmember: " + staff_dn("ben") +
       "\n");
  while_away(staff(), [&] { EXPECT_MISSING(provision::Drift().mend(at().context, soon())); });
  EXPECT_THAT(people_in("jira-devs"), testing::Contains("ben,ou=staff"));
}

using MissingPlace = MovingFixture;

TEST_F(MissingPlace, D1_NobodyIsLostWhoCannotMoveAway) {
  connect_moving();
  const auto ann = add_user("ann");
  ldif("dn: " + left() + "\nchangetype: delete\n");
  const auto marked = users().patch(ann, replacing("active", "false"), {}, Members::Leave, soon());
  ASSERT_TRUE(marked) << said(marked);
  ldif("dn: " + left() + "\nchangetype: add\nobjectClass: organizationalUnit\n");
  const auto same = users().find(ann, Members::Leave, soon());
  ASSERT_TRUE(same) << said(same);
  EXPECT_EQ(same->at("active"), json::value(false)) << "marked where she is";
  EXPECT_TRUE(exists(staff_dn("ann")));
}

}  // namespace
}  // namespace dirbridge::test
