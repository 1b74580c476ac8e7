// ldaps and StartTLS with the throw-away certificate, checked by an independent client.
#include <gtest/gtest.h>

#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

class Tls : public SharedSlapdFixture<Tls> {
 public:
  static slapd::Options options() {
    slapd::Options options = fast_slapd_options();
    options.tls = true;
    return options;
  }

 protected:
  static CommandResult whoami(const std::string& uri, bool start_tls, const std::string& ca_file) {
    std::vector<std::string> arguments{
        "ldapwhoami", "-x", "-H", uri, "-D", server().reader_dn(), "-w", server().reader_password().reveal()};
    if (start_tls) arguments.emplace_back("-ZZ");
    return run_command(arguments, {}, {"LDAPTLS_CACERT=" + ca_file, "LDAPTLS_REQCERT=demand"});
  }
};

TEST_F(Tls, LdapsAndStartTlsWorkWithTheCa) {
  EXPECT_EQ(whoami(server().ldaps_uri(), false, server().ca_file()).exit_code, 0)
      << whoami(server().ldaps_uri(), false, server().ca_file()).output;
  EXPECT_EQ(whoami(server().uri(), true, server().ca_file()).exit_code, 0)
      << whoami(server().uri(), true, server().ca_file()).output;
}

TEST_F(Tls, AnotherCaIsRefused) {
  const auto other = start_slapd(options());
  EXPECT_NE(other->ca_file(), server().ca_file());
  EXPECT_NE(whoami(server().ldaps_uri(), false, other->ca_file()).exit_code, 0);
  EXPECT_NE(whoami(server().uri(), true, other->ca_file()).exit_code, 0);
}

TEST_F(Tls, OpenSslAcceptsTheCertificateAsWell) {
  const CommandResult verified =
      run_command({"openssl", "verify", "-x509_strict", "-CAfile", server().ca_file(), "-verify_hostname",
                   "localhost", server().directory() + "/tls/server.pem"});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST(WithoutTls, StartTlsIsRefused) {
  const auto server = start_slapd(fast_slapd_options());
  EXPECT_EQ(server->ldaps_uri(), "");
  EXPECT_EQ(server->ca_file(), "");
  EXPECT_NE(run_command({"ldapwhoami", "-x", "-ZZ", "-H", server->uri()}).exit_code, 0);
}

}  // namespace
}  // namespace dirbridge::test
