// ppolicy, refint, memberof, each on and off; cn=config over ldapi.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/slapd/directory_content.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

using slapd::PrivateSlapd;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int undefined_attribute = 17;
constexpr int invalid_credentials = 49;
constexpr int object_class_violation = 65;

void add_jane_in_staff(const PrivateSlapd& server) {
  const CommandResult added =
      ldap_add(server, As::Bridge,
               user_ldif(server, "jane", "userPassword: secret\n") + user_ldif(server, "joe", {}) +
                   group_ldif(server, "staff", user_dn(server, "jane")));
  ASSERT_EQ(added.exit_code, 0) << added.output;
}

int lock_account(const PrivateSlapd& server, const std::string& dn) {
  return ldap_modify(server, As::Bridge,
                     "dn: " + dn + "\nchangetype: modify\nadd: pwdAccountLockedTime\n" +
                         "pwdAccountLockedTime: 000001010000Z\n\n")
      .exit_code;
}

std::string members(const PrivateSlapd& server, const std::string& group) {
  return ldap_search(server, As::Reader, {"-b", group_dn(server, group), "(objectClass=*)", "member"}).output;
}

int delete_entry(const PrivateSlapd& server, const std::string& dn) {
  return ldap_modify(server, As::Bridge, "dn: " + dn + "\nchangetype: delete\n\n").exit_code;
}

TEST(Ppolicy, ALockedUserCannotBindAndTheReaderCanFilter) {
  slapd::Options options = fast_slapd_options();
  options.ppolicy = true;
  const auto server = start_slapd(options);
  add_jane_in_staff(*server);
  const std::string jane = user_dn(*server, "jane");
  EXPECT_EQ(bind_result(*server, jane, "secret"), 0);
  ASSERT_EQ(lock_account(*server, jane), 0);
  EXPECT_EQ(bind_result(*server, jane, "secret"), invalid_credentials);
  const CommandResult unlocked = ldap_search(
      *server, As::Reader, {"-b", server->user_base(), "(&(uid=*)(!(pwdAccountLockedTime=*)))", "uid"});
  EXPECT_THAT(unlocked.output, HasSubstr("uid: joe"));
  EXPECT_THAT(unlocked.output, Not(HasSubstr("uid: jane")));
  EXPECT_EQ(ldap_modify(*server, As::Bridge,
                        "dn: " + jane + "\nchangetype: modify\ndelete: pwdAccountLockedTime\n\n")
                .exit_code,
            0);
  EXPECT_EQ(bind_result(*server, jane, "secret"), 0);
}

TEST(Ppolicy, IsOffByDefault) {
  const auto server = start_slapd(fast_slapd_options());
  add_jane_in_staff(*server);
  EXPECT_EQ(lock_account(*server, user_dn(*server, "jane")), undefined_attribute);
}

TEST(Refint, RemovesDeletedMembersAndLeavesThePlaceholder) {
  slapd::Options options = fast_slapd_options();
  options.refint = true;
  const auto server = start_slapd(options);
  add_jane_in_staff(*server);
  ASSERT_EQ(delete_entry(*server, user_dn(*server, "jane")), 0);
  // refint works after the delete was answered.
  const Deadline patience = deadline_in(std::chrono::seconds(30));
  while (members(*server, "staff").find("uid=jane") != std::string::npos && remaining(patience).count() > 0) {
  }
  EXPECT_THAT(members(*server, "staff"), HasSubstr("member: " + options.placeholder));
  EXPECT_THAT(members(*server, "staff"), Not(HasSubstr("uid=jane")));
}

TEST(Refint, IsOffByDefault) {
  const auto server = start_slapd(fast_slapd_options());
  add_jane_in_staff(*server);
  ASSERT_EQ(delete_entry(*server, user_dn(*server, "jane")), 0);
  EXPECT_THAT(members(*server, "staff"), HasSubstr("uid=jane"));
}

std::string groups_of_jane(const PrivateSlapd& server) {
  return ldap_search(server, As::Reader, {"-b", user_dn(server, "jane"), "(objectClass=*)", "memberOf"})
      .output;
}

TEST(Memberof, ShowsTheGroupsOnTheUser) {
  slapd::Options options = fast_slapd_options();
  options.memberof = true;
  const auto server = start_slapd(options);
  add_jane_in_staff(*server);
  EXPECT_THAT(groups_of_jane(*server), HasSubstr("memberOf: " + group_dn(*server, "staff")));
}

TEST(Memberof, IsOffByDefault) {
  const auto server = start_slapd(fast_slapd_options());
  add_jane_in_staff(*server);
  EXPECT_THAT(groups_of_jane(*server), Not(HasSubstr("memberOf")));
}

TEST(Group, CannotLoseItsLastMember) {
  const auto server = start_slapd(fast_slapd_options());
  add_jane_in_staff(*server);
  const std::string staff = group_dn(*server, "staff");
  EXPECT_EQ(
      ldap_modify(*server, As::Bridge, "dn: " + staff + "\nchangetype: modify\ndelete: member\n\n").exit_code,
      object_class_violation);
}

TEST(Ldapi, TheCurrentUserAdministersConfigurationAndData) {
  slapd::Options options = fast_slapd_options();
  options.ldapi = true;
  const auto server = start_slapd(options);
  const std::vector<std::string> external{"-Q", "-Y", "EXTERNAL", "-H", server->ldapi_uri()};
  const auto tool = [&](std::vector<std::string> arguments, const std::string& input) {
    arguments.insert(arguments.begin() + 1, external.begin(), external.end());
    return run_command(arguments, input);
  };
  const CommandResult changed =
      tool({"ldapmodify"},
           "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nadd: olcDbIndex\nolcDbIndex: sn eq\n\n");
  EXPECT_EQ(changed.exit_code, 0) << changed.output;
  const CommandResult added = tool({"ldapadd"}, user_ldif(*server, "jane", {}));
  EXPECT_EQ(added.exit_code, 0) << added.output;
  ASSERT_TRUE(server->restart(deadline_in(std::chrono::seconds(30))));
  const CommandResult kept = tool({"ldapsearch", "-LLL", "-b", "olcDatabase={1}mdb,cn=config", "-s", "base",
                                   "(objectClass=*)", "olcDbIndex"},
                                  {});
  EXPECT_THAT(kept.output, HasSubstr("sn eq"));
}

TEST(Ldapi, IsOffByDefault) {
  const auto server = start_slapd(fast_slapd_options());
  EXPECT_EQ(server->ldapi_uri(), "");
  EXPECT_NE(ldap_search(*server, As::Admin, {"-b", "cn=config", "-s", "base"}).exit_code, 0);
}

}  // namespace
}  // namespace dirbridge::test
