#include "ldap/ad/active_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ldap/ad/requests.hpp"
#include "support/dn.hpp"
#include "support/soon.hpp"

namespace dirbridge::ldap {
namespace {

using directory::Add;
using directory::Change;
using directory::Entry;
using directory::Filter;
using directory::Modification;
using directory::Modify;
using directory::SearchRequest;
using test::dn;
using test::soon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const ad::Settings kSettings{"sAMAccountName", dn("cn=dirbridge-placeholder")};
const ad::Settings kByName{"", dn("cn=dirbridge-placeholder")};

Filter filter(std::string_view text) {
  return Filter::parse(text).value();
}

std::string translated(std::string_view text, const ad::Settings& settings = kSettings) {
  return ad::to_ad(settings, filter(text)).str();
}

TEST(ActiveDirectoryWords, RecordsAreNamedByOneAttribute) {
  const auto ours = dn("dirbridgeUserName=a\\2Cb,dirbridgeConnection=okta,ou=dirbridge,dc=example,dc=org");
  const auto theirs = ad::to_ad(ours);
  EXPECT_EQ(theirs.str(), "dirbridgeName=u:a\\2Cb,dirbridgeName=c:okta,ou=dirbridge,dc=example,dc=org");
  const auto back =
      ad::from_ad(dn("DIRBRIDGENAME=u:a\\,b,DIRBRIDGENAME=c:okta,OU=dirbridge,DC=example,DC=org"));
  EXPECT_EQ(back.str(), ours.str());
}

TEST(ActiveDirectoryWords, DnsOfEntriesAreSpelledAsTheBridgeSpellsThem) {
  EXPECT_EQ(ad::to_ad(dn("cn=ann,ou=people,dc=org")).str(), "cn=ann,ou=people,dc=org");
  EXPECT_EQ(ad::from_ad(dn("CN=Lee\\, Ann,OU=People,DC=org")).str(), "cn=Lee\\2C Ann,ou=People,dc=org");
}

TEST(ActiveDirectoryWords, DnsThatTheServerComparesAsTextHaveOneSpelling) {
  for (const auto* spelling : {"CN=Lee\\, Ann,OU=Groups,DC=org", "cn=Lee\\2c Ann, ou=Groups, dc=org",
                               "cn=Lee\\2C Ann,ou=Groups,dc=org"}) {
    EXPECT_EQ(ad::value_to_ad("dirbridgeTarget", spelling), "cn=Lee\\2C Ann,ou=Groups,dc=org") << spelling;
    EXPECT_EQ(ad::to_ad(kSettings, Filter::equal("dirbridgeTarget", spelling)).str(),
              Filter::equal("dirbridgeTarget", "cn=Lee\\2C Ann,ou=Groups,dc=org").str());
  }
}

TEST(ActiveDirectoryRequests, SearchesBelowABaseArePaged) {
  using directory::Scope;
  const auto pages = [](Scope scope, std::size_t per_page) {
    return ad::to_ad(kSettings, {dn("ou=groups,dc=org"), scope, Filter::everything(), {}, per_page})
        .page_size;
  };
  EXPECT_EQ(pages(Scope::Subtree, 0), ad::most_per_page);
  EXPECT_EQ(pages(Scope::Subtree, 100), 100U);
  EXPECT_EQ(pages(Scope::Subtree, 5'000), ad::most_per_page);
  EXPECT_EQ(pages(Scope::Base, 0), 0U);
}

TEST(ActiveDirectoryRequests, ADeletionKeepsItsCondition) {
  const directory::Change removal{directory::Delete{dn("cn=ann,dc=org"), filter("(uid=ann)")}, "due"};
  const auto made = ad::to_ad(kSettings, removal);
  ASSERT_TRUE(made);
  const auto& only_if = std::get<directory::Delete>(made->operation).only_if;
  ASSERT_TRUE(only_if);
  EXPECT_EQ(only_if->str(), "(sAMAccountName=ann)");
}

TEST(ActiveDirectoryWords, FiltersAreTranslatedTermByTerm) {
  EXPECT_EQ(translated("(&(objectClass=inetOrgPerson)(|(uid=ann)(!(mail=*))))"),
            "(&(&(objectCategory=person)(objectClass=user))(|(sAMAccountName=ann)(!(mail=*))))");
  EXPECT_EQ(translated("(objectClass=groupOfNames)"), "(objectClass=group)");
  EXPECT_EQ(translated("(uid=ann)", kByName), "(uid=ann)");
  EXPECT_EQ(translated("(dirbridgeDeleted<=20261122135300Z)"), "(dirbridgeDeleted<=20261122135300.0Z)");
  EXPECT_EQ(translated("(modifyTimestamp>=20261122135300Z)"), "(whenChanged>=20261122135300.0Z)");
  EXPECT_EQ(translated("(entryCSN=17)"), "(uSNChanged=17)");
  EXPECT_EQ(translated("(cn=a\\28b\\29*c)"), "(cn=a\\28b\\29*c)");
  EXPECT_EQ(translated("(member=dirbridgeUserName=x\\5c2Cy,ou=b)"),
            "(|(member=dirbridgeName=u:x\\5c2Cy,ou=b)(dirbridgeMember=dirbridgeName=u:x\\5c2Cy,ou=b))");
  EXPECT_EQ(translated("(userAccountControl:1.2.840.113556.1.4.803:=2)"),
            "(userAccountControl:1.2.840.113556.1.4.803:=2)");
}

TEST(ActiveDirectoryWords, UniqueIdsAreBytes) {
  const std::string bytes("\x13\x21\xE6\x15\x74\xF0\x66\x4C\xAB\xFB\x96\x27\x17\xF8\xB0\x81", 16);
  const std::string text = "15e62113-f074-4c66-abfb-962717f8b081";
  EXPECT_EQ(ad::value_to_ad("objectGUID", text), bytes);
  EXPECT_EQ(ad::value_to_ad("objectGUID", "ext-1"), std::string(16, '\0'));
  const auto entry = ad::entry_from_ad(kSettings, {dn("CN=x"), {{"objectGUID", {bytes}}}});
  EXPECT_EQ(entry.attributes.first("objectGUID"), text);
}

TEST(ActiveDirectoryWords, PasswordsAreQuotedUtf16) {
  EXPECT_EQ(ad::value_to_ad("userPassword", "aé"), std::string("\"\0a\0\xE9\0\"\0", 8));
  EXPECT_EQ(ad::value_to_ad("userPassword", "\U0001F511"), std::string("\"\0\x3D\xD8\x11\xDD\"\0", 8));
}

TEST(ActiveDirectoryWords, EntriesComeBackInTheBridgesWords) {
  const Entry theirs{dn("CN=ann,OU=people"),
                     {{"objectClass", {"top", "person", "organizationalPerson", "user", "dirbridgeUser"}},
                      {"sAMAccountName", {"ann"}},
                      {"uid", {"something else"}},
                      {"userAccountControl", {"514"}},
                      {"whenCreated", {"20261122135300.0Z"}},
                      {"uSNChanged", {"4711"}},
                      {"memberOf", {"CN=devs,OU=groups"}}}};
  const auto entry = ad::entry_from_ad(kSettings, theirs);
  EXPECT_EQ(entry.dn.str(), "cn=ann,ou=people");
  const auto& a = entry.attributes;
  EXPECT_THAT(a.values("objectClass"),
              ElementsAre("top", "person", "organizationalPerson", "inetOrgPerson", "dirbridgeUser"));
  EXPECT_THAT(a.values("uid"), ElementsAre("ann"));
  EXPECT_THAT(a.values("nsAccountLock"), ElementsAre("true"));
  EXPECT_THAT(a.values("createTimestamp"), ElementsAre("20261122135300Z"));
  EXPECT_THAT(a.values("entryCSN"), ElementsAre("4711"));
  EXPECT_THAT(a.values("memberOf"), ElementsAre("cn=devs,ou=groups"));
  const auto active = ad::entry_from_ad(kSettings, {dn("CN=x"), {{"userAccountControl", {"512"}}}});
  EXPECT_EQ(active.attributes.find("nsAccountLock"), nullptr);
}

TEST(ActiveDirectoryRequests, NewUsersAreAccountsWithAPassword) {
  const Add add{dn("cn=ann,ou=people"),
                {{"objectClass", {"top", "person", "organizationalPerson", "inetOrgPerson", "dirbridgeUser"}},
                 {"uid", {"ann"}}}};
  const auto change = ad::to_ad(kSettings, Change{add, "test"});
  const auto& made = std::get<Add>(change->operation).attributes;
  EXPECT_THAT(made.values("objectClass"),
              ElementsAre("top", "person", "organizationalPerson", "user", "dirbridgeUser"));
  EXPECT_EQ(made.first("sAMAccountName"), "ann");
  EXPECT_EQ(made.first("userAccountControl"), "512");
  EXPECT_THAT(std::string(made.first("unicodePwd")), StartsWith(std::string("\"\0A\0a\0", 6)));
  auto locked = add;
  locked.attributes.set("nsAccountLock", {"true"});
  locked.attributes.set("userPassword", {"x"});
  const auto second = ad::to_ad(kSettings, Change{locked, "test"});
  const auto& disabled = std::get<Add>(second->operation).attributes;
  EXPECT_EQ(disabled.first("userAccountControl"), "514");
  EXPECT_EQ(disabled.first("unicodePwd"), std::string_view("\"\0x\0\"\0", 6));
}

TEST(ActiveDirectoryRequests, GroupsMayBeEmpty) {
  const Add add{
      dn("cn=a\\2Bb,ou=groups"),
      {{"objectClass", {"top", "groupOfNames", "dirbridgeGroup"}}, {"member", {"cn=dirbridge-placeholder"}}}};
  const auto change = ad::to_ad(kSettings, Change{add, "test"});
  const auto& made = std::get<Add>(change->operation).attributes;
  EXPECT_THAT(made.values("objectClass"), ElementsAre("top", "group", "dirbridgeGroup"));
  EXPECT_EQ(made.find("member"), nullptr);
  EXPECT_EQ(made.find("sAMAccountName"), nullptr) << "it cannot hold a plus sign";
  const Modify last{
      dn("cn=devs,ou=groups"), {{Modification::Op::Add, "member", {"cn=dirbridge-placeholder"}}}, true, {}};
  EXPECT_FALSE(ad::to_ad(kSettings, Change{last, "test"}));
}

TEST(ActiveDirectoryRequests, ANameIsChangedByRenamingOnly) {
  const Modify change{
      dn("cn=ann,ou=people"),
      {{Modification::Op::Replace, "cn", {"ann"}}, {Modification::Op::Replace, "sn", {"Lee"}}},
      false,
      {}};
  const auto made = ad::to_ad(kSettings, Change{change, "test"});
  EXPECT_THAT(std::get<Modify>(made->operation).modifications,
              ElementsAre(Modification{Modification::Op::Replace, "sn", {"Lee"}}));
  const Modify record{
      dn("dirbridgeDisplayName=devs,ou=dirbridge"), {{Modification::Op::Replace, "cn", {"kept"}}}, false, {}};
  EXPECT_TRUE(ad::to_ad(kSettings, Change{record, "test"}));
}

TEST(ActiveDirectoryRequests, RecordsHaveMembersOfTheirOwn) {
  const Modify record{dn("dirbridgeDisplayName=devs,ou=dirbridge"),
                      {{Modification::Op::Add, "member", {"cn=ann,ou=people"}}},
                      true,
                      {}};
  const auto made = ad::to_ad(kSettings, Change{record, "test"});
  EXPECT_THAT(std::get<Modify>(made->operation).modifications,
              ElementsAre(Modification{Modification::Op::Add, "dirbridgeMember", {"cn=ann,ou=people"}}));
  EXPECT_THAT(ad::attributes_to_ad(kSettings, {"cn", "member"}),
              ElementsAre("cn", "member", "dirbridgeMember"));
  const auto entry =
      ad::entry_from_ad(kSettings, {dn("dirbridgeName=d:devs"), {{"dirbridgeMember", {"CN=ann,OU=people"}}}});
  EXPECT_THAT(entry.attributes.values("member"), ElementsAre("cn=ann,ou=people"));
}

TEST(ActiveDirectoryRequests, PartsOfValues) {
  EXPECT_FALSE(ad::part_of("member"));
  EXPECT_EQ(ad::part_of("member;range=0-1499")->attribute, "member");
  EXPECT_EQ(ad::part_of("member;range=0-1499")->next, "member;range=1500-*");
  EXPECT_FALSE(ad::part_of("member;range=1500-*")->next);
}

// A server with one group whose members come three at a time, as they do from Active Directory.
class InParts final : public directory::Directory {
 public:
  Result<> search(const SearchRequest& request, Deadline, const Sink& sink) override {
    sink(answer(request));
    return {};
  }
  std::vector<Result<std::vector<Entry>>> search_all(std::span<const SearchRequest> requests,
                                                     Deadline) override {
    std::vector<Result<std::vector<Entry>>> out;
    for (const auto& request : requests) out.emplace_back(std::vector{answer(request)});
    return out;
  }
  Result<> search_each(std::span<const SearchRequest> requests, Deadline deadline,
                       const Sink& sink) override {
    for (const auto& request : requests)
      if (auto done = search(request, deadline, sink); !done) return done;
    return {};
  }
  Result<std::optional<Entry>> apply(const Change& change, const std::vector<std::string>&,
                                     Deadline) override {
    applied.push_back(change);
    return std::optional<Entry>();
  }
  std::vector<Result<>> apply_all(std::span<const Change> changes, Deadline) override {
    applied.insert(applied.end(), changes.begin(), changes.end());
    return std::vector<Result<>>(changes.size());
  }
  Mixed apply_and_search(const Change&, const std::vector<std::string>&, std::span<const SearchRequest>,
                         Deadline) override {
    return {std::optional<Entry>(), {}};
  }
  Result<directory::Capabilities> capabilities(Deadline) override { return directory::Capabilities(); }

  std::vector<Change> applied;
  std::string account_control = "66048";

 private:
  Entry answer(const SearchRequest& request) const {
    Entry entry{dn("CN=devs,OU=groups"), {{"cn", {"devs"}}, {"userAccountControl", {account_control}}}};
    const auto& asked = request.attributes.front();
    if (asked == "member") entry.attributes.append({"member", {}});
    if (asked == "member") add_part(entry, "member;range=0-2", {"CN=a", "CN=b", "CN=c"});
    if (asked == "member;range=3-*") add_part(entry, "member;range=3-5", {"CN=d", "CN=e", "CN=f"});
    if (asked == "member;range=6-*") add_part(entry, "member;range=6-*", {"CN=g"});
    return entry;
  }
  static void add_part(Entry& entry, const std::string& name, std::vector<std::string> values) {
    entry.attributes.append({name, std::move(values)});
  }
};

TEST(ActiveDirectory, ReadsValuesToTheEnd) {
  InParts server;
  ad::ActiveDirectory directory(server, kSettings);
  const auto at = directory::at(dn("cn=devs,ou=groups"), {"member"});
  const auto found = directory::search(directory, at, soon());
  ASSERT_TRUE(found);
  ASSERT_THAT(*found, SizeIs(1));
  const auto all = ElementsAre("cn=a", "cn=b", "cn=c", "cn=d", "cn=e", "cn=f", "cn=g");
  EXPECT_THAT(found->front().attributes.values("member"), all);
  const auto several = directory.search_all(std::vector{at, at}, soon());
  ASSERT_TRUE(several.at(1));
  EXPECT_THAT(several.at(1)->front().attributes.values("member"), all);
}

TEST(ActiveDirectory, DisablingChangesOneBit) {
  InParts server;
  ad::ActiveDirectory directory(server, kSettings);
  const Modify lock{
      dn("cn=ann,ou=people"), {{Modification::Op::Replace, "nsAccountLock", {"true"}}}, true, {}};
  ASSERT_TRUE(directory.apply({lock, "test"}, {}, soon()));
  ASSERT_THAT(server.applied, SizeIs(1));
  const auto& sent = std::get<Modify>(server.applied.front().operation);
  EXPECT_THAT(sent.modifications,
              ElementsAre(Modification{Modification::Op::Replace, "userAccountControl", {"66050"}}));
  EXPECT_EQ(sent.only_if->str(), "(userAccountControl=66048)");
  server.applied.clear();
  server.account_control = "66050";
  ASSERT_TRUE(directory.apply({lock, "test"}, {}, soon()));
  EXPECT_THAT(server.applied, IsEmpty()) << "it is disabled already";
}

}  // namespace
}  // namespace dirbridge::ldap
