// `dirbridge slapd`: the program itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "slapd/child_process.hpp"
#include "slapd/files.hpp"
#include "support/external_command.hpp"

namespace dirbridge::test {
namespace {

using slapd::ChildProcess;
using ::testing::HasSubstr;

Deadline soon() {
  return deadline_in(std::chrono::seconds(30));
}

class Command : public ::testing::Test {
 protected:
  std::string directory() const { return folder_.path() + "/server"; }
  std::string output() const { return slapd::read_file_or_empty(folder_.path() + "/output"); }

  // Returns when it has said how to reach the server, or has ended.
  std::unique_ptr<ChildProcess> start(std::vector<std::string> more) {
    std::vector<std::string> arguments{DIRBRIDGE_PROGRAM, "slapd", "--dir", directory(), "--no-sync"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    ::unlink((folder_.path() + "/output").c_str());
    auto child = ChildProcess::start(
        {.arguments = arguments, .environment = {}, .output_file = folder_.path() + "/output"});
    if (!child) throw std::runtime_error(child.error().detail);
    while (output().find("ldapsearch") == std::string::npos) {
      if ((*child)->wait(deadline_in(std::chrono::milliseconds(10)))) break;
    }
    return std::move(*child);
  }
  CommandResult with_credentials(const std::string& script) const {
    return run_command({"bash", "-c", ". " + directory() + "/credentials.env && " + script});
  }
  int slapd_pid() const { return std::atoi(slapd::read_file_or_empty(directory() + "/slapd.pid").c_str()); }
  TemporaryFolder folder_;
};

TEST_F(Command, TellsHowToReachItAndStopsCleanly) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto command = start({});
    EXPECT_THAT(output(), HasSubstr(directory() + "/credentials.env"));
    const std::string said = output();
    const CommandResult found = with_credentials(said.substr(said.find("ldapsearch")));
    EXPECT_EQ(found.exit_code, 0) << found.output;
    EXPECT_THAT(found.output, HasSubstr("dn: ou=people,dc=example,dc=org"));
    const int pid = slapd_pid();
    ASSERT_GT(pid, 0);
    command->signal(signal);
    EXPECT_EQ(command->wait(soon()), 0);
    EXPECT_NE(::kill(pid, 0), 0) << "slapd is left behind";
  }
}

TEST_F(Command, TakesEveryOption) {
  const std::string ldif = folder_.file(
      "users.ldif",
      "dn: uid=jane,ou=people,dc=my,dc=org\nobjectClass: inetOrgPerson\nuid: jane\ncn: J\nsn: D\n\n");
  const auto command = start({"--suffix", "dc=my,dc=org", "--load", ldif, "--ldapi", "--tls", "--ppolicy",
                              "--refint", "--memberof", "--no-member-index"});
  const CommandResult config = with_credentials(
      "ldapsearch -Q -LLL -Y EXTERNAL -H \"$LDAPI_URI\" -b cn=config '(|(olcOverlay=*)(olcDbIndex=*))' "
      "olcOverlay "
      "olcDbIndex olcDbNoSync");
  for (const char* set : {"ppolicy", "refint", "memberof", "olcDbNoSync: TRUE"}) {
    EXPECT_THAT(config.output, HasSubstr(set));
  }
  EXPECT_EQ(config.output.find("olcDbIndex: member eq"), std::string::npos) << config.output;
  const CommandResult user = with_credentials(
      "LDAPTLS_CACERT=$LDAP_CA_FILE ldapsearch -x -LLL -H \"$LDAPS_URI\" -D \"$LDAP_READER_DN\" -w "
      "\"$LDAP_READER_PASSWORD\" -b \"$LDAP_USER_BASE\" uid=jane uid");
  EXPECT_THAT(user.output, HasSubstr("uid: jane"));
}

TEST_F(Command, EndsWhenSlapdDies) {
  const auto command = start({});
  ::kill(slapd_pid(), SIGKILL);
  EXPECT_EQ(command->wait(soon()), 1);
  EXPECT_THAT(output(), HasSubstr("slapd.log"));
}

TEST_F(Command, ExplainsWhyItDoesNotStart) {
  const auto first = start({});
  const CommandResult second = run_command({DIRBRIDGE_PROGRAM, "slapd", "--dir", directory()});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("another private slapd uses the directory " + directory()));
  EXPECT_EQ(run_command({DIRBRIDGE_PROGRAM, "slapd"}).exit_code, 2) << "--dir is required";
}

}  // namespace
}  // namespace dirbridge::test
