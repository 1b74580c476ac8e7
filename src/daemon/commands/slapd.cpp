#include <CLI/CLI.hpp>
#include <csignal>
#include <iomanip>
#include <iostream>
#include <memory>

#include "daemon/commands/commands.hpp"
#include "slapd/private_slapd.hpp"

namespace dirbridge::daemon {
namespace {

using slapd::PrivateSlapd;

constexpr std::chrono::minutes time_to_start{10};  // a large LDIF file is loaded in it
constexpr std::chrono::seconds time_to_stop{30};

struct SlapdOptions {
  slapd::Options server;
  bool no_member_index = false;
  bool no_sync = false;
};

// Signals that end the command, and the one that tells that slapd has ended. Blocked before any thread is
// made, so that only wait_for_the_end() sees them.
sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&signals, number);
  return signals;
}

void print(std::string_view name, std::string_view value) {
  if (!value.empty()) std::cout << "  " << std::left << std::setw(14) << name << value << '\n';
}

void describe(const PrivateSlapd& server) {
  std::cout << "A private slapd runs, process " << server.pid() << ". Ctrl-C stops it; the data stays.\n\n";
  print("LDAP", server.uri());
  print("LDAPS", server.ldaps_uri());
  print("LDAPI", server.ldapi_uri());
  print("CA", server.ca_file());
  print("base", server.suffix());
  print("users", server.user_base());
  print("groups", server.group_base());
  print("records", server.bridge_base());
  print("administrator", server.admin_dn());
  print("bridge", server.bridge_dn());
  print("reader", server.reader_dn());
  print("passwords", server.credentials_file() + " (shell variables, for you only)");
  print("log", server.log_file());
  std::cout << "\nTry, in bash:\n  . " << server.credentials_file()
            << "\n  ldapsearch -x -LLL -H \"$LDAP_URI\" -D \"$LDAP_READER_DN\" -y <(printf %s "
               "\"$LDAP_READER_PASSWORD\") -b \"$LDAP_BASE\" dn\n";
  if (!server.ldapi_uri().empty()) {
    std::cout << "  ldapsearch -Q -LLL -Y EXTERNAL -H \"$LDAPI_URI\" -b cn=config dn\n";
  }
  std::cout << std::flush;
}

int wait_for_the_end(PrivateSlapd& server, const sigset_t& signals) {
  for (;;) {
    int number = 0;
    sigwait(&signals, &number);
    if (number != SIGCHLD) {
      const auto stopped = server.stop(deadline_in(time_to_stop));
      return stopped ? 0 : 1;
    }
    // SIGCHLD is also sent for slapadd at the start, and when slapd is suspended.
    if (!server.running()) {
      std::cerr << "slapd has ended by itself; its log is " << server.log_file() << '\n';
      return 1;
    }
  }
}

int run(const SlapdOptions& options) {
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  slapd::Options wanted = options.server;
  wanted.member_index = !options.no_member_index;
  wanted.fsync = !options.no_sync;
  const auto server = PrivateSlapd::start(wanted, deadline_in(time_to_start));
  if (!server) {
    std::cerr << server.error().detail << '\n';
    return 1;
  }
  describe(**server);
  return wait_for_the_end(**server, signals);
}

constexpr auto slapd_help =
    "DIR is made when it is not there. It holds the configuration (cn=config), the data and the passwords; "
    "the\n"
    "next run uses them again, and may have other options, except for the suffix. A file that was loaded "
    "before\n"
    "is not loaded again. The system's own slapd is neither used nor touched.\n"
    "\n"
    "Examples:\n"
    "  dirbridge slapd --dir /tmp/ldap --port 3389 --ppolicy      a server to try things with\n"
    "  dirbridge slapd --dir /tmp/copy --load export.ldif         a copy of your directory: slapcat > "
    "export.ldif";

void add_options(CLI::App& command, const std::shared_ptr<SlapdOptions>& options) {
  slapd::Options& server = options->server;
  command.add_option("--dir", server.directory, "Where it keeps everything")->type_name("DIR")->required();
  command.add_option("--port", server.port, "Port on 127.0.0.1; without it, a free one")->type_name("N");
  command.add_option("--suffix", server.suffix, "The suffix")->type_name("DN")->capture_default_str();
  command.add_option("--load", server.load_files, "LDIF with entries under the suffix; may be repeated")
      ->type_name("FILE");
  command.add_flag("--ldapi", server.ldapi,
                   "Also a Unix socket, where you are administrator (SASL EXTERNAL)");
  command.add_flag("--tls", server.tls,
                   "StartTLS, and ldaps on a port of its own, with a throw-away certificate");
  command.add_option("--tls-port", server.tls_port, "Port of ldaps; without it, a free one")->type_name("N");
  command.add_flag("--ppolicy", server.ppolicy, "Password policy overlay: pwdAccountLockedTime locks a user");
  command.add_flag("--refint", server.refint, "Referential integrity overlay on member");
  command.add_flag("--memberof", server.memberof, "memberOf overlay");
  command.add_flag("--no-member-index", options->no_member_index,
                   "No index on member: cheaper membership changes, dearer search for a user's groups");
  command.add_flag("--no-sync", options->no_sync,
                   "Do not wait for the disk: fast, not safe against a power cut");
  command.add_option("--log-level", server.log_level, "What slapd logs, such as \"stats\"")
      ->capture_default_str();
}

}  // namespace

void add_slapd_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("slapd", "Run a private OpenLDAP server, to try things and to test");
  command->footer(slapd_help);
  const auto options = std::make_shared<SlapdOptions>();
  add_options(*command, options);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
