// Who may read and write what: the bridge's account and the reader's, by ACL and limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/slapd/directory_content.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int insufficient_access = 50;
constexpr int size_limit_exceeded = 4;

class Access : public SharedSlapdFixture<Access> {
 protected:
  static void SetUpTestSuite() {
    SharedSlapdFixture<Access>::SetUpTestSuite();
    const std::string record =
        "userPassword: secret-of-jane\nmail: jane@example.org\ndirbridgeActive: TRUE\n"
        "dirbridgeResource: {}\ndirbridgeExternalId: ext-7\n";
    const CommandResult added = ldap_add(
        server(), As::Bridge,
        user_ldif(server(), "jane", record) + group_ldif(server(), "staff", user_dn(server(), "jane")));
    ASSERT_EQ(added.exit_code, 0) << added.output;
  }
  static std::string jane() { return user_dn(server(), "jane"); }
  static std::string replace(const std::string& dn, const std::string& attribute, const std::string& value) {
    return "dn: " + dn + "\nchangetype: modify\nreplace: " + attribute + "\n" + attribute + ": " + value +
           "\n\n";
  }
};

TEST_F(Access, BridgeWritesUsersGroupsAndRecords) {
  const std::string record = "dn: dirbridgeId=019aa000-0000-7000-8000-0000000000aa," +
                             server().bridge_base() +
                             "\nobjectClass: dirbridgeRecord\ndirbridgeConnection: test\n"
                             "dirbridgeId: 019aa000-0000-7000-8000-0000000000aa\n\n";
  EXPECT_EQ(ldap_add(server(), As::Bridge, record).exit_code, 0);
  EXPECT_EQ(ldap_modify(server(), As::Bridge, replace(jane(), "mail", "j@example.org")).exit_code, 0);
  EXPECT_EQ(ldap_modify(server(), As::Bridge, replace(jane(), "dirbridgeActive", "FALSE")).exit_code, 0);
  EXPECT_EQ(ldap_modify(server(), As::Bridge, replace(jane(), "userPassword", "secret-of-jane")).exit_code,
            0);
  EXPECT_EQ(ldap_add(server(), As::Bridge, group_ldif(server(), "gone", jane())).exit_code, 0);
  EXPECT_EQ(ldap_modify(server(), As::Bridge,
                        "dn: " + group_dn(server(), "gone") +
                            "\nchangetype: modrdn\nnewrdn: cn=renamed\ndeleteoldrdn: 1\n\n")
                .exit_code,
            0);
  EXPECT_EQ(
      ldap_modify(server(), As::Bridge, "dn: " + group_dn(server(), "renamed") + "\nchangetype: delete\n\n")
          .exit_code,
      0);
}

TEST_F(Access, BridgeWritesNowhereElse) {
  const std::string elsewhere =
      "dn: ou=more," + server().suffix() + "\nobjectClass: organizationalUnit\nou: more\n\n";
  EXPECT_EQ(ldap_add(server(), As::Bridge, elsewhere).exit_code, insufficient_access);
  EXPECT_EQ(
      ldap_modify(server(), As::Bridge, "dn: " + server().user_base() + "\nchangetype: delete\n\n").exit_code,
      insufficient_access);
  EXPECT_EQ(ldap_modify(server(), As::Bridge, replace(server().user_base(), "description", "x")).exit_code,
            insufficient_access);
  EXPECT_EQ(ldap_modify(server(), As::Bridge, replace(server().reader_dn(), "userPassword", "x")).exit_code,
            insufficient_access);
}

TEST_F(Access, BridgeCannotReadPasswords) {
  const CommandResult found =
      ldap_search(server(), As::Bridge, {"-b", jane(), "(uid=jane)", "uid", "userPassword"});
  EXPECT_THAT(found.output, HasSubstr("uid: jane"));
  EXPECT_THAT(found.output, Not(HasSubstr("userPassword")));
}

TEST_F(Access, ReaderSeesEntriesButNoSecretsAndNoRecords) {
  const CommandResult found =
      ldap_search(server(), As::Reader, {"-b", server().suffix(), "(uid=jane)", "*", "entryUUID"});
  ASSERT_EQ(found.exit_code, 0) << found.output;
  for (const char* visible : {"uid: jane", "mail: ", "sn: jane", "entryUUID: "}) {
    EXPECT_THAT(found.output, HasSubstr(visible));
  }
  for (const char* hidden :
       {"userPassword", "dirbridgeResource", "dirbridgeExternalId", "dirbridgeId:", "dirbridgeActive"}) {
    EXPECT_THAT(found.output, Not(HasSubstr(hidden)));
  }
}

TEST_F(Access, ReaderFiltersOnTheStatusOnly) {
  ASSERT_EQ(ldap_add(server(), As::Bridge, user_ldif(server(), "off", "dirbridgeActive: FALSE\n")).exit_code,
            0);
  ASSERT_EQ(
      ldap_add(server(), As::Bridge, user_ldif(server(), "on", "dirbridgeExternalId: ext-1\n")).exit_code, 0);
  const CommandResult active = ldap_search(
      server(), As::Reader,
      {"-b", server().user_base(), "(&(objectClass=inetOrgPerson)(!(dirbridgeActive=FALSE)))", "uid"});
  EXPECT_THAT(active.output, HasSubstr("uid: on\n"));
  EXPECT_THAT(active.output, Not(HasSubstr("uid: off\n")));
  const CommandResult by_record =
      ldap_search(server(), As::Reader, {"-b", server().user_base(), "(dirbridgeExternalId=ext-1)", "uid"});
  EXPECT_EQ(count_entries(by_record.output), 0U) << by_record.output;
}

TEST_F(Access, ReaderFindsTheGroupsOfAUser) {
  const CommandResult found = ldap_search(
      server(), As::Reader, {"-b", server().group_base(), "(member=" + jane() + ")", "cn", "member"});
  EXPECT_THAT(found.output, HasSubstr("cn: staff"));
  EXPECT_THAT(found.output, HasSubstr("member: " + jane()));
}

TEST_F(Access, ReaderWritesNothingAndSeesNoRecordEntries) {
  EXPECT_EQ(ldap_modify(server(), As::Reader, replace(jane(), "mail", "x@example.org")).exit_code,
            insufficient_access);
  const CommandResult records =
      ldap_search(server(), As::Reader, {"-b", server().suffix(), "(objectClass=dirbridgeRecord)"});
  EXPECT_EQ(count_entries(records.output), 0U) << records.output;
}

TEST_F(Access, AnonymousSeesTheRootOnlyAndMayBind) {
  const CommandResult root =
      ldap_search(server(), As::Anonymous, {"-b", "", "-s", "base", "(objectClass=*)", "+"});
  EXPECT_THAT(root.output, HasSubstr("namingContexts: " + server().suffix()));
  const CommandResult found = ldap_search(server(), As::Anonymous, {"-b", server().suffix(), "(uid=jane)"});
  EXPECT_EQ(count_entries(found.output), 0U) << found.output;
  EXPECT_EQ(bind_result(server(), jane(), "secret-of-jane"), 0);
  EXPECT_EQ(bind_result(server(), jane(), "wrong"), 49);
}

class Limits : public ::testing::Test {
 protected:
  static std::string many_users() {
    std::string ldif;
    for (int i = 0; i < 1200; ++i) {
      const std::string uid = "u" + std::to_string(i);
      ldif += "dn: uid=" + uid + ",ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: " + uid +
              "\ncn: " + uid + "\nsn: x\n\n";
    }
    return ldif;
  }
  static CommandResult all_users(const slapd::PrivateSlapd& server, As who) {
    return ldap_search(server, who, {"-b", server.user_base(), "(objectClass=inetOrgPerson)", "uid"});
  }
  TemporaryFolder folder_;
};

TEST_F(Limits, BridgeAndReaderSeeEverythingWithoutPaging) {
  slapd::Options options = fast_slapd_options();
  options.load_files = {folder_.file("users.ldif", many_users())};
  const auto server = start_slapd(options);
  for (const As who : {As::Bridge, As::Reader}) {
    const CommandResult found = all_users(*server, who);
    EXPECT_EQ(found.exit_code, 0);
    EXPECT_EQ(count_entries(found.output), 1200U);
  }
}

TEST_F(Limits, ReaderCanBeLimitedToShowWhatThatBreaks) {
  slapd::Options options = fast_slapd_options();
  options.load_files = {folder_.file("users.ldif", many_users())};
  options.reader_size_limit = 500;
  const auto server = start_slapd(options);
  const CommandResult found = all_users(*server, As::Reader);
  EXPECT_EQ(found.exit_code, size_limit_exceeded);
  EXPECT_EQ(count_entries(found.output), 500U);
}

}  // namespace
}  // namespace dirbridge::test
