// A directory group that is one connection's own group, and to which another connection maps its groups: what
// becomes of it when the first one renames or deletes its group.
#include "counting_directory.hpp"
#include "group_option_fixture.hpp"
#include "provision/upkeep/sweep.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Reasons final : public sync::Journal {
 public:
  void note(const sync::LeftNote&) override {}
  void note(const sync::ChangeNote& note) override { all.push_back(note.change.reason); }
  void note(const sync::DecisionNote&) override {}
  std::vector<std::string> all;
};

class SharedGroup : public GroupOption {
 protected:
  // okta's groups are directory groups themselves; entra's Staff is mapped to devs.
  void start(const Adjust& okta) {
    connect(okta);
    connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("devs")}}}; }, "entra");
    ann_ = add_user("ann");
    eve_ = add_user("eve", "entra");
    devs_ = add_group("devs", {ann_});
    staff_ = add_group("Staff", {eve_}, "entra");
    ASSERT_THAT(people_in("devs"), ElementsAre("ann", "eve"));
  }
  static Adjust deleting(int days) {
    return [days](GroupOptions& o) {
      o.on_delete = GroupOptions::OnDelete::Delete;
      o.delete_after = std::chrono::days(days);
    };
  }
  static void following(GroupOptions& o) { o.on_rename = GroupOptions::OnRename::Follow; }

  // Nothing says that it is a connection's own.
  bool is_nobodys(const std::string& name) {
    const auto text = ldap_search(server(), As::Admin, {"-b", group_dn(name), "-s", "base"}).output;
    return text.find("objectClass: groupOfNames") != std::string::npos &&
           text.find("dirbridgeGroup") == std::string::npos && text.find("\ndirbridge") == std::string::npos;
  }
  provision::Context context_with(directory::Directory& directory, sync::Reconciler& reconciler) {
    auto& c = at();
    return {c.context.catalog, c.rules, directory, reconciler, c.locks, c.clock, {}, c.member_ids};
  }

  std::string ann_;
  std::string eve_;
  std::string devs_;
  std::string staff_;
};

TEST_F(SharedGroup, ADeletedGroupStaysForTheOtherConnectionAndIsNobodys) {
  start(deleting(0));
  const auto outer = add_group("outer", {devs_});
  ASSERT_TRUE(at().groups->remove(devs_, {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("eve"));
  EXPECT_TRUE(is_nobodys("devs"));
  EXPECT_EQ(at().groups->find(devs_, provision::Members::Load, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(at().groups->remove(devs_, {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_THAT(members(outer), IsEmpty());
  EXPECT_THAT(people_in("outer"), IsEmpty());
  change(staff_, "add", {add_user("ben", "entra")}, "entra");
  EXPECT_THAT(people_in("devs"), ElementsAre("ben", "eve"));
  change(staff_, "remove", {eve_}, "entra");
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_FALSE(converge());
  EXPECT_FALSE(converge("entra"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
}

TEST_F(SharedGroup, WithoutTheOtherConnectionItIsDeleted) {
  start(deleting(0));
  ASSERT_TRUE(at("entra").groups->remove(staff_, {}, soon()));
  ASSERT_TRUE(at().groups->remove(devs_, {}, soon()));
  EXPECT_FALSE(has_group("devs"));
}

TEST_F(SharedGroup, AGroupThatIsDueStaysForTheOtherConnection) {
  start(deleting(3));
  ASSERT_TRUE(at().groups->remove(devs_, {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("eve"));
  connect(deleting(0));
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("eve"));
  EXPECT_TRUE(is_nobodys("devs"));
  change(staff_, "add", {add_user("ben", "entra")}, "entra");
  EXPECT_THAT(people_in("devs"), ElementsAre("ben", "eve"));
}

TEST_F(SharedGroup, ARenamedGroupKeepsItsNameWhileOthersAreMappedToIt) {
  start(following);
  auto& c = at();
  Reasons reasons;
  sync::Reconciler telling(c.pool, c.guard, c.rules.group_shape, {c.rules.group_base, c.rules.bridge_base},
                           &reasons);
  auto groups = provision::make_groups(context_with(c.pool, telling));
  testing::internal::CaptureStderr();
  ASSERT_TRUE(groups->patch(
      devs_, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"crew"}]})"), {},
      provision::Members::Leave, soon()));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("group_not_renamed"));
  EXPECT_THAT(reasons.all, Contains(HasSubstr("keeps its name")));
  EXPECT_EQ(shown(devs_).at("displayName"), "crew");
  EXPECT_FALSE(has_group("crew"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "eve"));
  change(devs_, "add", {add_user("ben")});
  change(staff_, "remove", {eve_}, "entra");
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge());
  EXPECT_FALSE(has_group("crew"));
  ASSERT_TRUE(at("entra").groups->remove(staff_, {}, soon()));
  EXPECT_TRUE(converge()) << "nobody else is mapped to it any more";
  EXPECT_THAT(people_in("crew"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(has_group("devs"));
}

TEST_F(SharedGroup, ARenamedGroupKeepsItsNameWhileThatOfADeletedGroupHasTheNewOne) {
  connect(following);
  const auto devs = add_group("devs", {add_user("ann")});
  const auto crew = add_group("crew", {add_user("ben")});
  ASSERT_TRUE(at().groups->remove(crew, {}, soon()));
  ASSERT_TRUE(has_group("crew")) << "emptied, and there";
  ASSERT_TRUE(at().groups->patch(
      devs, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"crew"}]})"), {},
      provision::Members::Leave, soon()));
  EXPECT_EQ(shown(devs).at("displayName"), "crew");
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_THAT(people_in("crew"), IsEmpty());
  EXPECT_FALSE(converge());
  const directory::Change gone{directory::Delete{*directory::Dn::parse(group_dn("crew")), {}}, "by hand"};
  ASSERT_TRUE(at().pool.apply(gone, {}, soon()));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("crew"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("devs"));
}

TEST_F(SharedGroup, AGroupThatTheMappingNamesIsNotRenamedWithItsNamesake) {
  connect([this](GroupOptions& o) {
    following(o);
    o.merge = true;
    o.mapping = {{"IdP admins", {group("jira-admins")}}};
  });
  const auto own = add_group("jira-admins", {add_user("ann")});
  ASSERT_THAT(people_in("jira-admins"), ElementsAre("ann"));
  ASSERT_TRUE(at().groups->patch(
      own, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"admins"}]})"), {},
      provision::Members::Leave, soon()));
  EXPECT_TRUE(has_group("jira-admins")) << "the mapping's, whose permissions hang on its name";
  EXPECT_THAT(people_in("jira-admins"), IsEmpty());
  EXPECT_THAT(people_in("admins"), ElementsAre("ann"));
}

// A directory group goes only while nobody can be at work on its members.
TEST_F(SharedGroup, WhoDeletesADirectoryGroupHoldsIt) {
  for (const bool mapped : {false, true}) {
    connect([&](GroupOptions& o) {
      deleting(0)(o);
      if (mapped) o.names = mapping::NameRules::compile({{"(.*)", "idp-$1"}}, {}).value();
    });
    const std::string name = mapped ? "crew" : "team";
    const auto target = group(mapped ? "idp-crew" : "team");
    const auto id = add_group(name, {});
    auto& c = at();
    CountingDirectory watched(c.pool);
    int deletions = 0;
    watched.before_change_ = [&](const directory::Change& change) {
      if (!std::holds_alternative<directory::Delete>(change.operation) ||
          !(directory::target(change) == target))
        return;
      ++deletions;
      EXPECT_FALSE(c.locks.acquire_group(target.normalized(), deadline_in(std::chrono::milliseconds(20))));
    };
    sync::Reconciler reconciler(watched, c.guard, c.rules.group_shape,
                                {c.rules.group_base, c.rules.bridge_base});
    ASSERT_TRUE(provision::make_groups(context_with(watched, reconciler))->remove(id, {}, soon()));
    EXPECT_EQ(deletions, 1);
  }
}

}  // namespace
}  // namespace dirbridge::test
