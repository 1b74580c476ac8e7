// The four changes against slapd, with and without the controls that make them cheap.
#include "directory/filter.hpp"
#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using directory::Entry;
using directory::Filter;
using directory::Modification;
using Op = Modification::Op;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

struct Controls {
  bool offered;
};

// The same behaviour is asked of a server that offers the controls and of one that is said not to.
class Changes : public SharedSlapdFixture<Changes>, public testing::WithParamInterface<Controls> {
 protected:
  Changes() : pool_(make_settings()) {}

  static ldap::Settings make_settings() {
    auto settings = settings_for(server());
    if (!GetParam().offered) settings.assertion = settings.post_read = settings.permissive_modify = false;
    return settings;
  }

  std::string name(const std::string& base) const { return base + (GetParam().offered ? "-c" : "-n"); }
  directory::Dn added(const std::string& uid) {
    const auto result = pool_.apply(add_user(server(), uid), {}, soon());
    EXPECT_TRUE(result) << detail(result);
    return user_dn(server(), uid);
  }
  std::vector<std::string> values(const directory::Dn& of, const std::string& attribute) {
    const auto entry = directory::read(pool_, of, {attribute}, soon());
    const auto* found = entry && *entry ? (*entry)->attributes.find(attribute) : nullptr;
    return found ? *found : std::vector<std::string>();
  }

  ldap::Pool pool_;
};

TEST_P(Changes, AddReadsBackWhatTheServerMadeOfIt) {
  const auto uid = name("anna");
  const auto result = pool_.apply(add_user(server(), uid), {"uid", "entryUUID", "entryCSN"}, soon());
  ASSERT_TRUE(result) << detail(result);
  ASSERT_TRUE(*result);
  EXPECT_EQ((*result)->dn, user_dn(server(), uid));
  EXPECT_EQ((*result)->attributes.first("uid"), uid);
  EXPECT_EQ((*result)->attributes.first("entryUUID").size(), 36U);
  EXPECT_FALSE((*result)->attributes.first("entryCSN").empty());
  EXPECT_EQ((*result)->attributes.find("cn"), nullptr);
}

// The last part of a change that is too large for one request would leave the group without a member.
TEST_P(Changes, ARefusalOfAPartStaysARefusal) {
  directory::Add add{*directory::Dn::parse("cn=" + name("refused") + "," + server().group_base()), {}};
  add.attributes.add("objectClass", "groupOfNames");
  std::vector<std::string> members;
  for (int i = 0; i < 15'000; ++i)
    members.push_back("uid=" + std::string(50, 'x') + std::to_string(i) + "," + server().user_base());
  const auto dn = add.dn;
  add.attributes.set("member", members);
  const auto made = pool_.apply({add, "test"}, {}, soon());
  ASSERT_TRUE(made) << detail(made);
  const auto done =
      pool_.apply({directory::Modify{dn, {{Op::Delete, "member", members}}, true, {}}, "test"}, {}, soon());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Denied) << done.error().detail;
  EXPECT_EQ(done.error().field, "objectClassViolation");
  EXPECT_THAT(done.error().detail, HasSubstr("in part"));
}

TEST_P(Changes, WithoutReadBackNothingComesBack) {
  const auto result = pool_.apply(add_user(server(), name("bert")), {}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_FALSE(*result);
}

TEST_P(Changes, AddOfWhatIsThereIsUniqueness) {
  added(name("carl"));
  EXPECT_KIND(ErrorKind::Uniqueness, pool_.apply(add_user(server(), name("carl")), {}, soon()));
}

TEST_P(Changes, SchemaViolationIsDeniedAndNamed) {
  Change change = add_user(server(), name("dora"));
  std::get<directory::Add>(change.operation).attributes.set("sn", {});
  const auto result = pool_.apply(change, {}, soon());
  EXPECT_KIND(ErrorKind::Denied, result);
  EXPECT_EQ(result.error().field, "objectClassViolation");
  EXPECT_THAT(result.error().detail, HasSubstr("sn"));
}

TEST_P(Changes, ModifyOfNothingIsNotFound) {
  const auto change = modify(user_dn(server(), name("nobody")), {{Op::Replace, "sn", {"X"}}}, false);
  EXPECT_KIND(ErrorKind::NotFound, pool_.apply(change, {}, soon()));
}

TEST_P(Changes, ModifyChangesSeveralAttributesAtOnce) {
  const auto of = added(name("emil"));
  const auto change = modify(of,
                             {{Op::Replace, "sn", {"New"}},
                              {Op::Add, "mail", {"a@example.org", "b@example.org"}},
                              {Op::Replace, "description", {"\xFF"}}},
                             false);
  const auto refused = pool_.apply(change, {}, soon());
  EXPECT_KIND(ErrorKind::Refused, refused);  // not UTF-8 text; and nothing else was changed
  EXPECT_THAT(values(of, "sn"), ElementsAre("Test"));

  const auto good = modify(
      of, {{Op::Replace, "sn", {"New"}}, {Op::Add, "mail", {"a@example.org", "b@example.org"}}}, false);
  const auto result = pool_.apply(good, {"mail", "sn"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_EQ((*result)->attributes.first("sn"), "New");
  EXPECT_THAT(*(*result)->attributes.find("mail"), ElementsAre("a@example.org", "b@example.org"));
}

TEST_P(Changes, StrictModifyTellsValuesThatAreThereOrNot) {
  const auto of = added(name("fred"));
  EXPECT_KIND(ErrorKind::ValueExists,
              pool_.apply(modify(of, {{Op::Add, "sn", {"Test"}}}, false), {}, soon()));
  const auto result = pool_.apply(modify(of, {{Op::Delete, "mail", {"x@example.org"}}}, false), {}, soon());
  EXPECT_KIND(ErrorKind::Denied, result);
  EXPECT_EQ(result.error().field, "noSuchAttribute");
}

TEST_P(Changes, PermissiveModifyIsWhatItShouldBecome) {
  const auto of = added(name("gert"));
  ASSERT_TRUE(
      pool_.apply(modify(of, {{Op::Add, "mail", {"a@example.org", "b@example.org"}}}, false), {}, soon()));
  const auto change = modify(of,
                             {{Op::Add, "mail", {"A@example.org", "c@example.org"}},
                              {Op::Delete, "mail", {"b@example.org", "z@example.org"}},
                              {Op::Delete, "title", {"none"}},
                              {Op::Delete, "description", {}}},
                             true);
  const auto result = pool_.apply(change, {"mail"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_THAT(*(*result)->attributes.find("mail"), UnorderedElementsAre("a@example.org", "c@example.org"));
  const auto repeated = pool_.apply(change, {"mail"}, soon());
  ASSERT_TRUE(repeated) << detail(repeated);
  EXPECT_THAT(*(*repeated)->attributes.find("mail"), UnorderedElementsAre("a@example.org", "c@example.org"));
}

TEST_P(Changes, PermissiveModifyOfManyValuesFindsOutWhichAreNeedless) {
  const auto group = dn(server().group_base()).child(directory::Rdn("cn", name("many")));
  std::vector<std::string> members;
  for (int i = 0; i < 60; ++i) members.push_back("uid=u" + std::to_string(i) + "," + server().user_base());
  ASSERT_TRUE(pool_.apply(
      {directory::Add{group,
                      {{"objectClass", {"groupOfNames"}}, {"cn", {name("many")}}, {"member", members}}},
       "test"},
      {}, soon()));
  Modification removal{Op::Delete, "member", {}};
  for (int i = 20; i < 80; ++i)
    removal.values.push_back("UID=U" + std::to_string(i) + ", " + server().user_base());
  const auto result = pool_.apply(modify(group, {removal}, true), {"member"}, soon());
  ASSERT_TRUE(result) << detail(result);
  members.resize(20);
  EXPECT_THAT(*(*result)->attributes.find("member"), testing::UnorderedElementsAreArray(members));
}

TEST_P(Changes, ConditionThatHoldsLetsTheChangePass) {
  const auto of = added(name("hans"));
  auto change = modify(of, {{Op::Replace, "sn", {"Passed"}}}, false);
  std::get<directory::Modify>(change.operation).only_if = Filter::equal("cn", name("hans"));
  const auto result = pool_.apply(change, {}, soon());
  EXPECT_TRUE(result) << detail(result);
  EXPECT_THAT(values(of, "sn"), ElementsAre("Passed"));
}

TEST_P(Changes, ConditionThatDoesNotHoldStopsTheChange) {
  const auto of = added(name("ines"));
  auto change = modify(of, {{Op::Replace, "sn", {"Passed"}}}, false);
  std::get<directory::Modify>(change.operation).only_if = Filter::equal("cn", "somebody (else)*");
  EXPECT_KIND(ErrorKind::PreconditionFailed, pool_.apply(change, {}, soon()));
  EXPECT_THAT(values(of, "sn"), ElementsAre("Test"));
  std::get<directory::Modify>(change.operation).dn = user_dn(server(), name("absent"));
  EXPECT_KIND(ErrorKind::NotFound, pool_.apply(change, {}, soon()));
}

TEST_P(Changes, RenameKeepsTheEntryAndReadsItBackAtItsNewName) {
  const auto of = added(name("jens"));
  const auto uuid = values(of, "entryUUID");
  const directory::Rdn rdn("uid", name("jens, renamed"));
  const auto result =
      pool_.apply({directory::Rename{of, rdn, std::nullopt}, "test"}, {"entryUUID", "uid"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_EQ((*result)->dn, dn(server().user_base()).child(rdn));
  EXPECT_THAT(*(*result)->attributes.find("uid"), ElementsAre(name("jens, renamed")));
  EXPECT_THAT(*(*result)->attributes.find("entryUUID"), testing::ElementsAreArray(uuid));
  EXPECT_TRUE(values(of, "uid").empty());
}

TEST_P(Changes, RenameMovesBelowAnotherEntry) {
  const auto of = added(name("kurt"));
  const directory::Rdn rdn("uid", name("kurt"));
  const auto below = dn(server().group_base());
  const auto result = pool_.apply({directory::Rename{of, rdn, below}, "test"}, {"uid"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_EQ((*result)->dn, below.child(rdn));
}

TEST_P(Changes, DeleteRemovesAndASecondOneIsNotFound) {
  const auto of = added(name("lars"));
  const auto result = pool_.apply({directory::Delete{of}, "test"}, {"uid"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_FALSE(*result);
  EXPECT_KIND(ErrorKind::NotFound, pool_.apply({directory::Delete{of}, "test"}, {}, soon()));
}

TEST_P(Changes, ADeleteHasItsConditionToo) {
  const auto of = added(name("mara"));
  EXPECT_KIND(ErrorKind::PreconditionFailed,
              pool_.apply({directory::Delete{of, Filter::equal("sn", "Other")}, "test"}, {}, soon()));
  EXPECT_THAT(values(of, "sn"), ElementsAre("Test"));
  const auto result = pool_.apply({directory::Delete{of, Filter::equal("sn", "Test")}, "test"}, {}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_TRUE(values(of, "sn").empty());
  EXPECT_KIND(ErrorKind::NotFound,
              pool_.apply({directory::Delete{of, Filter::equal("sn", "Test")}, "test"}, {}, soon()));
}

TEST_P(Changes, EachOfABatchHasItsOwnResult) {
  std::vector<Change> changes;
  for (int i = 0; i < 5; ++i) changes.push_back(add_user(server(), name("batch" + std::to_string(i))));
  changes[3] = add_user(server(), name("batch"));
  std::get<directory::Add>(changes[3].operation).attributes.set("sn", {});
  const auto results = pool_.apply_all(changes, soon());
  ASSERT_EQ(results.size(), 5U);
  for (const std::size_t i : {0U, 1U, 2U, 4U}) EXPECT_TRUE(results[i]) << detail(results[i]);
  EXPECT_KIND(ErrorKind::Denied, results[3]);
}

TEST_P(Changes, ChangeAndSearchesFlyTogether) {
  const auto of = added(name("mona"));
  const std::vector<directory::SearchRequest> searches{
      base_search(of, {"sn"}), base_search(user_dn(server(), name("absent")), {"sn"})};
  const auto mixed = pool_.apply_and_search(add_user(server(), name("nils")), {"uid"}, searches, soon());
  ASSERT_TRUE(mixed.change) << detail(mixed.change);
  EXPECT_EQ((*mixed.change)->attributes.first("uid"), name("nils"));
  ASSERT_EQ(mixed.searches.size(), 2U);
  ASSERT_TRUE(mixed.searches[0]) << detail(mixed.searches[0]);
  EXPECT_EQ(mixed.searches[0]->front().attributes.first("sn"), "Test");
  EXPECT_KIND(ErrorKind::NotFound, mixed.searches[1]);
}

TEST_P(Changes, LargePermissiveModifyIsMadeInParts) {
  const auto of = added(name("otto"));
  const auto group = dn(server().group_base()).child(directory::Rdn("cn", name("large")));
  ASSERT_TRUE(pool_.apply(
      {directory::Add{
           group,
           {{"objectClass", {"groupOfNames"}}, {"cn", {name("large")}}, {"member", {server().user_base()}}}},
       "test"},
      {}, soon()));
  Modification all{Op::Add, "member", {of.str()}};
  for (int i = 0; i < 3'000; ++i)
    all.values.push_back("uid=" + std::string(400, 'x') + std::to_string(i) + "," + server().user_base());
  const auto change = modify(group, {{Op::Delete, "member", {server().user_base()}}, all}, true);
  const auto result = pool_.apply(change, {"member"}, soon());
  ASSERT_TRUE(result) << detail(result);
  EXPECT_EQ((*result)->attributes.find("member")->size(), 3'001U);
  EXPECT_FALSE((*result)->attributes.has_value("member", server().user_base()));
  ASSERT_TRUE(pool_.apply({directory::Delete{group}, "test"}, {}, soon()));
}

INSTANTIATE_TEST_SUITE_P(Server, Changes, testing::Values(Controls{true}, Controls{false}),
                         [](const auto& server_kind) {
                           return server_kind.param.offered ? "WithControls" : "WithoutControls";
                         });

class ChangeBesideUnique : public SlapdFixture {
  slapd::Options options() const override {
    auto options = fast_slapd_options();
    options.unique_mail = true;
    return options;
  }
};

TEST_F(ChangeBesideUnique, AConditionHoldsForTheEntryThatIsChanged) {
  ldap::Pool pool(settings_for(server()));
  ASSERT_TRUE(pool.apply(add_user(server(), "ann"), {}, soon()));
  const auto ann = user_dn(server(), "ann");
  const auto mail = [&](const std::string& value, const std::string& only_if) {
    auto change = modify(ann, {{Modification::Op::Replace, "mail", {value}}}, true);
    std::get<directory::Modify>(change.operation).only_if = Filter::equal("uid", only_if);
    return pool.apply(change, {"mail"}, soon());
  };
  const auto done = mail("ann@example.org", "ann");
  ASSERT_TRUE(done) << detail(done);
  ASSERT_TRUE(*done);
  EXPECT_EQ((*done)->attributes.first("mail"), "ann@example.org");
  EXPECT_KIND(ErrorKind::PreconditionFailed, mail("else@example.org", "somebody else"));
  ASSERT_TRUE(pool.apply(add_user(server(), "bob"), {}, soon()));
  const auto taken = pool.apply(
      modify(user_dn(server(), "bob"), {{Modification::Op::Replace, "mail", {"ann@example.org"}}}, true), {},
      soon());
  EXPECT_FALSE(taken) << "the overlay does its work";
}

}  // namespace
}  // namespace dirbridge::test
