// Provisioning options of users against a real directory; names after the numbered readings of the options.
#include <gmock/gmock.h>

#include <thread>

#include "connection_fixture.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/homes.hpp"
#include "support/dn.hpp"

namespace dirbridge::test {
namespace {

using mapping::LetterCase;
using mapping::MatchBy;
using mapping::NameRules;
using mapping::OnDelete;
using provision::Members;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Remembers who was handed over; fails while `away`.
class RecordingHandover final : public provision::Handover {
 public:
  Result<> hand_over(std::string_view login, Deadline) override {
    asked.emplace_back(login);
    if (away) return error(ErrorKind::Unavailable, "Jira is away");
    return {};
  }
  std::vector<std::string> asked;
  bool away = false;
};

class UserOption : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    const auto added =
        ldap_add(server(), As::Admin,
                 "dn: " + staff() + "\nobjectClass: organizationalUnit\nou: staff\n\ndn: " + leavers() +
                     "\nobjectClass: organizationalUnit\nou: leavers\n");
    ASSERT_EQ(added.exit_code, 0) << added.output;
    reopen();
  }
  void TearDown() override {
    okta_.reset();
    ConnectionFixture::TearDown();
  }

  std::string staff() { return "ou=staff," + server().user_base(); }
  std::string leavers() { return "ou=leavers," + server().user_base(); }
  std::string uid(const std::string& name) { return "uid=" + name + "," + staff(); }
  std::string gone_uid(const std::string& name) { return "uid=" + name + "," + leavers(); }
  std::string record(const std::string& user_name) {
    return "dirbridgeUserName=" + user_name + ",dirbridgeConnection=okta," + server().bridge_base();
  }

  // The bridge starts again, with other options.
  void reopen(const TestConnection::Adjust& adjust = [](mapping::Rules&) {}) {
    okta_.reset();
    okta_ = std::make_unique<TestConnection>(
        server(), "okta",
        [&](mapping::Rules& rules) {
          rules.user_base = dn(staff());
          adjust(rules);
        },
        &handover_);
  }
  void reopen_with(const std::function<void(mapping::UserOptions&)>& options) {
    reopen([&](mapping::Rules& rules) { options(rules.user_options); });
  }
  void reopen_disabling(const std::function<void(mapping::DisableRules&)>& disable) {
    reopen([&](mapping::Rules& rules) { disable(rules.disable); });
  }

  TestConnection& okta() { return *okta_; }

  Result<json::object> try_add(const std::string& name, const std::string& more = {}) {
    return okta().users->create(
        json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                    "\"" + (more.empty() ? "" : "," + more) + "}"),
        soon());
  }
  std::string add(const std::string& name, const std::string& more = {}) {
    auto made = try_add(name, more);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? id_of(*made) : std::string();
  }
  Result<provision::Patched> try_patch(const std::string& id, const std::string& value) {
    return okta().users->patch(
        id,
        json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":)"
                    R"("replace","value":)" +
                    value + "}]}"),
        {}, Members::Load, soon());
  }
  void patch(const std::string& id, const std::string& value) {
    auto done = try_patch(id, value);
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  void set_active(const std::string& id, bool active) {
    patch(id, std::string(R"({"active":)") + (active ? "true" : "false") + "}");
  }
  void remove(const std::string& id) {
    auto done = okta().users->remove(id, {}, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  json::object get(const std::string& id) {
    auto found = okta().users->find(id, Members::Load, soon());
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? *found : json::object();
  }
  bool is_known(const std::string& id) { return bool(okta().users->find(id, Members::Load, soon())); }
  std::vector<std::string> names(const std::string& filter, const std::string& sort = "userName") {
    provision::Query query;
    if (!filter.empty()) query.filter = scim::parse_filter(filter, okta().users->type()).value();
    query.filter_text = filter;
    query.sort.by = scim::resolve(okta().users->type(), sort).value();
    query.sort_text = sort;
    auto page = okta().users->list(query, soon());
    EXPECT_TRUE(page) << (page ? "" : page.error().detail);
    std::vector<std::string> out;
    if (page)
      for (const auto& user : page->resources) out.emplace_back(user.at("userName").as_string());
    return out;
  }
  std::string team(const std::vector<std::string>& ids) {
    json::array members;
    for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
    auto made = okta().groups->create(
        json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                     {"displayName", "team"},
                     {"members", members}},
        soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? id_of(*made) : std::string();
  }
  std::vector<std::string> team_ids(const std::string& id) {
    auto found = okta().groups->find(id, Members::Load, soon());
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? member_ids(*found) : std::vector<std::string>();
  }
  std::vector<std::string> team_dns() { return values(group_dn("team"), "member"); }
  bool converge(const std::string& id) {
    auto done = okta().users->converge(id, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return done && *done;
  }
  void sweep() {
    auto done = provision::sweep(okta().context, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  void add_by_hand(const std::string& name, const std::string& more = {}) {
    const auto added = ldap_add(server(), As::Admin,
                                "dn: " + uid(name) + "\nobjectClass: inetOrgPerson\nuid: " + name +
                                    "\ncn: " + name + "\nsn: Old\n" + more);
    ASSERT_EQ(added.exit_code, 0) << added.output;
  }
  static NameRules local_part() { return NameRules::compile({{"(.*)@.*", "$1"}}, LetterCase::Lower).value(); }

  RecordingHandover handover_;

 private:
  std::unique_ptr<TestConnection> okta_;
};

const std::string ann = "Ann@example.org";

// --- names -----------------------------------------------------------------------------------------------

TEST_F(UserOption, R05_TheLoginNameIsMadeByRulesAndTheUserNameStays) {
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  const auto id = add(ann);
  EXPECT_THAT(values(uid("ann"), "uid"), ElementsAre("ann"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeUserName"), ElementsAre(ann));
  EXPECT_EQ(get(id).at("userName").as_string(), ann);
  add("bob@example.org");
  EXPECT_THAT(names("userName eq \"ann@EXAMPLE.org\""), ElementsAre(ann));
  EXPECT_THAT(names("userName sw \"bob@ex\""), ElementsAre("bob@example.org"));
  EXPECT_THAT(names(""), ElementsAre(ann, "bob@example.org"));
}

TEST_F(UserOption, R05_RulesActOnRenameToo) {
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  const auto id = add(ann);
  const auto group = team({id});
  const auto uuid = values(uid("ann"), "entryUUID");
  patch(id, R"({"userName":"Anna@example.org"})");
  EXPECT_EQ(values(uid("anna"), "entryUUID"), uuid);
  EXPECT_THAT(team_dns(), ElementsAre(uid("anna")));
  auto put = okta().users->replace(
      id,
      json::parse(
          R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Anne@example.com"})"),
      {}, soon());
  ASSERT_TRUE(put);
  EXPECT_EQ(values(uid("anne"), "entryUUID"), uuid);
  EXPECT_EQ(get(id).at("userName").as_string(), "Anne@example.com");
  EXPECT_THAT(team_ids(group), ElementsAre(id));
}

TEST_F(UserOption, R05_ASecondPersonWithTheSameNameIsRefusedAndNothingChanges) {
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  const auto first = add(ann);
  const auto before = get(first);
  const auto second = try_add("ann@example.com");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(second.error().field, "userName");
  const auto bob = add("bob@example.org");
  const auto renamed = try_patch(bob, R"({"userName":"ann@example.net"})");
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(renamed.error().field, "userName");
  EXPECT_EQ(get(first), before);
  EXPECT_EQ(get(bob).at("userName").as_string(), "bob@example.org");
  EXPECT_THAT(names(""), ElementsAre(ann, "bob@example.org"));
}

TEST_F(UserOption, R05_AUserNameOccursOnceAlsoWhenRulesHaveChanged) {
  add(ann);
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  EXPECT_EQ(try_add(ann).error().kind, ErrorKind::Uniqueness);
  const auto bob = add("bob@example.org");
  EXPECT_EQ(try_patch(bob, R"({"userName":")" + ann + "\"}").error().kind, ErrorKind::Uniqueness);
}

TEST_F(UserOption, R05_AnEmptyResultIsRefused) {
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  const auto made = try_add("@example.org");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(made.error().field, "userName");
  const auto id = add(ann);
  EXPECT_EQ(try_patch(id, R"({"userName":"@example.org"})").error().field, "userName");
  EXPECT_EQ(get(id).at("userName").as_string(), ann);
}

TEST_F(UserOption, R05_ApplyBringsEntriesUnderNewRules) {
  const auto id = add(ann);
  const auto group = team({id});
  EXPECT_FALSE(converge(id));
  reopen_with([](auto& o) { o.name_rules = local_part(); });
  EXPECT_TRUE(converge(id));
  EXPECT_TRUE(exists(uid("ann")));
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_FALSE(converge(id));
}

TEST_F(UserOption, R06_BadCharactersAreAcceptedWarnedOfOrRefused) {
  for (const auto policy : {mapping::BadCharacters::Accept, mapping::BadCharacters::Warn}) {
    reopen_with([&](auto& o) { o.bad_characters = policy; });
    const auto id = add("a/b");
    EXPECT_TRUE(exists(uid("a/b")));
    okta().rules.user_options.on_delete = OnDelete::Delete;
    remove(id);
  }
  reopen_with([](auto& o) { o.bad_characters = mapping::BadCharacters::Refuse; });
  for (const auto* name : {"a#b", "a/b", "a?b"}) {
    const auto made = try_add(name);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().kind, ErrorKind::InvalidValue);
    EXPECT_EQ(made.error().field, "userName");
  }
  // What counts is the name after the rules.
  reopen_with([](auto& o) {
    o.bad_characters = mapping::BadCharacters::Refuse;
    o.name_rules = NameRules::compile({{"(.*)#.*", "$1"}}, LetterCase::Keep).value();
  });
  add("ann#ext");
  EXPECT_TRUE(exists(uid("ann")));
}

// --- import and adoption ---------------------------------------------------------------------------------

TEST_F(UserOption, R03_WithoutImportAUserIsKnownAndHasNoEntry) {
  reopen_with([](auto& o) { o.import = false; });
  const auto id = add(ann, R"("externalId":"e-1","displayName":"Ann")");
  EXPECT_FALSE(exists(uid(ann)));
  EXPECT_TRUE(exists(record(ann)));
  EXPECT_EQ(get(id).at("displayName").as_string(), "Ann");
  add("bob");
  EXPECT_THAT(names("userName eq \"ann@example.org\""), ElementsAre(ann));
  EXPECT_THAT(names("externalId eq \"e-1\""), ElementsAre(ann));
  EXPECT_THAT(names("displayName pr"), ElementsAre(ann));
  EXPECT_THAT(names("", "externalId"), testing::UnorderedElementsAre(ann, "bob"));
  EXPECT_EQ(try_add(ann).error().kind, ErrorKind::Uniqueness);
  patch(id, R"({"userName":"anna","title":"Boss"})");
  EXPECT_EQ(get(id).at("title").as_string(), "Boss");
  EXPECT_EQ(try_patch(id, R"({"userName":"BOB"})").error().kind, ErrorKind::Uniqueness);
  const auto group = team({id});
  EXPECT_THAT(team_ids(group), ElementsAre(id));
  EXPECT_EQ(get(id).at("groups").as_array().size(), 1U);
  set_active(id, false);
  EXPECT_EQ(get(id).at("active"), false);
  EXPECT_FALSE(converge(id));
  remove(id);
  EXPECT_FALSE(is_known(id));
  EXPECT_THAT(names(""), ElementsAre("bob"));
  EXPECT_THAT(team_ids(group), IsEmpty());
}

TEST_F(UserOption, R03_PagesHoldUsersWithAndWithoutEntries) {
  for (const auto* name : {"a", "c", "e"}) add(name);
  reopen_with([](auto& o) { o.import = false; });
  for (const auto* name : {"b", "d"}) add(name);
  provision::Query query;
  query.sort.by = scim::resolve(okta().users->type(), "userName").value();
  query.count = 2;
  std::vector<std::string> seen;
  for (query.start_index = 1; query.start_index <= 5; query.start_index += 2) {
    auto page = okta().users->list(query, soon());
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->total, 5U);
    for (const auto& user : page->resources) seen.emplace_back(user.at("userName").as_string());
  }
  EXPECT_THAT(seen, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(UserOption, R03_StrictRefusesUsersThatAreNotImported) {
  reopen_with([](auto& o) {
    o.import = false;
    o.not_imported = mapping::NotImported::Refuse;
  });
  const auto made = try_add(ann);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Forbidden);
  EXPECT_FALSE(exists(record(ann)));
}

TEST_F(UserOption, R03_ImportSwitchedOnGivesTheUserAnEntryWithTheSameId) {
  reopen_with([](auto& o) { o.import = false; });
  const auto id = add("ann");
  const auto group = team({id});
  reopen();
  EXPECT_EQ(try_add("ann").error().kind, ErrorKind::Uniqueness);
  EXPECT_TRUE(converge(id));
  EXPECT_FALSE(converge(id));
  EXPECT_TRUE(exists(uid("ann")));
  EXPECT_FALSE(exists(record("ann")));
  EXPECT_EQ(id_of(get(id)), id);
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_THAT(values(uid("ann"), "dirbridgeAlias"), IsEmpty());
}

TEST_F(UserOption, R03_AMatchingEntryIsAdoptedWithoutImport) {
  add_by_hand("ann", "mail: ann@example.org\ndescription: mine\n");
  const auto uuid = values(uid("ann"), "entryUUID");
  reopen_with([](auto& o) {
    o.import = false;
    o.adopt = {MatchBy::UserName};
  });
  const auto id = add("ann", R"("name":{"familyName":"New"})");
  EXPECT_EQ(values(uid("ann"), "entryUUID"), uuid);
  EXPECT_THAT(values(uid("ann"), "dirbridgeId"), ElementsAre(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeAdopted"), ElementsAre("TRUE"));
  EXPECT_THAT(values(uid("ann"), "sn"), ElementsAre("New"));
  EXPECT_THAT(values(uid("ann"), "description"), ElementsAre("mine"));
  EXPECT_FALSE(converge(id));
}

TEST_F(UserOption, R03_AnEntryThatTurnsUpLaterIsAdopted) {
  reopen_with([](auto& o) {
    o.import = false;
    o.adopt = {MatchBy::UserName};
  });
  const auto id = add("ann");
  const auto group = team({id});
  add_by_hand("ann");
  EXPECT_TRUE(converge(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeId"), ElementsAre(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeAdopted"), ElementsAre("TRUE"));
  EXPECT_FALSE(exists(record("ann")));
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_FALSE(converge(id));
}

TEST_F(UserOption, R21_AdoptsByMailExternalIdAndEmployeeNumber) {
  reopen_with([](auto& o) { o.adopt = {MatchBy::Mail, MatchBy::ExternalId, MatchBy::EmployeeNumber}; });
  add_by_hand("m", "mail: m@example.org\n");
  add_by_hand("x");
  add_by_hand("n", "employeeNumber: 77\n");
  const auto by_mail = add("mia", R"("emails":[{"value":"m@example.org","type":"work"}])");
  EXPECT_THAT(values(uid("mia"), "dirbridgeId"), ElementsAre(by_mail));
  EXPECT_FALSE(exists(uid("m")));
  const auto uuid = values(uid("x"), "entryUUID");
  ASSERT_EQ(uuid.size(), 1U);
  add("xenia", R"("externalId":")" + uuid.front() + "\"");
  EXPECT_EQ(values(uid("xenia"), "entryUUID"), uuid);
  const auto by_number =
      add("nina", R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"77"})");
  EXPECT_THAT(values(uid("nina"), "dirbridgeId"), ElementsAre(by_number));
}

TEST_F(UserOption, R21_WithoutAdoptionAnEntryOfNobodyIsAConflict) {
  add_by_hand("ann");
  EXPECT_EQ(try_add("ann").error().kind, ErrorKind::Uniqueness);
  EXPECT_THAT(values(uid("ann"), "sn"), ElementsAre("Old"));
  EXPECT_THAT(values(uid("ann"), "objectClass"), ElementsAre("inetOrgPerson"));
}

TEST_F(UserOption, R21_SeveralMatchesAreNeverMerged) {
  reopen_with([](auto& o) { o.adopt = {MatchBy::UserName, MatchBy::Mail}; });
  add_by_hand("ann1", "mail: a@example.org\n");
  add_by_hand("ann2", "mail: a@example.org\n");
  const auto made = try_add("ann", R"("emails":[{"value":"a@example.org"}])");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness);
  EXPECT_THAT(made.error().detail, HasSubstr("several entries"));
  EXPECT_THAT(values(uid("ann1"), "dirbridgeId"), IsEmpty());
  EXPECT_THAT(values(uid("ann2"), "dirbridgeId"), IsEmpty());
}

TEST_F(UserOption, R21_AnEntryOfAnotherConnectionIsNeverTaken) {
  TestConnection entra(server(), "entra", [&](mapping::Rules& rules) { rules.user_base = dn(staff()); });
  auto theirs = entra.users->create(
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann"})"), soon());
  ASSERT_TRUE(theirs);
  reopen_with([](auto& o) { o.adopt = {MatchBy::UserName}; });
  const auto made = try_add("ann");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness);
  EXPECT_THAT(made.error().detail, HasSubstr("connection entra"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeConnection"), ElementsAre("entra"));
}

// --- the switches ----------------------------------------------------------------------------------------

TEST_F(UserOption, R04_WithoutUpdateNamesAndMailStayAndActivityFollows) {
  const auto id = add("ann", R"("displayName":"Ann","emails":[{"value":"a@example.org"}])");
  reopen_with([](auto& o) { o.update = false; });
  patch(id,
        R"({"displayName":"Anna","emails":[{"value":"b@example.org"}],"userName":"anna","active":false})");
  EXPECT_THAT(values(uid("ann"), "displayName"), ElementsAre("Ann"));
  EXPECT_THAT(values(uid("ann"), "mail"), ElementsAre("a@example.org"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(get(id).at("displayName").as_string(), "Anna");
  EXPECT_THAT(names("emails.value eq \"b@example.org\""), ElementsAre("anna"));
  EXPECT_FALSE(converge(id));
  EXPECT_EQ(try_add("anna").error().kind, ErrorKind::Uniqueness);
  reopen();
  EXPECT_TRUE(converge(id));
  EXPECT_THAT(values(uid("anna"), "displayName"), ElementsAre("Anna"));
}

TEST_F(UserOption, R01_EnableAndDisableAreIndependent) {
  reopen_with([](auto& o) { o.disable = false; });
  const auto id = add("ann");
  set_active(id, false);
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_EQ(get(id).at("active"), false);
  reopen_with([](auto& o) { o.enable = false; });
  EXPECT_TRUE(converge(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  set_active(id, true);
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(get(id).at("active"), true);
  reopen();
  EXPECT_TRUE(converge(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("TRUE"));
}

TEST_F(UserOption, R01_WhoArrivesInactiveIsDisabledWhateverTheSwitches) {
  reopen_with([](auto& o) { o.disable = false; });
  add("ann", R"("active":false)");
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

// --- deletion --------------------------------------------------------------------------------------------

TEST_F(UserOption, R01_ByDefaultADeletedUserStaysHiddenAndComesBackWithItsId) {
  const auto id = add("ann", R"("externalId":"e-1","title":"Old")");
  const auto group = team({id});
  const auto uuid = values(uid("ann"), "entryUUID");
  remove(id);
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(values(uid("ann"), "dirbridgeDeleted").size(), 1U);
  EXPECT_FALSE(is_known(id));
  EXPECT_EQ(okta().users->remove(id, {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(try_patch(id, R"({"title":"x"})").error().kind, ErrorKind::NotFound);
  EXPECT_EQ(okta().users->converge(id, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_THAT(names(""), IsEmpty());
  EXPECT_THAT(names("externalId eq \"e-1\""), IsEmpty());
  EXPECT_THAT(team_ids(group), IsEmpty());
  EXPECT_THAT(team_dns(), ElementsAre("cn=dirbridge-placeholder"));
  sweep();
  EXPECT_EQ(add("ANN", R"("externalId":"e-2")"), id);
  EXPECT_EQ(values(uid("ANN"), "entryUUID"), uuid);
  EXPECT_THAT(values(uid("ANN"), "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_THAT(values(uid("ANN"), "dirbridgeDeleted"), IsEmpty());
  EXPECT_THAT(values(uid("ANN"), "title"), IsEmpty());
  EXPECT_THAT(names("externalId eq \"e-2\""), ElementsAre("ANN"));
}

TEST_F(UserOption, R01_ADeletedUserIsNobodysMemberUntilItReturns) {
  const auto id = add("ann");
  remove(id);
  const auto group = team({id});
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), ElementsAre(id));
  EXPECT_EQ(add("ann"), id);
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_THAT(team_ids(group), ElementsAre(id));
}

TEST_F(UserOption, R01_DeleteAtOnceAndAfterDays) {
  reopen_with([](auto& o) { o.on_delete = OnDelete::Delete; });
  const auto at_once = add("ann");
  remove(at_once);
  EXPECT_FALSE(exists(uid("ann")));
  reopen_with([](auto& o) {
    o.on_delete = OnDelete::Delete;
    o.delete_after = std::chrono::days(2);
  });
  const auto later = add("bob");
  const auto returning = add("cay");
  remove(later);
  remove(returning);
  sweep();
  EXPECT_TRUE(exists(uid("bob")));
  EXPECT_EQ(add("cay"), returning);
  for (const auto* name : {"bob", "cay"})
    ldap_modify(server(), As::Admin,
                "dn: " + uid(name) + "\nchangetype: modify\nreplace: dirbridgeDeleted\n" +
                    (std::string(name) == "bob" ? "dirbridgeDeleted: 20200101000000Z\n" : "\n"));
  sweep();
  EXPECT_FALSE(exists(uid("bob")));
  EXPECT_TRUE(exists(uid("cay")));
}

TEST_F(UserOption, R01_KeepLetsTheEntryGoAsItIs) {
  reopen_with([](auto& o) { o.on_delete = OnDelete::Keep; });
  const auto id = add("ann", R"("title":"Boss")");
  const auto group = team({id});
  remove(id);
  EXPECT_FALSE(is_known(id));
  EXPECT_THAT(values(uid("ann"), "title"), ElementsAre("Boss"));
  EXPECT_THAT(values(uid("ann"), "objectClass"), testing::Not(testing::Contains("dirbridgeUser")));
  EXPECT_THAT(values(uid("ann"), "dirbridgeId"), IsEmpty());
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  const auto inactive = add("bob", R"("active":false)");
  remove(inactive);  // it must not come back to the products
  EXPECT_THAT(values(uid("bob"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(values(uid("bob"), "dirbridgeDeleted").size(), 1U);
}

TEST_F(UserOption, R01_AnAdoptedEntryIsNeverDeleted) {
  add_by_hand("ann");
  reopen_with([](auto& o) {
    o.adopt = {MatchBy::UserName};
    o.on_delete = OnDelete::Delete;
  });
  const auto id = add("ann");
  remove(id);
  sweep();
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(add("ann"), id);
  set_active(id, false);
  remove(id);
  sweep();
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(UserOption, R02_DisabledAndDeletedAreDifferentEvents) {
  const auto id = add("ann");
  set_active(id, false);
  EXPECT_TRUE(is_known(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeDeleted"), IsEmpty());
  remove(id);
  EXPECT_FALSE(is_known(id));
  EXPECT_EQ(values(uid("ann"), "dirbridgeDeleted").size(), 1U);
}

// --- ways to disable -------------------------------------------------------------------------------------

TEST_F(UserOption, R17_MovedAsideAndBack) {
  reopen_disabling([&](auto& d) { d.move_to = dn(leavers()); });
  const auto id = add("ann");
  const auto group = team({id});
  const auto uuid = values(uid("ann"), "entryUUID");
  set_active(id, false);
  set_active(id, false);
  EXPECT_FALSE(exists(uid("ann")));
  EXPECT_EQ(values(gone_uid("ann"), "entryUUID"), uuid);
  EXPECT_THAT(team_dns(), ElementsAre(gone_uid("ann")));
  EXPECT_THAT(team_ids(group), ElementsAre(id));
  EXPECT_EQ(get(id).at("active"), false);
  EXPECT_THAT(names("userName eq \"ann\""), ElementsAre("ann"));
  EXPECT_EQ(try_add("ann").error().kind, ErrorKind::Uniqueness);
  EXPECT_FALSE(converge(id));
  patch(id, R"({"userName":"anna"})");
  EXPECT_EQ(values(gone_uid("anna"), "entryUUID"), uuid);
  set_active(id, true);
  EXPECT_EQ(values(uid("anna"), "entryUUID"), uuid);
  EXPECT_THAT(team_dns(), ElementsAre(uid("anna")));
  remove(id);
  EXPECT_TRUE(exists(gone_uid("anna")));
  EXPECT_EQ(add("anna"), id);
  EXPECT_EQ(values(uid("anna"), "entryUUID"), uuid);
}

TEST_F(UserOption, R17_WhoIsAsideKeepsTheLoginName) {
  reopen([&](mapping::Rules& rules) {
    rules.disable.move_to = dn(leavers());
    rules.user_options.name_rules = local_part();
  });
  const auto first = add(ann, R"("active":false)");
  EXPECT_TRUE(exists(gone_uid("ann")));
  const auto second = try_add("ann@example.com");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Uniqueness);
  EXPECT_FALSE(exists(uid("ann")));
  set_active(first, true);
  EXPECT_TRUE(exists(uid("ann")));
  EXPECT_EQ(try_add("ann@example.com", R"("active":false)").error().kind, ErrorKind::Uniqueness);
}

TEST_F(UserOption, R17_TheEntryGoesAndTheResourceStays) {
  reopen_disabling([](auto& d) { d.delete_entry = true; });
  const auto id = add("ann", R"("title":"Boss")");
  const auto group = team({id});
  set_active(id, false);
  set_active(id, false);
  EXPECT_FALSE(exists(uid("ann")));
  EXPECT_TRUE(exists(record("ann")));
  EXPECT_EQ(get(id).at("title").as_string(), "Boss");
  EXPECT_THAT(team_ids(group), ElementsAre(id));
  EXPECT_THAT(team_dns(), ElementsAre(record("ann")));
  EXPECT_FALSE(converge(id));
  set_active(id, true);
  EXPECT_TRUE(exists(uid("ann")));
  EXPECT_FALSE(exists(record("ann")));
  EXPECT_THAT(values(uid("ann"), "dirbridgeId"), ElementsAre(id));
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_THAT(team_ids(group), ElementsAre(id));
  const auto born_inactive = add("bob", R"("active":false)");
  EXPECT_FALSE(exists(uid("bob")));
  set_active(born_inactive, true);
  EXPECT_TRUE(exists(uid("bob")));
}

TEST_F(UserOption, R17_ATakenNameKeepsTheUserDisabledAndUnchanged) {
  reopen_disabling([](auto& d) { d.delete_entry = true; });
  const auto id = add("ann");
  set_active(id, false);
  add_by_hand("ann");
  const auto back = try_patch(id, R"({"active":true})");
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(back.error().field, "userName");
  EXPECT_EQ(get(id).at("active"), false);
}

TEST_F(UserOption, R17_AnInterruptedMoveIsFinished) {
  reopen_disabling([](auto& d) { d.delete_entry = true; });
  const auto id = add("ann");
  const auto group = team({id});
  set_active(id, false);
  // As after a crash between the new home and the end of the old one: two homes, one id.
  const auto added = ldap_add(server(), As::Admin,
                              "dn: " + uid("ann") +
                                  "\nobjectClass: inetOrgPerson\nobjectClass: dirbridgeUser\nuid: ann\ncn: "
                                  "ann\nsn: ann\ndirbridgeId: " +
                                  id +
                                  "\ndirbridgeConnection: okta\ndirbridgeUserName: ann\ndirbridgeActive: "
                                  "TRUE\ndirbridgeResource: {\"userName\":\"ann\",\"active\":true}\n"
                                  "dirbridgeAlias: " +
                                  record("ann") + "\n");
  ASSERT_EQ(added.exit_code, 0) << added.output;
  sweep();
  EXPECT_FALSE(exists(record("ann")));
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_THAT(values(uid("ann"), "dirbridgeAlias"), IsEmpty());
  EXPECT_THAT(team_ids(group), ElementsAre(id));
}

TEST_F(UserOption, R17_AnInterruptedDisablingIsFinishedByTheSweepOrByTheNextTry) {
  reopen_disabling([](auto& d) { d.delete_entry = true; });
  // As after a crash between the new home and the end of the old one: the record is there, and the entry too.
  const auto half = [&](const std::string& name, const std::string& id) {
    auto there = provision::ensure_records(okta().context, soon());
    ASSERT_TRUE(there) << there.error().detail;
    const auto added =
        ldap_add(server(), As::Admin,
                 "dn: " + record(name) +
                     "\nobjectClass: dirbridgeRecord\nobjectClass: dirbridgeUser\ndirbridgeId: " + id +
                     "\ndirbridgeConnection: okta\ndirbridgeUserName: " + name +
                     "\ndirbridgeActive: FALSE\ndirbridgeResource: {\"userName\":\"" + name +
                     "\",\"active\":false}\ndirbridgeAlias: " + uid(name) + "\n");
    ASSERT_EQ(added.exit_code, 0) << added.output;
  };
  const auto cay = add("cay");
  const auto bob = add("bob");
  const auto group = team({cay, bob});
  half("cay", cay);
  sweep();
  EXPECT_FALSE(exists(record("cay")));
  EXPECT_EQ(get(cay).at("active"), true);
  half("bob", bob);
  EXPECT_EQ(get(bob).at("active"), true);
  set_active(bob, false);
  EXPECT_FALSE(exists(uid("bob")));
  EXPECT_TRUE(exists(record("bob")));
  EXPECT_THAT(team_ids(group), testing::UnorderedElementsAre(cay, bob));
  EXPECT_THAT(team_dns(), testing::UnorderedElementsAre(uid("cay"), record("bob")));
}

TEST_F(UserOption, R17_WaysToDisableCombine) {
  reopen_disabling([&](auto& d) {
    d.move_to = dn(leavers());
    d.strip_groups = true;
  });
  const auto id = add("ann");
  set_active(id, false);
  auto home = directory::read(okta().pool, dn(gone_uid("ann")), {"dirbridgeActive"}, soon());
  ASSERT_TRUE(home && *home);
  EXPECT_TRUE(mapping::is_stripped(okta().rules, (*home)->attributes));
  set_active(id, true);
  home = directory::read(okta().pool, dn(uid("ann")), {"dirbridgeActive"}, soon());
  ASSERT_TRUE(home && *home);
  EXPECT_FALSE(mapping::is_stripped(okta().rules, (*home)->attributes));
}

TEST_F(UserOption, R18_GroupsOfADisabledUserStay) {
  const auto id = add("ann");
  const auto group = team({id});
  set_active(id, false);
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
  EXPECT_THAT(team_ids(group), ElementsAre(id));
}

TEST_F(UserOption, R19_ReactivationReturnsEntryIdAndGroupsWhateverTheWay) {
  const std::vector<std::function<void(mapping::DisableRules&)>> ways{
      [](auto&) {}, [&](auto& d) { d.move_to = dn(leavers()); }, [](auto& d) { d.delete_entry = true; },
      [](auto& d) { d.strip_groups = true; }};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    reopen_disabling(ways[i]);
    const auto name = "ann" + std::to_string(i);
    const auto id = add(name);
    const auto group = team({id});
    set_active(id, false);
    set_active(id, true);
    EXPECT_THAT(values(uid(name), "dirbridgeId"), ElementsAre(id)) << i;
    EXPECT_THAT(team_ids(group), ElementsAre(id)) << i;
    EXPECT_THAT(team_dns(), ElementsAre(uid(name))) << i;
    ASSERT_TRUE(okta().groups->remove(group, {}, soon()));
  }
}

TEST_F(UserOption, R16_ARenamedUserIsTheSameEntryAndId) {
  const auto id = add("ann");
  const auto group = team({id});
  const auto uuid = values(uid("ann"), "entryUUID");
  patch(id, R"({"userName":"anna"})");
  EXPECT_EQ(values(uid("anna"), "entryUUID"), uuid);
  EXPECT_THAT(team_dns(), ElementsAre(uid("anna")));
  EXPECT_THAT(team_ids(group), ElementsAre(id));
}

TEST_F(UserOption, R15_ApplyOfAGroupWritesNothingWhenItHolds) {
  const auto id = add("ann");
  const auto group = team({id});
  auto done = okta().groups->converge(group, soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_FALSE(*done);
  ASSERT_EQ(ldap_modify(server(), As::Admin,
                        "dn: " + group_dn("team") +
                            "\nchangetype: modify\nreplace: dirbridgeExternalId\ndirbridgeExternalId: x\n")
                .exit_code,
            0);
  done = okta().groups->converge(group, soon());
  ASSERT_TRUE(done && *done);
  EXPECT_THAT(team_dns(), ElementsAre(uid("ann")));
}

// --- handover --------------------------------------------------------------------------------------------

TEST_F(UserOption, R20_LeadsAreHandedOverOnceBeforeAUserVanishes) {
  const auto id = add("ann");
  set_active(id, false);
  set_active(id, false);
  remove(id);
  EXPECT_THAT(handover_.asked, ElementsAre("ann"));
  reopen_with([](auto& o) { o.on_delete = OnDelete::Delete; });
  remove(add("bob"));
  EXPECT_THAT(handover_.asked, ElementsAre("ann", "bob"));
  reopen_with([](auto& o) { o.on_delete = OnDelete::Keep; });
  remove(add("cay"));
  EXPECT_THAT(handover_.asked, ElementsAre("ann", "bob"));
}

TEST_F(UserOption, R20_WhenJiraIsAwayTheUserIsDisabledAndJiraIsAskedAgain) {
  handover_.away = true;
  const auto id = add("ann");
  set_active(id, false);
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(values(uid("ann"), "dirbridgeHandover"), ElementsAre("ann"));
  sweep();
  EXPECT_THAT(values(uid("ann"), "dirbridgeHandover"), ElementsAre("ann"));
  handover_.away = false;
  sweep();
  EXPECT_THAT(values(uid("ann"), "dirbridgeHandover"), IsEmpty());
  EXPECT_THAT(handover_.asked, ElementsAre("ann", "ann", "ann"));
}

TEST_F(UserOption, R20_ADeletionWaitsHiddenForWhatIsOwed) {
  reopen_with([](auto& o) { o.on_delete = OnDelete::Delete; });
  handover_.away = true;
  const auto id = add("ann");
  remove(id);
  EXPECT_FALSE(is_known(id));
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  sweep();
  EXPECT_TRUE(exists(uid("ann")));
  handover_.away = false;
  sweep();
  EXPECT_FALSE(exists(uid("ann")));
}

TEST_F(UserOption, R20_OrTheRequestWaitsAndNothingChanges) {
  reopen_with([](auto& o) { o.handover_failure = mapping::HandoverFailure::Wait; });
  handover_.away = true;
  const auto id = add("ann");
  const auto before = get(id);
  EXPECT_EQ(try_patch(id, R"({"active":false,"title":"x"})").error().kind, ErrorKind::Busy);
  EXPECT_EQ(okta().users->remove(id, {}, soon()).error().kind, ErrorKind::Busy);
  EXPECT_EQ(get(id), before);
  handover_.away = false;
  set_active(id, false);
  EXPECT_THAT(values(uid("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

// --- attributes ------------------------------------------------------------------------------------------

TEST_F(UserOption, R04_AttributesAreMadeByRules) {
  const auto& user = scim::standard_catalog().user;
  const auto of = [&](const char* text) { return mapping::Template::parse(text, user).value(); };
  reopen_with([&](auto& o) {
    o.attributes = {
        {"displayName", of("{name.familyName}, {name.givenName} ({userName})")},
        {"title", std::nullopt},
        {"roomNumber", of("{addresses[work].locality}"),
         NameRules::compile({{"(.).*", "$1"}}, LetterCase::Upper).value()},
        {"employeeType", mapping::Template::constant("external")},
    };
  });
  const auto id = add("ann", R"("title":"Boss","name":{"givenName":"Ann","familyName":"Lee"},
      "addresses":[{"type":"work","locality":"berlin"}])");
  EXPECT_THAT(values(uid("ann"), "displayName"), ElementsAre("Lee, Ann (ann)"));
  EXPECT_THAT(values(uid("ann"), "title"), IsEmpty());
  EXPECT_THAT(values(uid("ann"), "roomNumber"), ElementsAre("B"));
  EXPECT_THAT(values(uid("ann"), "employeeType"), ElementsAre("external"));
  EXPECT_EQ(get(id).at("title").as_string(), "Boss");
  EXPECT_FALSE(converge(id));
  patch(id, R"({"addresses":[{"type":"work","locality":"paris"}]})");
  EXPECT_THAT(values(uid("ann"), "roomNumber"), ElementsAre("P"));
}

}  // namespace
}  // namespace dirbridge::test
