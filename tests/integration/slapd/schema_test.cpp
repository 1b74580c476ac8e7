// The two forms of the schema say the same, and the settings LDIF for existing servers can be applied.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "integration/slapd/directory_content.hpp"
#include "slapd/files.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

using ::testing::HasSubstr;

const std::string schema_folder = SCHEMA_FOLDER;

// What slapd makes of the dirbridge schema, without the white space, which differs by where lines were
// folded.
std::string definitions_in(const std::string& config_folder) {
  for (const auto& file : std::filesystem::directory_iterator(config_folder + "/cn=config/cn=schema")) {
    if (file.path().filename().string().find("dirbridge") == std::string::npos) continue;
    const std::string text = slapd::read_file_or_empty(file.path());
    const std::size_t begin = text.find("olcObjectIdentifier");
    std::string definitions = text.substr(begin, text.find("structuralObjectClass") - begin);
    std::erase_if(definitions, [](char c) { return c == ' ' || c == '\n'; });
    return definitions;
  }
  return {};
}

TEST(Schema, BothFormsAreTheSame) {
  const auto server = start_slapd(fast_slapd_options());
  const TemporaryFolder folder;
  std::string text;
  for (const char* name : {"core", "cosine", "nis", "inetorgperson"}) {
    text += std::string("include /etc/ldap/schema/") + name + ".schema\n";
  }
  const std::string file =
      folder.file("slapd.conf", text + "include " + schema_folder + "/dirbridge.schema\n");
  const std::string converted = folder.path() + "/config";
  std::filesystem::create_directory(converted);
  const CommandResult test = run_command({"/usr/sbin/slaptest", "-f", file, "-F", converted});
  ASSERT_EQ(test.exit_code, 0) << test.output;
  const std::string from_conf = definitions_in(converted);
  EXPECT_THAT(from_conf, HasSubstr("dirbridgeRecord"));
  EXPECT_EQ(from_conf, definitions_in(server->directory() + "/config"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The definitions alone, without white space.
std::string definitions_of(const std::string& ldif, const std::string& first) {
  auto text = ldif.substr(ldif.find("\n" + first));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Schema, The389FormIsTheSameInThatServersWords) {
  const auto ours = slapd::read_file_or_empty(schema_folder + "/dirbridge.ldif");
  const std::string macro = "olcObjectIdentifier: dirbridgeSchema ";
  const auto at = ours.find(macro) + macro.size();
  const auto arc = ours.substr(at, ours.find('\n', at) - at);
  auto expected = definitions_of(ours, "olcAttributeTypes:");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"olcAttributeTypes:", "attributeTypes:"},
           {"olcObjectClasses:", "objectClasses:"},
           {"dirbridgeSchema:", arc + "."},
           {"EQUALITYUUIDMatchORDERINGUUIDOrderingMatchSYNTAX1.3.6.1.1.16.1",
            "EQUALITYcaseIgnoreMatchSYNTAX1.3.6.1.4.1.1466.115.121.1.15"}})
    expected = replaced(expected, from, to);
  EXPECT_EQ(
      definitions_of(slapd::read_file_or_empty(schema_folder + "/dirbridge-389ds.ldif"), "attributeTypes:"),
      expected);
}

// What stands between two marks behind `at`, which moves there; empty, and `at` at the end, when there is
// none.
std::string next_between(const std::string& text, const std::string& begin, const std::string& end,
                         std::size_t& at) {
  at = text.find(begin, at);
  if (at == std::string::npos) return {};
  at += begin.size();
  return text.substr(at, text.find(end, at) - at);
}

// Names and numbers of OpenLDAP's form, where the number comes first.
std::map<std::string, std::string> numbers_of(const std::string& ldif) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0;;) {
    const auto number = next_between(ldif, "( dirbridgeSchema:", " ", at);
    if (number.empty()) return out;
    out[next_between(ldif, "NAME '", "'", at)] = number;
  }
}

// The same of Active Directory's form, where the name does.
std::map<std::string, std::string> numbers_below(const std::string& arc, const std::string& ldif) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0;;) {
    const auto name = next_between(ldif, "\nlDAPDisplayName: ", "\n", at);
    if (name.empty()) return out;
    out[name] = next_between(ldif, "ID: " + arc, "\n", at);
  }
}

TEST(Schema, TheActiveDirectoryFormHasTheSameNamesAndNumbers) {
  auto expected = numbers_of(slapd::read_file_or_empty(schema_folder + "/dirbridge.ldif"));
  ASSERT_EQ(expected.size(), 24U);
  expected["dirbridgeName"] = "1.19";
  expected["dirbridgeMember"] = "1.20";
  const std::string arc = "1.2.840.113556.1.8000.2554.5606.8467.61556.19558.44027.9840407.16298113.";
  EXPECT_EQ(numbers_below(arc, slapd::read_file_or_empty(schema_folder + "/dirbridge-ad.ldif")), expected);
}

TEST(Schema, HoldsACompleteRecordOfEachKind) {
  const auto server = start_slapd(fast_slapd_options());
  const std::string user =
      user_ldif(*server, "jane",
                "dirbridgeUserName: Jane@Example.org\ndirbridgeExternalId: 00u1\n"
                "dirbridgeDisplayName: Jane\ndirbridgeMail: a@b\ndirbridgeMail: c@d\n"
                "dirbridgeActive: TRUE\ndirbridgeResource: {\"a\":1}\ndirbridgeDigest: x\n"
                "dirbridgeAlias: uid=old,dc=example,dc=org\n");
  const std::string group =
      "dn: " + group_dn(*server, "g") +
      "\nobjectClass: groupOfNames\nobjectClass: dirbridgeGroup\nmember: cn=dirbridge-placeholder\n"
      "dirbridgeId: 019aa000-0000-7000-8000-000000000002\ndirbridgeConnection: test\n"
      "dirbridgeDisplayName: G\ndirbridgeExternalId: e\ndirbridgeResource: {}\ndirbridgeDigest: d\n"
      "dirbridgePendingMember: p1\ndirbridgePendingMember: P1\n"
      "dirbridgeTarget: uid=a,dc=b\ndirbridgeAlias: cn=old,dc=b\n\n";
  const CommandResult added = ldap_add(*server, As::Bridge, user + group);
  EXPECT_EQ(added.exit_code, 0) << added.output;
  const CommandResult by_name =
      ldap_search(*server, As::Bridge,
                  {"-b", server->user_base(), "(dirbridgeUserName=jane@example.ORG)", "dirbridgeUserName"});
  EXPECT_THAT(by_name.output, HasSubstr("dirbridgeUserName: Jane@Example.org"));
  const CommandResult by_other_case =
      ldap_search(*server, As::Bridge, {"-b", server->user_base(), "(dirbridgeExternalId=00U1)"});
  EXPECT_EQ(count_entries(by_other_case.output), 0U) << "externalId is case-exact";
}

// The settings of a freshly installed Debian server instead of ours.
constexpr const char* debian_settings =
    "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n"
    "replace: olcDbIndex\nolcDbIndex: objectClass eq\nolcDbIndex: cn,uid eq\nolcDbIndex: uidNumber,gidNumber "
    "eq\n"
    "olcDbIndex: member,memberUid eq\n-\n"
    "delete: olcLimits\n-\n"
    "replace: olcAccess\n"
    "olcAccess: to attrs=userPassword by self write by anonymous auth by * none\n"
    "olcAccess: to attrs=shadowLastChange by self write by * read\n"
    "olcAccess: to * by * read\n\n";

class Settings : public SlapdFixture {
 protected:
  slapd::Options options() const override {
    slapd::Options options = fast_slapd_options();
    options.ldapi = true;
    return options;
  }
  CommandResult configure(const std::string& ldif) {
    return run_command({"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", server().ldapi_uri()}, ldif);
  }
};

TEST_F(Settings, TurnAServerThatIsThereIntoOneForTheBridge) {
  const CommandResult reset = configure(debian_settings);
  ASSERT_EQ(reset.exit_code, 0) << reset.output;
  EXPECT_NE(ldap_add(server(), As::Bridge, user_ldif(server(), "jane", {})).exit_code, 0);
  const CommandResult applied =
      configure(slapd::read_file_or_empty(schema_folder + "/openldap-settings.ldif"));
  ASSERT_EQ(applied.exit_code, 0) << applied.output;

  const std::string jane =
      user_ldif(server(), "jane", "userPassword: s\ndirbridgeActive: TRUE\ndirbridgeResource: x\n");
  const CommandResult added =
      ldap_add(server(), As::Bridge, jane + group_ldif(server(), "staff", user_dn(server(), "jane")));
  EXPECT_EQ(added.exit_code, 0) << added.output;
  const CommandResult found =
      ldap_search(server(), As::Reader,
                  {"-b", server().user_base(), "(&(objectClass=inetOrgPerson)(!(dirbridgeActive=FALSE)))",
                   "*", "entryUUID"});
  EXPECT_THAT(found.output, HasSubstr("uid: jane"));
  EXPECT_THAT(found.output, HasSubstr("entryUUID: "));
  EXPECT_EQ(found.output.find("\nuserPassword"), std::string::npos) << found.output;
  EXPECT_EQ(found.output.find("\ndirbridge"), std::string::npos) << found.output;
  const CommandResult anonymous =
      ldap_search(server(), As::Anonymous, {"-b", server().user_base(), "(uid=jane)", "uid"});
  EXPECT_THAT(anonymous.output, HasSubstr("uid: jane")) << "other people's rights stay as they were";
}

TEST_F(Settings, A6_GrantTheMoveOfADisabledUser) {
  ASSERT_EQ(configure(debian_settings).exit_code, 0);
  ASSERT_EQ(configure(slapd::read_file_or_empty(schema_folder + "/openldap-settings.ldif")).exit_code, 0);
  const std::string aside = "ou=disabled," + server().suffix();
  const auto made = ldap_add(server(), As::Admin,
                             "dn: " + aside + "\nobjectClass: organizationalUnit\nou: disabled\n\n" +
                                 user_ldif(server(), "jane", "dirbridgeActive: FALSE\n"));
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const auto move = [&](const std::string& from, const std::string& to) {
    return ldap_modify(server(), As::Bridge,
                       "dn: uid=jane," + from + "\nchangetype: modrdn\nnewrdn: uid=jane\ndeleteoldrdn: 1\n" +
                           "newsuperior: " + to + "\n");
  };
  auto moved = move(server().user_base(), aside);
  EXPECT_EQ(moved.exit_code, 0) << moved.output;
  const auto seen = ldap_search(server(), As::Bridge, {"-b", aside, "(uid=jane)", "dirbridgeActive"});
  EXPECT_THAT(seen.output, HasSubstr("dirbridgeActive: FALSE"));
  EXPECT_EQ(count_entries(ldap_search(server(), As::Reader, {"-b", aside, "(uid=jane)"}).output), 0U);
  moved = move(aside, server().user_base());
  EXPECT_EQ(moved.exit_code, 0) << moved.output;
}

TEST_F(Settings, KeepTheBridgeOutOfOtherPlaces) {
  ASSERT_EQ(configure(debian_settings).exit_code, 0);
  ASSERT_EQ(configure(slapd::read_file_or_empty(schema_folder + "/openldap-settings.ldif")).exit_code, 0);
  const std::string elsewhere =
      "dn: ou=x," + server().suffix() + "\nobjectClass: organizationalUnit\nou: x\n\n";
  EXPECT_EQ(ldap_add(server(), As::Bridge, elsewhere).exit_code, 50);
  const CommandResult records =
      ldap_search(server(), As::Reader, {"-b", server().bridge_base(), "(objectClass=*)"});
  EXPECT_EQ(count_entries(records.output), 0U) << records.output;
}

}  // namespace
}  // namespace dirbridge::test
