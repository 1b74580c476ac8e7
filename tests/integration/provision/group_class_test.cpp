// A directory with groups of both classes, on a real server.
#include "directory/group_classes.hpp"
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::GroupClass;
using directory::GroupClasses;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class GroupClassLife : public GroupOption {
 protected:
  void TearDown() override {
    classes_.reset();
    GroupOption::TearDown();
  }

  void start(
      GroupClass of_new_groups, const Adjust& adjust = [](GroupOptions&) {}) {
    auto& c = connect(adjust);
    classes_.emplace(c.pool, c.rules.group_base, of_new_groups);
    reconciler_.emplace(*classes_, c.guard, c.rules.group_shape,
                        std::vector{c.rules.group_base, c.rules.bridge_base});
    context_.emplace(provision::Context{
        c.context.catalog, c.rules, *classes_, *reconciler_, c.locks, c.clock, {}, c.member_ids});
    c.users = provision::make_users(*context_);
    c.groups = provision::make_groups(*context_);
  }
  void make_unique(const std::string& name, const Names& logins) {
    std::string text =
        "dn: " + group_dn(name) + "\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: " + name + "\n";
    for (const auto& login : logins) text += "uniqueMember: " + user_dn(login) + "\n";
    ldif(text);
  }
  // Logins in the attribute itself.
  Names values(const std::string& name, const std::string& attribute) {
    auto entry = directory::read(at().pool, group(name), {attribute}, soon());
    EXPECT_TRUE(entry && *entry) << name;
    Names out;
    if (entry && *entry)
      for (const auto& value : (*entry)->attributes.values(attribute))
        out.emplace_back(directory::Dn::parse(value)->rdn().value());
    std::sort(out.begin(), out.end());
    return out;
  }
  void rename_user(const std::string& id, const std::string& name) {
    auto done = at().users->patch(
        id, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":")" + name + "\"}]}"), {},
        provision::Members::Leave, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }

  std::optional<GroupClasses> classes_;
  std::optional<sync::Reconciler> reconciler_;
  std::optional<provision::Context> context_;
};

TEST_F(GroupClassLife, B6_NewGroupsOfUniqueNamesLiveAsTheOthersDo) {
  start(GroupClass::UniqueNames);
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto devs = add_group("devs", {ann});
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("ann"));
  EXPECT_THAT(values("devs", "member"), IsEmpty());
  change(devs, "add", {ben});
  rename_user(ann, "anna");
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("anna", "ben"));
  EXPECT_EQ(members(devs).size(), 2U);
  change(devs, "remove", {ann, ben});
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("dirbridge-placeholder"));
  EXPECT_THAT(members(devs), IsEmpty());
  change(devs, "add", {ben});
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("ben"));
  ASSERT_TRUE(at().users->remove(ben, {}, soon()));
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("dirbridge-placeholder"));
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  EXPECT_EQ(add_group("devs", {ann}), devs);
  EXPECT_THAT(values("devs", "uniqueMember"), ElementsAre("anna"));
}

TEST_F(GroupClassLife, B6_MappingAndDefaultGroupsFillGroupsOfEitherClass) {
  make_unique("wide", {"byhand"});
  make_by_hand("narrow", {"byhand"});
  start(GroupClass::Names, [this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("wide"), group("narrow"), group("made")}}};
    o.defaults = {mapping::DefaultGroups::For::New, {group("wide")}};
  });
  const auto ann = add_user("ann");
  EXPECT_THAT(values("wide", "uniqueMember"), ElementsAre("ann", "byhand"));
  const auto staff = add_group("Staff", {ann});
  EXPECT_THAT(values("narrow", "member"), ElementsAre("ann", "byhand"));
  EXPECT_THAT(values("made", "member"), ElementsAre("ann"));
  change(staff, "remove", {ann});
  EXPECT_THAT(values("wide", "uniqueMember"), ElementsAre("ann", "byhand"));
  EXPECT_THAT(values("narrow", "member"), ElementsAre("byhand"));
  rename_user(ann, "anna");
  EXPECT_THAT(values("wide", "uniqueMember"), ElementsAre("anna", "byhand"));
  EXPECT_THAT(values("wide", "member"), IsEmpty());
}

TEST_F(GroupClassLife, B6_AGroupOfTheAdministratorsFollowsARename) {
  start(GroupClass::Names);
  const auto ann = add_user("ann");
  make_unique("theirs", {"ann"});
  rename_user(ann, "anna");
  EXPECT_THAT(values("theirs", "uniqueMember"), ElementsAre("anna"));
  ASSERT_TRUE(at().users->remove(ann, {}, soon()));
  EXPECT_THAT(values("theirs", "uniqueMember"), ElementsAre("anna")) << "by hand";
}

}  // namespace
}  // namespace dirbridge::test
