#pragma once
// A private slapd for a test: free port, temporary folder, no fsync; gone afterwards. Two ways:
//   class MyTest : public test::SlapdFixture {};     one server per test, made in SetUp with options()
//   class MyTest : public test::SharedSlapdFixture<MyTest> {
//    public: static slapd::Options options(); };     one server for all tests of the suite (they share the
//    data)
// Both need /usr/sbin/slapd; the helpers at the end need ldap-utils.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "slapd/private_slapd.hpp"
#include "support/external_command.hpp"

namespace dirbridge::test {

// fsync off, ldapi off, everything else as by default.
slapd::Options fast_slapd_options();
// Throws when slapd does not start within half a minute: the test cannot go on.
std::unique_ptr<slapd::PrivateSlapd> start_slapd(slapd::Options options);

class SlapdFixture : public ::testing::Test {
 protected:
  virtual slapd::Options options() const { return fast_slapd_options(); }
  void SetUp() override { server_ = start_slapd(options()); }
  void TearDown() override { server_.reset(); }
  slapd::PrivateSlapd& server() { return *server_; }

 private:
  std::unique_ptr<slapd::PrivateSlapd> server_;
};

template <class Suite>
class SharedSlapdFixture : public ::testing::Test {
 public:
  static slapd::Options options() { return fast_slapd_options(); }
  static void SetUpTestSuite() { server_ = start_slapd(Suite::options()); }
  static void TearDownTestSuite() { server_.reset(); }

 protected:
  static slapd::PrivateSlapd& server() { return *server_; }

 private:
  inline static std::unique_ptr<slapd::PrivateSlapd> server_;
};

enum class As { Anonymous, Admin, Bridge, Reader };

// ldapsearch -LLL: LDIF without line folding. `arguments` as on its command line: -b BASE, FILTER,
// attributes.
CommandResult ldap_search(const slapd::PrivateSlapd& server, As who,
                          const std::vector<std::string>& arguments);
// ldapmodify with LDIF (change records, or entries with `changetype: add`). Exit code 0, or the LDAP result
// code.
CommandResult ldap_modify(const slapd::PrivateSlapd& server, As who, const std::string& ldif);
// ldapadd of entries.
CommandResult ldap_add(const slapd::PrivateSlapd& server, As who, const std::string& ldif);
// ldapwhoami with any DN and password: 0, or 49 when the bind is refused.
int bind_result(const slapd::PrivateSlapd& server, const std::string& dn, const std::string& password);

// How many entries an LDIF text has.
std::size_t count_entries(const std::string& ldif);

}  // namespace dirbridge::test
