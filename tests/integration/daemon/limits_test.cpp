// What the system may not give to the bridge: it says so, in one line, and ends.
#include <gmock/gmock.h>

#include "support/external_command.hpp"
#include "support/sanitizer.hpp"

namespace dirbridge::daemon {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class ProcessLimits : public testing::Test {
 protected:
  ProcessLimits() {
    file_ = folder_.file("dirbridge.json",
                         R"({"server": {"listen": "127.0.0.1:0"}, "admin": {"listen": "127.0.0.1:0"},
      "directories": {"main": {"uris": ["ldap://127.0.0.1:1"],
      "bind_dn": "cn=b,dc=x", "bind_password": {"file": ")" +
                             folder_.file("secret", "x\n") + R"("},
      "user_base": "ou=u,dc=x", "group_base": "ou=g,dc=x", "bridge_base": "ou=b,dc=x"}},
      "connections": {"entra": {"directory": "main"}}})");
  }
  // Ends by itself, at the limit or by SIGTERM.
  test::CommandResult serve_with(const std::string& limit) const {
    return test::run_command({"/bin/sh", "-c",
                              limit + "; exec timeout -s TERM -k 30 3 \"$0\" serve -c \"$1\"",
                              DIRBRIDGE_PROGRAM, file_});
  }
  test::TemporaryFolder folder_;
  std::string file_;
};

#ifndef DIRBRIDGE_SANITIZED  // a sanitizer takes more than this, and ends the program in its own way
TEST_F(ProcessLimits, F_TooLittleMemoryIsAMessage) {
  for (const auto* const kilobytes : {"80000", "100000", "140000"}) {
    const auto run = serve_with(std::string("ulimit -v ") + kilobytes);
    EXPECT_THAT(run.exit_code, AnyOf(1, 124, 127)) << kilobytes << ": " << run.output;
    if (run.exit_code != 1) continue;
    EXPECT_THAT(run.output, AnyOf(HasSubstr("not enough memory"), HasSubstr("limits of memory")));
  }
}
#endif

TEST_F(ProcessLimits, F_TooFewOpenFilesIsAMessage) {
  const auto run = serve_with("ulimit -n 100");
  EXPECT_EQ(run.exit_code, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("may have 100 open files"));
}

}  // namespace
}  // namespace dirbridge::daemon
