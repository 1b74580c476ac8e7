#include "slapd/config_ldif.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dirbridge::slapd {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string config_of(const Options& options, const std::string& directory = "/srv/ldap") {
  const auto names = names_of(options);
  return config_ldif({.options = options,
                      .names = *names,
                      .installation = {"/usr/sbin/slapd", "/usr/lib/ldap", "/etc/ldap/schema"},
                      .directory = directory,
                      .dirbridge_schema = "dn: cn=dirbridge,cn=schema,cn=config",
                      .admin_password = "secret",
                      .uid = 1000,
                      .gid = 1001});
}

TEST(ConfigLdif, IsTheSameForTheSameOptionsAndAnotherForOthers) {
  Options more;
  more.ppolicy = true;
  EXPECT_EQ(config_of({}), config_of({}));
  EXPECT_NE(config_of({}), config_of(more));
}

TEST(ConfigLdif, HasWhatTheOptionsSay) {
  Options options;
  EXPECT_THAT(config_of(options), HasSubstr("olcDbIndex: member eq\n"));
  EXPECT_THAT(config_of(options), HasSubstr("to * by * none"));
  for (const char* absent : {"olcOverlay", "olcDbNoSync", "peercred", "olcTLS", "pwdAccountLockedTime"}) {
    EXPECT_THAT(config_of(options), Not(HasSubstr(absent)));
  }
  options.member_index = options.fsync = false;
  options.ppolicy = options.refint = options.memberof = options.ldapi = options.tls = true;
  EXPECT_THAT(config_of(options), Not(HasSubstr("olcDbIndex: member eq")));
  for (const char* present :
       {"olcOverlay: ppolicy", "olcOverlay: refint", "olcOverlay: memberof", "olcDbNoSync: TRUE",
        "gidNumber=1001+uidNumber=1000,cn=peercred", "olcTLSCertificateFile: /srv/ldap/tls/",
        "pwdAccountLockedTime", "olcDbIndex: memberOf eq"}) {
    EXPECT_THAT(config_of(options), HasSubstr(present));
  }
}

TEST(ConfigLdif, EncodesWhatLdifCannotHold) {
  EXPECT_THAT(config_of({}, "/srv/\xc3\xbc"), HasSubstr("olcDbDirectory:: L3Nydi/DvC9kYXRh\n"));
  EXPECT_THAT(config_of({}, "/srv/a b"), HasSubstr("olcDbDirectory: /srv/a b/data\n"));
}

TEST(Names, RefuseWhatWouldEscapeFromAQuotedClause) {
  Options options;
  for (const char* wrong :
       {"", "example", "dc=", "dc=a\"b", "dc=a\\,b", "cn=x", " dc=a", "dc=a\nb", "dc=\xc3\xbc"}) {
    options.suffix = wrong;
    const auto names = names_of(options);
    ASSERT_FALSE(names) << wrong;
    EXPECT_EQ(names.error().field, "suffix");
  }
  options = {};
  options.placeholder = "nobody";
  EXPECT_EQ(names_of(options).error().field, "placeholder");
  options = {};
  options.reader_password = Secret("two words");
  EXPECT_EQ(names_of(options).error().field, "reader_password");
}

TEST(FoldedDn, IgnoresCaseAndBlanksAroundSeparators) {
  EXPECT_EQ(folded_dn("OU=People , DC = Example,dc=org"), "ou=people,dc=example,dc=org");
  EXPECT_EQ(folded_dn(""), "");
}

TEST(InitialContent, LeavesOutWhatIsGiven) {
  const auto names = names_of({});
  const InitialContent all = initial_content(*names, {"b", "r"}, {});
  EXPECT_THAT(all.ldif, HasSubstr("dn: dc=example,dc=org\n"));
  EXPECT_THAT(all.ldif, HasSubstr("dn: ou=people,dc=example,dc=org\n"));
  EXPECT_FALSE(all.suffix_is_given);
  const InitialContent rest =
      initial_content(*names, {"b", "r"}, {"dc=example,dc=org", "cn=reader,ou=services,dc=example,dc=org"});
  EXPECT_THAT(rest.ldif, Not(HasSubstr("dn: dc=example,dc=org\n")));
  EXPECT_THAT(rest.ldif, Not(HasSubstr("cn=reader")));
  EXPECT_THAT(rest.ldif, HasSubstr("dn: cn=dirbridge,ou=services"));
  EXPECT_TRUE(rest.suffix_is_given);
}

}  // namespace
}  // namespace dirbridge::slapd
