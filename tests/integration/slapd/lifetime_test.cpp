// Start, stop, crash, restart, and what is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "integration/slapd/directory_content.hpp"
#include "slapd/child_process.hpp"
#include "slapd/files.hpp"
#include "slapd/loopback.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

using slapd::PrivateSlapd;
using ::testing::HasSubstr;

Deadline soon() {
  return deadline_in(std::chrono::seconds(30));
}
bool alive(int pid) {
  return ::kill(pid, 0) == 0;
}

class Lifetime : public SlapdFixture {
 protected:
  bool has_user(const std::string& uid) {
    return count_entries(
               ldap_search(server(), As::Reader, {"-b", server().user_base(), "(uid=" + uid + ")"}).output) ==
           1;
  }
  void add_user(const std::string& uid) {
    const CommandResult added = ldap_add(server(), As::Bridge, user_ldif(server(), uid, {}));
    ASSERT_EQ(added.exit_code, 0) << added.output;
  }
};

TEST_F(Lifetime, SeveralRunSideBySide) {
  const auto second = start_slapd(fast_slapd_options());
  const auto third = start_slapd(fast_slapd_options());
  add_user("only-here");
  EXPECT_NE(server().uri(), second->uri());
  EXPECT_NE(second->uri(), third->uri());
  const CommandResult elsewhere =
      ldap_search(*second, As::Reader, {"-b", second->user_base(), "(uid=only-here)"});
  EXPECT_EQ(elsewhere.exit_code, 0) << elsewhere.output;
  EXPECT_EQ(count_entries(elsewhere.output), 0U);
}

TEST_F(Lifetime, RestartKeepsDataAndPort) {
  add_user("kept");
  const std::string uri = server().uri();
  const int pid = server().pid();
  ASSERT_TRUE(server().restart(soon()));
  EXPECT_EQ(server().uri(), uri);
  EXPECT_NE(server().pid(), pid);
  EXPECT_TRUE(has_user("kept"));
}

TEST_F(Lifetime, CrashKeepsData) {
  add_user("kept");
  server().kill_hard();
  EXPECT_FALSE(server().running());
  EXPECT_EQ(server().pid(), 0);
  ASSERT_TRUE(server().restart(soon()));
  EXPECT_TRUE(has_user("kept"));
}

TEST_F(Lifetime, StopEndsTheProcessAndFreesThePort) {
  const int pid = server().pid();
  ASSERT_TRUE(server().stop(soon()));
  EXPECT_FALSE(alive(pid));
  EXPECT_FALSE(server().running());
  EXPECT_TRUE(slapd::port_is_free(server().port()));
  EXPECT_TRUE(server().stop(soon())) << "a second stop is no error";
}

TEST_F(Lifetime, SuspendedAnswersNothingAndStillStops) {
  server().suspend();
  EXPECT_FALSE(slapd::ldap_answers(server().port(), deadline_in(std::chrono::milliseconds(200))));
  server().resume();
  EXPECT_TRUE(slapd::ldap_answers(server().port(), soon()));
  server().suspend();
  const int pid = server().pid();
  EXPECT_TRUE(server().stop(soon()));
  EXPECT_FALSE(alive(pid));
}

TEST_F(Lifetime, NoticesThatTheServerDied) {
  ::kill(server().pid(), SIGKILL);
  EXPECT_TRUE(server().wait_for_exit(soon()));
  EXPECT_FALSE(server().running());
}

TEST_F(Lifetime, OutlivesTheThreadThatStartedIt) {
  std::unique_ptr<PrivateSlapd> started;
  std::thread([&] { started = start_slapd(fast_slapd_options()); }).join();
  EXPECT_FALSE(started->wait_for_exit(deadline_in(std::chrono::milliseconds(50))));
  EXPECT_TRUE(slapd::ldap_answers(started->port(), soon()));
}

TEST(Leftovers, TemporaryFolderGoesWithTheServer) {
  auto server = start_slapd(fast_slapd_options());
  const std::string folder = server->directory();
  const int pid = server->pid();
  EXPECT_TRUE(std::filesystem::exists(folder));
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_FALSE(alive(pid));
}

TEST(Leftovers, DiesWithItsParent) {
  const TemporaryFolder folder;
  auto holder = slapd::ChildProcess::start({.arguments = {SLAPD_HOLDER, folder.path() + "/slapd"},
                                            .environment = {},
                                            .output_file = folder.path() + "/output"});
  ASSERT_TRUE(holder);
  std::string output;
  while ((*holder)->running() && output.find('\n') == std::string::npos) {
    (*holder)->wait(deadline_in(std::chrono::milliseconds(5)));
    output = slapd::read_file_or_empty(folder.path() + "/output");
  }
  const int pid = std::atoi(output.c_str());
  ASSERT_GT(pid, 0) << output;
  const int watch = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  ASSERT_GE(watch, 0) << "slapd does not run";
  (*holder)->signal(SIGKILL);
  ASSERT_TRUE((*holder)->wait(soon()));
  pollfd ended{.fd = watch, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ended, 1, 30'000), 1) << "slapd " << pid << " still runs";
  ::close(watch);
}

class OwnFolder : public ::testing::Test {
 protected:
  slapd::Options options() const {
    slapd::Options options = fast_slapd_options();
    options.directory = folder_.path() + "/server";
    return options;
  }
  TemporaryFolder folder_;
};

TEST_F(OwnFolder, IsKeptAndUsedAgain) {
  auto first = start_slapd(options());
  ASSERT_EQ(ldap_add(*first, As::Bridge, user_ldif(*first, "kept", {})).exit_code, 0);
  const std::string password = first->bridge_password().reveal();
  first.reset();
  const auto second = start_slapd(options());
  EXPECT_EQ(second->bridge_password().reveal(), password);
  const CommandResult found = ldap_search(*second, As::Bridge, {"-b", second->user_base(), "(uid=kept)"});
  EXPECT_EQ(count_entries(found.output), 1U) << found.output;
}

TEST_F(OwnFolder, HasOneServerAtATime) {
  const auto first = start_slapd(options());
  const auto second = PrivateSlapd::start(options(), soon());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Busy);
  EXPECT_THAT(second.error().detail, HasSubstr(first->directory()));
}

TEST_F(OwnFolder, KeepsSecretsFromOthers) {
  const auto server = start_slapd(options());
  for (const std::string& path :
       {server->credentials_file(), server->directory() + "/config.ldif", server->log_file()}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << path;
  }
  struct stat status {};
  ASSERT_EQ(::stat(server->directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  const std::string command_line =
      slapd::read_file_or_empty("/proc/" + std::to_string(server->pid()) + "/cmdline");
  EXPECT_THAT(command_line, HasSubstr("slapd"));
  EXPECT_EQ(command_line.find(server->admin_password().reveal()), std::string::npos);
}

TEST_F(OwnFolder, CredentialsAreShellVariables) {
  const auto server = start_slapd(options());
  const CommandResult bound = run_command(
      {"sh", "-c",
       ". " + server->credentials_file() +
           " && ldapwhoami -x -H \"$LDAP_URI\" -D \"$LDAP_BRIDGE_DN\" -w \"$LDAP_BRIDGE_PASSWORD\""});
  EXPECT_EQ(bound.exit_code, 0) << bound.output;
  EXPECT_THAT(bound.output, HasSubstr("dn:" + server->bridge_dn()));
}

TEST_F(OwnFolder, MayHaveANonAsciiName) {
  slapd::Options named = options();
  named.directory = folder_.path() + "/f\xc3\xbc\xc3\x9f%41/";
  named.ldapi = named.tls = true;
  const auto server = start_slapd(named);
  const CommandResult bound =
      run_command({"ldapwhoami", "-Q", "-Y", "EXTERNAL", "-H", server->ldapi_uri()}, {}, {"LDAPNOINIT=1"});
  EXPECT_EQ(bound.exit_code, 0) << bound.output;
}

TEST_F(OwnFolder, ChangedOptionsKeepData) {
  slapd::Options plain = options();
  plain.member_index = false;
  auto first = start_slapd(plain);
  const std::string jane = user_dn(*first, "jane");
  ASSERT_EQ(ldap_add(*first, As::Bridge, user_ldif(*first, "jane", {}) + group_ldif(*first, "staff", jane))
                .exit_code,
            0);
  first.reset();
  slapd::Options more = options();
  more.ppolicy = more.refint = more.memberof = true;
  const auto second = start_slapd(more);
  const CommandResult found =
      ldap_search(*second, As::Reader, {"-b", second->group_base(), "(member=" + jane + ")", "cn"});
  EXPECT_THAT(found.output, HasSubstr("cn: staff")) << "the member index is made for the data that was there";
  EXPECT_EQ(bind_result(*second, second->reader_dn(), second->reader_password().reveal()), 0);
}

TEST_F(OwnFolder, RefusesAnotherSuffixOrPassword) {
  start_slapd(options()).reset();
  slapd::Options other = options();
  other.suffix = "dc=other";
  const auto with_suffix = PrivateSlapd::start(other, soon());
  ASSERT_FALSE(with_suffix);
  EXPECT_EQ(with_suffix.error().field, "suffix");
  other = options();
  other.reader_password = Secret("another");
  const auto with_password = PrivateSlapd::start(other, soon());
  ASSERT_FALSE(with_password);
  EXPECT_EQ(with_password.error().field, "reader_password");
  EXPECT_TRUE(PrivateSlapd::start(options(), soon())) << "a refused start spoils nothing";
}

TEST(Start, NamesThePortThatIsTaken) {
  const auto first = start_slapd(fast_slapd_options());
  slapd::Options options = fast_slapd_options();
  options.port = first->port();
  const auto second = PrivateSlapd::start(options, soon());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().field, "port");
  EXPECT_THAT(second.error().detail, HasSubstr(std::to_string(first->port())));
}

TEST(Start, ARestartTellsThatThePortIsTaken) {
  const auto first = start_slapd(fast_slapd_options());
  ASSERT_TRUE(first->stop(soon()));
  slapd::Options options = fast_slapd_options();
  options.port = first->port();
  const auto second = start_slapd(options);
  const auto restarted = first->restart(soon());
  ASSERT_FALSE(restarted);
  EXPECT_EQ(restarted.error().kind, ErrorKind::Busy) << restarted.error().detail;
  EXPECT_THAT(restarted.error().detail, HasSubstr("Address already in use"));
  EXPECT_FALSE(first->running());
}

TEST(Start, NamesTheOptionThatIsWrong) {
  const auto field_of = [](slapd::Options options) {
    const auto started = PrivateSlapd::start(std::move(options), soon());
    return started ? std::string("none") : started.error().field;
  };
  slapd::Options options = fast_slapd_options();
  options.suffix = "dc=exa\"mple";
  EXPECT_EQ(field_of(options), "suffix");
  options = fast_slapd_options();
  options.admin_password = Secret("it's");
  EXPECT_EQ(field_of(options), "admin_password");
  options = fast_slapd_options();
  options.schema_file = "/nowhere/at/all.ldif";
  EXPECT_EQ(field_of(options), "schema_file");
  options = fast_slapd_options();
  options.ldapi = true;
  options.directory = "/tmp/" + std::string(120, 'x');
  EXPECT_EQ(field_of(options), "directory");
  options.directory = "/tmp/with a blank";
  EXPECT_EQ(field_of(options), "directory");
}

TEST(Start, UsesTheSuffixAndPasswordsGiven) {
  slapd::Options options = fast_slapd_options();
  options.suffix = "o=Company";
  options.bridge_password = Secret("of-the-bridge");
  const auto server = start_slapd(options);
  EXPECT_EQ(server->user_base(), "ou=people,o=Company");
  EXPECT_EQ(bind_result(*server, server->bridge_dn(), "of-the-bridge"), 0);
}

}  // namespace
}  // namespace dirbridge::test
