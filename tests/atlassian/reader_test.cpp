// The reader against directories that are good, and bad in the ways that hurt an Atlassian product.
#include "atlassian/reader_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/slapd_fixture.hpp"

namespace dirbridge::atlassian {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kPeople = ",ou=people,dc=example,dc=org";
constexpr auto kGroups = ",ou=groups,dc=example,dc=org";

std::string person(const std::string& uid, const std::string& more = {}, const std::string& classes = {}) {
  return "dn: uid=" + uid + kPeople + "\nobjectClass: inetOrgPerson\n" + classes + "uid: " + uid +
         "\ncn: " + uid + "\nsn: Lee\ngivenName: Ann\nmail: " + uid + "@example.org\n" + more + "\n";
}

std::string marked(const std::string& uid, const std::string& active, const std::string& more = {}) {
  return person(uid,
                "dirbridgeId: 0193c5f0-0000-7000-8000-000000000001\ndirbridgeConnection: test\n"
                "dirbridgeActive: " +
                    active + "\n" + more,
                "objectClass: dirbridgeUser\n");
}

std::string group(const std::string& rdns, const std::string& cn, const std::vector<std::string>& members) {
  std::string text = "dn: " + rdns + kGroups + "\nobjectClass: groupOfNames\ncn: " + cn + "\n";
  for (const auto& member : members) text += "member: " + member + "\n";
  return text + "\n";
}

class ReaderTest : public testing::Test {
 protected:
  void serve(const std::string& ldif, slapd::Options options = test::fast_slapd_options()) {
    options.load_files = {folder_.file("load.ldif", ldif)};
    slapd_ = test::start_slapd(std::move(options));
    call_.password = slapd_->reader_password();
    call_.settings = {{"ldap.url", slapd_->uri()},
                      {"ldap.userdn", slapd_->reader_dn()},
                      {"ldap.basedn", slapd_->suffix()},
                      {"ldap.user.dn", "ou=people"},
                      {"ldap.group.dn", "ou=groups"},
                      {"ldap.user.filter", "(&(objectClass=inetOrgPerson)(!(dirbridgeActive=FALSE)))"},
                      {"ldap.user.objectclass", "inetOrgPerson"},
                      {"ldap.user.username", "uid"},
                      {"ldap.external.id", "entryUUID"},
                      {"ldap.group.filter", "(objectClass=groupOfNames)"},
                      {"ldap.group.name", "cn"},
                      {"ldap.group.usernames", "member"}};
  }

  Seen see(std::vector<std::string> arguments = {}) {
    call_.arguments = {"--placeholder", "cn=dirbridge-placeholder"};
    call_.arguments.insert(call_.arguments.end(), arguments.begin(), arguments.end());
    return read_directory(call_, folder_.path(), deadline_in(120s));
  }

  // The reading as a file for --before.
  std::string keep(const Seen& seen) { return folder_.file("before.json", seen.text); }

  test::TemporaryFolder folder_;
  std::unique_ptr<slapd::PrivateSlapd> slapd_;
  ReaderCall call_;
};

TEST_F(ReaderTest, GoodDirectoryPassesEveryCheck) {
  serve(person("ann", "userPassword: secret\n") + person("bob") +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople, std::string("uid=bob") + kPeople}) +
        group("cn=nobody", "nobody", {"cn=dirbridge-placeholder"}));
  call_.login_password = Secret("secret");
  const auto seen = see({"--login", "ann", "--watch", "3", "--expect-users", "2"});
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  for (const int number : {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14})
    EXPECT_EQ(seen.check(number), "ok") << number << seen.text;
  EXPECT_THAT(seen.members("devs"), ElementsAre("ann", "bob"));
  EXPECT_TRUE(seen.has_group("nobody"));
  EXPECT_THAT(seen.members("nobody"), IsEmpty());
  ASSERT_NE(seen.user("ann"), nullptr);
  EXPECT_EQ(seen.user("ann")->at("displayName"), "Ann Lee");
}

TEST_F(ReaderTest, PagedReadingFindsTheSame) {
  std::string ldif;
  for (int i = 0; i < 250; ++i) ldif += person("u" + std::to_string(i));
  serve(ldif);
  call_.settings["ldap.pagedresults"] = "true";
  call_.settings["ldap.pagedresults.size"] = "100";
  const auto seen = see({"--expect-users", "250"});
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_EQ(seen.check(1), "ok");
}

TEST_F(ReaderTest, UserWithoutANameEndsTheSynchronisation) {
  serve(person("ann") + "dn: cn=stray" + kPeople + "\nobjectClass: inetOrgPerson\ncn: stray\nsn: stray\n\n");
  const auto seen = see();
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(seen.check(3), "failed");
  EXPECT_THAT(seen.details(3), HasSubstr("cn=stray"));
  EXPECT_FALSE(seen.json.at("synchronises").as_bool());
}

TEST_F(ReaderTest, GroupsOfTheSameNameAreAllIgnored) {
  serve(person("ann") + "dn: ou=more" + kGroups + "\nobjectClass: organizationalUnit\nou: more\n\n" +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople}) +
        group("cn=Devs,ou=more", "Devs", {std::string("uid=ann") + kPeople}));
  const auto seen = see();
  EXPECT_EQ(seen.check(4), "failed");
  EXPECT_FALSE(seen.has_group("devs"));
  EXPECT_FALSE(seen.has_group("Devs"));
}

TEST_F(ReaderTest, SizeLimitWouldDeleteUsers) {
  std::string ldif;
  for (int i = 0; i < 1200; ++i) ldif += person("u" + std::to_string(i));
  auto options = test::fast_slapd_options();
  options.reader_size_limit = 500;
  serve(ldif, options);
  const auto seen = see({"--expect-users", "1200"});
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(seen.user_names().size(), 500U);
  EXPECT_EQ(seen.check(2), "failed");
  EXPECT_EQ(seen.check(14), "failed");
  EXPECT_THAT(seen.details(14), HasSubstr("would delete 700 users"));
  call_.settings["ldap.pagedresults"] = "true";
  EXPECT_EQ(see().check(14), "failed") << "paging does not help against a limit";
}

TEST_F(ReaderTest, FilterOnAnUnknownAttributeMatchesNobody) {
  serve(person("ann"));
  call_.settings["ldap.user.filter"] = "(&(objectClass=inetOrgPerson)(!(noSuchAttribute=x)))";
  const auto seen = see();
  EXPECT_EQ(seen.check(2), "failed");
  EXPECT_THAT(seen.user_names(), IsEmpty());
}

TEST_F(ReaderTest, MemberSpeltDifferentlyIsLost) {
  serve(person("ann") + person("big  ben") +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople, std::string("uid=big ben") + kPeople}));
  const auto seen = see();
  EXPECT_EQ(seen.check(5), "failed");
  EXPECT_THAT(seen.details(5), HasSubstr("spelt differently"));
  EXPECT_EQ(seen.check(7), "failed");
  EXPECT_THAT(seen.members("devs"), ElementsAre("ann"));
}

TEST_F(ReaderTest, MemberInAnotherCaseIsStillTheUser) {
  serve(person("Ann.Lee") + group("cn=devs", "devs", {std::string("uid=ann.lee") + kPeople}));
  const auto seen = see();
  EXPECT_EQ(seen.check(5), "ok") << seen.text;
  EXPECT_EQ(seen.check(6), "ok");
  EXPECT_THAT(seen.members("devs"), ElementsAre("Ann.Lee"));
}

TEST_F(ReaderTest, StaleMemberIsReported) {
  serve(person("ann") +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople, std::string("uid=gone") + kPeople}));
  const auto seen = see();
  EXPECT_EQ(seen.check(5), "failed");
  EXPECT_THAT(seen.details(5), HasSubstr("uid=gone"));
}

TEST_F(ReaderTest, DisabledUserIsHiddenAndKept) {
  serve(person("ann") + marked("dis", "FALSE", "userPassword: secret\n") +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople, std::string("uid=dis") + kPeople}));
  call_.login_password = Secret("secret");
  const auto seen = see({"--disabled", "dis"});
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_EQ(seen.check(9), "ok");
  EXPECT_EQ(seen.check(10), "ok");
  EXPECT_THAT(seen.user_names(), ElementsAre("ann"));
  EXPECT_THAT(seen.members("devs"), ElementsAre("ann"));
  const auto locked = see({"--disabled", "dis", "--locked"});
  EXPECT_EQ(locked.check(9), "failed") << "nothing locks the entry, so the server accepts the password";
}

TEST_F(ReaderTest, EnabledUserIsNotHidden) {
  serve(person("ann") + marked("bob", "TRUE"));
  const auto seen = see({"--disabled", "bob"});
  EXPECT_EQ(seen.check(9), "failed");
  EXPECT_EQ(seen.check(10), "failed");
}

TEST_F(ReaderTest, WrongPasswordCannotReadAtAll) {
  serve(person("ann"));
  call_.password = Secret("wrong");
  EXPECT_EQ(see().exit_code, 2);
}

TEST_F(ReaderTest, EntryMadeAgainHasLostItsId) {
  serve(person("ann"));
  const auto before = keep(see());
  serve(person("ann"));
  const auto seen = see({"--before", before});
  EXPECT_EQ(seen.check(11), "failed");
  EXPECT_THAT(seen.details(11), HasSubstr("ann"));
}

TEST_F(ReaderTest, RenameKeepsIdAndGroupsOnlyWhenTheGroupFollows) {
  serve(person("ann") + person("bob") +
        group("cn=devs", "devs", {std::string("uid=ann") + kPeople, std::string("uid=bob") + kPeople}));
  const auto before = keep(see());
  const auto rename =
      std::string("dn: uid=ann") + kPeople + "\nchangetype: modrdn\nnewrdn: uid=anna\ndeleteoldrdn: 1\n";
  ASSERT_EQ(test::ldap_modify(*slapd_, test::As::Admin, rename).exit_code, 0);
  const auto lost = see({"--before", before});
  EXPECT_EQ(lost.check(11), "failed");
  EXPECT_EQ(lost.check(5), "failed");
  const auto follow = std::string("dn: cn=devs") + kGroups +
                      "\nchangetype: modify\nadd: member\nmember: uid=anna" + kPeople +
                      "\n-\ndelete: member\nmember: uid=ann" + kPeople + "\n";
  ASSERT_EQ(test::ldap_modify(*slapd_, test::As::Admin, follow).exit_code, 0);
  const auto seen = see({"--before", before});
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_EQ(seen.check(11), "ok");
  EXPECT_THAT(seen.details(11), HasSubstr("ann -> anna"));
}

TEST_F(ReaderTest, MemberOfIsCheckedWhenTheProductUsesIt) {
  const auto ldif = person("ann") + group("cn=devs", "devs", {std::string("uid=ann") + kPeople});
  serve(ldif);
  call_.settings["ldap.usermembership.use"] = "true";
  const auto without = see();
  EXPECT_EQ(without.check(12), "failed") << "no overlay, so the search finds nobody";
  EXPECT_THAT(without.members("devs"), IsEmpty());
}

}  // namespace
}  // namespace dirbridge::atlassian
