#include "slapd/private_slapd.hpp"

#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

#include "base/text.hpp"
#include "slapd/child_process.hpp"
#include "slapd/files.hpp"
#include "slapd/loopback.hpp"
#include "slapd/store.hpp"

namespace dirbridge::slapd {
namespace {

constexpr std::chrono::milliseconds farewell{5'000};
constexpr std::chrono::milliseconds probe_interval{5};
constexpr std::chrono::milliseconds probe_time{250};
constexpr int port_attempts = 10;

std::string loopback_uri(const char* scheme, std::uint16_t port) {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
}

std::string socket_uri(
    const std::string& path) {  // RFC 3986: the path is the host part, so '/' is escaped too
  std::string uri = "ldapi://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    uri += plain ? std::string(1, c) : "%" + to_hex(std::string_view(&c, 1));
  }
  return uri;
}

Result<> check_directory(const std::string& path, bool with_socket) {
  const char* problem = nullptr;
  if (has_control(path) || path.find_first_of(" \"'\\") != std::string::npos) {
    problem =
        "the path of the directory must not have blanks, quotes or backslashes: slapd splits its settings "
        "there";
  } else if (with_socket && path.size() + sizeof "/ldapi" > sizeof(sockaddr_un::sun_path)) {
    problem = "the path of the directory is too long for a Unix socket in it";
  }
  if (problem == nullptr) return {};
  return error(ErrorKind::InvalidValue, problem, "directory");
}

Result<std::uint16_t> choose_port(std::uint16_t wanted, const char* field) {
  if (wanted == 0) return free_port();
  if (port_is_free(wanted)) return wanted;
  return error(ErrorKind::InvalidValue,
               "port " + std::to_string(wanted) + " on 127.0.0.1 is in use by another program", field);
}

}  // namespace

struct PrivateSlapd::State {
  Options options;
  Names names;
  Installation installation;
  std::string directory;
  bool temporary = false;
  Accounts accounts;
  Endpoints endpoints;
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  std::optional<DirectoryLock> lock;
  std::unique_ptr<ChildProcess> child;

  Store store() const { return {options, names, installation, directory, accounts}; }
  std::string log_file() const { return directory + "/slapd.log"; }
  std::string pid_file() const { return directory + "/slapd.pid"; }

  Result<> open_directory();
  Result<> choose_endpoints();
  Result<> launch(Deadline deadline);
  Result<> launch_somewhere(Deadline deadline);
  Result<> wait_until_ready(Deadline deadline);
  bool answers(Deadline deadline) const;
  void end(Deadline deadline);
};

Result<> PrivateSlapd::State::open_directory() {
  temporary = options.directory.empty();
  if (temporary) {
    auto made = make_temporary_folder();
    if (!made) return made.error();
    directory = std::move(*made);
  } else {
    std::error_code failure;
    directory = std::filesystem::absolute(options.directory, failure).lexically_normal().string();
    while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
    if (auto ok = check_directory(directory, options.ldapi); !ok) return ok;
    if (auto ok = make_folder(directory); !ok)
      return error(ErrorKind::InvalidValue, ok.error().detail, "directory");
  }
  auto taken = DirectoryLock::take(directory);
  if (!taken) return taken.error();
  lock = std::move(*taken);
  return {};
}

Result<> PrivateSlapd::State::choose_endpoints() {
  const auto plain = choose_port(options.port, "port");
  if (!plain) return plain.error();
  port = *plain;
  endpoints = Endpoints{.uri = loopback_uri("ldap", port), .ldaps_uri = {}, .ldapi_uri = {}, .ca_file = {}};
  if (options.ldapi) endpoints.ldapi_uri = socket_uri(directory + "/ldapi");
  if (!options.tls) return {};
  const auto secure = choose_port(options.tls_port, "tls_port");
  if (!secure) return secure.error();
  tls_port = *secure;
  endpoints.ldaps_uri = loopback_uri("ldaps", tls_port);
  endpoints.ca_file = directory + "/tls/ca.pem";
  return {};
}

Result<> PrivateSlapd::State::launch(Deadline deadline) {
  std::string listeners = endpoints.uri + "/";
  if (options.tls) listeners += " " + endpoints.ldaps_uri + "/";
  if (options.ldapi) listeners += " " + endpoints.ldapi_uri + "/";
  ::unlink(pid_file().c_str());
  auto started = ChildProcess::start({.arguments = {installation.program, "-d", options.log_level, "-F",
                                                    directory + "/config", "-h", listeners},
                                      .environment = {"LDAPNOINIT=1"},
                                      .output_file = log_file()});
  if (!started) return started.error();
  child = std::move(*started);
  return wait_until_ready(deadline);
}

// The process number tells our server from somebody else's on the same port: it is written when the ports are
// bound.
bool PrivateSlapd::State::answers(Deadline deadline) const {
  const auto pid = read_file(pid_file());
  if (!pid || trim(*pid) != std::to_string(child->pid())) return false;
  return ldap_answers(port, std::min(deadline, deadline_in(probe_time)));
}

Result<> PrivateSlapd::State::wait_until_ready(Deadline deadline) {
  while (!answers(deadline)) {
    if (const auto code = child->wait(std::min(deadline, deadline_in(probe_interval)))) {
      child.reset();
      const std::string words = read_file_or_empty(log_file());
      const bool lost_port = words.find("Address already in use") != std::string::npos;
      return error(lost_port ? ErrorKind::Busy : ErrorKind::Unavailable,
                   "slapd ended with code " + std::to_string(*code) + ": " + last_words(words));
    }
    if (remaining(deadline).count() == 0) {
      child.reset();
      return error(ErrorKind::Timeout, "slapd did not answer in time; its log is " + log_file());
    }
  }
  return {};
}

Result<> PrivateSlapd::State::launch_somewhere(Deadline deadline) {
  for (int attempt = 1;; ++attempt) {
    if (auto ok = choose_endpoints(); !ok) return ok;
    ::unlink(log_file().c_str());
    auto ok = launch(deadline);
    const bool any_port = options.port == 0 || (options.tls && options.tls_port == 0);
    if (ok || ok.error().kind != ErrorKind::Busy || !any_port || attempt == port_attempts) return ok;
  }
}

void PrivateSlapd::State::end(Deadline deadline) {
  if (!child) return;
  child->signal(SIGTERM);
  child->signal(SIGCONT);  // a suspended process takes no SIGTERM
  if (!child->wait(deadline)) child->signal(SIGKILL);
  child.reset();
}

PrivateSlapd::PrivateSlapd(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<PrivateSlapd>> PrivateSlapd::start(Options options, Deadline deadline) {
  auto names = names_of(options);
  if (!names) return names.error();
  auto installation = find_installation();
  if (!installation) return installation.error();
  // Owned from here on by an object whose destructor cleans up, whatever fails.
  std::unique_ptr<PrivateSlapd> server(new PrivateSlapd(std::make_unique<State>()));
  State& state = *server->state_;
  state.options = std::move(options);
  state.names = std::move(*names);
  state.installation = std::move(*installation);
  if (auto ok = state.open_directory(); !ok) return ok.error();
  auto accounts = settle_accounts(state.options, state.directory);
  if (!accounts) return accounts.error();
  state.accounts = std::move(*accounts);
  const Store store = state.store();
  if (auto ok = write_credentials(store, {}); !ok) return ok.error();
  if (auto ok = prepare(store, deadline); !ok) return ok.error();
  if (auto ok = state.launch_somewhere(deadline); !ok) return ok.error();
  if (auto ok = write_credentials(store, state.endpoints); !ok) return ok.error();
  return server;
}

PrivateSlapd::~PrivateSlapd() {
  state_->end(deadline_in(farewell));
  if (!state_->temporary || state_->directory.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(state_->directory, ignored);
}

const std::string& PrivateSlapd::uri() const {
  return state_->endpoints.uri;
}
const std::string& PrivateSlapd::ldaps_uri() const {
  return state_->endpoints.ldaps_uri;
}
const std::string& PrivateSlapd::ldapi_uri() const {
  return state_->endpoints.ldapi_uri;
}
std::uint16_t PrivateSlapd::port() const {
  return state_->port;
}
const std::string& PrivateSlapd::ca_file() const {
  return state_->endpoints.ca_file;
}
const std::string& PrivateSlapd::directory() const {
  return state_->directory;
}
std::string PrivateSlapd::credentials_file() const {
  return credentials_path(state_->directory);
}
std::string PrivateSlapd::log_file() const {
  return state_->log_file();
}
const Names& PrivateSlapd::names() const {
  return state_->names;
}
const Secret& PrivateSlapd::admin_password() const {
  return state_->accounts.admin;
}
const Secret& PrivateSlapd::bridge_password() const {
  return state_->accounts.bridge;
}
const Secret& PrivateSlapd::reader_password() const {
  return state_->accounts.reader;
}

int PrivateSlapd::pid() const {
  return running() ? state_->child->pid() : 0;
}
bool PrivateSlapd::running() const {
  return state_->child && state_->child->running();
}
bool PrivateSlapd::wait_for_exit(Deadline deadline) {
  return !state_->child || state_->child->wait(deadline).has_value();
}

Result<> PrivateSlapd::stop(Deadline deadline) {
  state_->end(deadline);
  return {};
}

void PrivateSlapd::kill_hard() {
  if (state_->child) state_->child->signal(SIGKILL);
  state_->child.reset();
}

Result<> PrivateSlapd::restart(Deadline deadline) {
  state_->end(deadline);
  return state_->launch(deadline);
}

void PrivateSlapd::suspend() {
  if (state_->child) state_->child->suspend();
}

void PrivateSlapd::resume() {
  if (state_->child) state_->child->signal(SIGCONT);
}

}  // namespace dirbridge::slapd
