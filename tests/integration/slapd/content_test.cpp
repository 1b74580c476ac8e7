// LDIF files that are loaded before the start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/slapd/directory_content.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

using slapd::PrivateSlapd;
using ::testing::HasSubstr;

constexpr const char* jane_ldif =
    "dn: uid=jane,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: jane\ncn: Jane\nsn: Doe\n\n";

class Load : public ::testing::Test {
 protected:
  slapd::Options options() const {
    slapd::Options options = fast_slapd_options();
    options.directory = folder_.path() + "/server";
    return options;
  }
  slapd::Options loading(const std::string& name, const std::string& ldif) const {
    slapd::Options all = options();
    all.load_files = {folder_.file(name, ldif)};
    return all;
  }
  static std::size_t count(const PrivateSlapd& server, const std::string& filter) {
    return count_entries(ldap_search(server, As::Admin, {"-b", server.suffix(), filter, "dn"}).output);
  }
  static Error refusal(const slapd::Options& options) {
    const auto started = PrivateSlapd::start(options, deadline_in(std::chrono::seconds(30)));
    return started ? Error{ErrorKind::Internal, "it started", {}} : started.error();
  }
  TemporaryFolder folder_;
};

TEST_F(Load, EntriesAreThereAtTheStart) {
  const auto server = start_slapd(loading("users.ldif", jane_ldif));
  EXPECT_EQ(count(*server, "(uid=jane)"), 1U);
}

TEST_F(Load, TheSameFileIsLoadedOnce) {
  start_slapd(loading("users.ldif", jane_ldif)).reset();
  const auto again = start_slapd(loading("users.ldif", jane_ldif));
  EXPECT_EQ(count(*again, "(uid=jane)"), 1U);
}

TEST_F(Load, AnotherFileIsAddedLater) {
  start_slapd(loading("users.ldif", jane_ldif)).reset();
  const auto again = start_slapd(loading(
      "more.ldif",
      "dn: uid=joe,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: joe\ncn: Joe\nsn: Doe\n\n"));
  EXPECT_EQ(count(*again, "(uid=jane)"), 1U);
  EXPECT_EQ(count(*again, "(uid=joe)"), 1U);
}

TEST_F(Load, AFileMayBringItsOwnSuffixAndUnits) {
  const std::string whole =
      "dn: dc=example,dc=org\nobjectClass: organization\nobjectClass: dcObject\ndc: example\no: Own\n\n"
      "dn: OU=People, dc=example,dc=org\nobjectClass: organizationalUnit\nou: People\n\n";
  const auto server = start_slapd(loading("export.ldif", whole + jane_ldif));
  EXPECT_EQ(count(*server, "(o=Own)"), 1U);
  EXPECT_EQ(count(*server, "(uid=jane)"), 1U);
  EXPECT_EQ(bind_result(*server, server->reader_dn(), server->reader_password().reveal()), 0);
}

TEST_F(Load, NamesTheFileThatCannotBeRead) {
  slapd::Options options = this->options();
  options.load_files = {folder_.path() + "/missing.ldif"};
  const Error refused = refusal(options);
  EXPECT_EQ(refused.kind, ErrorKind::InvalidValue);
  EXPECT_EQ(refused.field, "load_files");
  EXPECT_THAT(refused.detail, HasSubstr("missing.ldif"));
}

TEST_F(Load, ExplainsAWrongFileAndSpoilsNothing) {
  const Error bad_class = refusal(
      loading("bad.ldif", "dn: uid=x,ou=people,dc=example,dc=org\nobjectClass: noSuchClass\nuid: x\n\n"));
  EXPECT_EQ(bad_class.field, "load_files");
  EXPECT_THAT(bad_class.detail, HasSubstr("bad.ldif"));
  EXPECT_THAT(bad_class.detail, HasSubstr("noSuchClass"));
  const Error outside =
      refusal(loading("outside.ldif", "dn: dc=elsewhere\nobjectClass: domain\ndc: elsewhere\n\n"));
  EXPECT_EQ(outside.field, "load_files");
  EXPECT_THAT(outside.detail, HasSubstr("dc=elsewhere"));
  const auto server = start_slapd(loading("users.ldif", jane_ldif));
  EXPECT_EQ(count(*server, "(uid=jane)"), 1U);
  EXPECT_EQ(count(*server, "(uid=x)"), 0U);
}

}  // namespace
}  // namespace dirbridge::test
