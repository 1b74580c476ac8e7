#include "e2e/bridge.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

#include "ldap/ad/active_directory.hpp"
#include "ldap/pool.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
constexpr auto kStartTime = 60s;
constexpr auto kStopTime = 60s;
constexpr auto kCommandTime = 180s;  // a sanitizer is in it, and others beside it
constexpr auto kLogTime = 150ms;     // in which a line that was logged is written
constexpr int kMostLooks = 20;

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

bool can_bind(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

// Below the range that the system gives to outgoing connections: between a crash and the restart of the
// bridge none of them can take its port.
std::uint16_t free_port(std::uint16_t but_not = 0) {
  std::random_device random;
  std::uniform_int_distribution<int> ports(12'000, 31'999);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    if (port != but_not && can_bind(port)) return port;
  }
  throw std::runtime_error("no free port");
}

std::string organizational_unit(const std::string& name, const std::string& parent) {
  return "dn: ou=" + name + "," + parent + "\nobjectClass: organizationalUnit\nou: " + name + "\n\n";
}

json::object overlay(json::object base, const json::object& more) {
  for (const auto& member : more) base[member.key()] = member.value();
  return base;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

directory::Dn Site::user_dn(const std::string& user) const {
  return must(directory::Dn::parse(user_base), user_base).child(directory::Rdn(naming_attribute, user));
}

directory::Dn Site::group_dn(const std::string& cn) const {
  return must(directory::Dn::parse(group_base), group_base).child(directory::Rdn("cn", cn));
}

Bridge::Bridge(const BridgeOptions& options) {
  start_directory(options);
  configure(options);
  for (auto& [name, site] : sites_) make_token(site);
  start();
}

Bridge::~Bridge() {
  serve_.reset();
  directory_.reset();
  server_.reset();
  slapd_.reset();
}

void Bridge::start_directory(const BridgeOptions& options) {
  const auto names = must(slapd::names_of(options.slapd), "slapd options");
  std::string ldif;
  for (const auto& site : options.sites) {
    for (const auto& base : {names.user_base, names.group_base, names.bridge_base}) {
      ldif += organizational_unit(site.name, base);
    }
    const auto below = "ou=" + site.name + ",";
    sites_[site.name] = Site{site.name,
                             "",
                             Secret(),
                             below + names.user_base,
                             below + names.group_base,
                             below + names.bridge_base,
                             options.kind == Server::Samba ? "cn" : "uid"};
  }
  const auto file = write_file("sites.ldif", ldif);
  access_ = options.kind == Server::OpenLdap ? start_slapd(options.slapd, file)
            : options.kind == Server::Ds389  ? start_ds389(file)
                                             : start_samba(file);
  ldap::Settings settings;
  settings.uris = {access_.uri};
  settings.bind_dn = must(directory::Dn::parse(access_.admin_dn), "admin DN");
  settings.password = access_.admin_password;
  if (samba_) {
    settings.ca_file = samba_->ca_file();
    settings.verify_hostname = false;
  }
  directory_ = std::make_unique<ldap::Pool>(settings);
  if (!samba_) return;
  server_ = std::move(directory_);
  directory_ = std::make_unique<ldap::ad::ActiveDirectory>(*server_, ldap::ad::Settings{});
}

Bridge::Access Bridge::start_slapd(slapd::Options options, const std::string& sites) {
  options.directory = folder_.path() + "/slapd";
  options.load_files.push_back(sites);
  slapd_ = must(slapd::PrivateSlapd::start(std::move(options), deadline_in(kStartTime)), "slapd");
  return {slapd_->uri(),
          slapd_->names(),
          slapd_->admin_dn(),
          slapd_->admin_password(),
          slapd_->bridge_password(),
          slapd_->reader_password()};
}

Bridge::Access Bridge::start_ds389(const std::string& sites) {
  ds389_ = std::make_unique<test::Ds389>(folder_.path() + "/389ds", std::vector{sites});
  return {ds389_->uri(),
          ds389_->names(),
          test::Ds389::manager_dn,
          ds389_->manager_password(),
          ds389_->bridge_password(),
          ds389_->reader_password()};
}

Bridge::Access Bridge::start_samba(const std::string& sites) {
  samba_ = std::make_unique<test::Samba>(folder_.path() + "/samba", sites);
  return {samba_->uri(),
          samba_->names(),
          test::Samba::manager_dn,
          samba_->manager_password(),
          samba_->bridge_password(),
          samba_->reader_password()};
}

// The certificate that Samba makes is for its name, not for the address.
json::object Bridge::directory_keys() const {
  if (!samba_) return {};
  return {{"dialect", "active_directory"}, {"ca_file", samba_->ca_file()}, {"verify_hostname", false}};
}

void Bridge::configure(const BridgeOptions& bridge) {
  const auto port = free_port();
  const auto admin_port = free_port(port);
  const auto local = "127.0.0.1:" + std::to_string(port);
  admin_url_ = "http://127.0.0.1:" + std::to_string(admin_port);
  const json::value bind_password = {
      {"file", write_file("bridge.password", access_.bridge_password.reveal())}};
  const json::value read_password = {
      {"file", write_file("reader.password", access_.reader_password.reveal())}};
  json::object directories;
  json::object connections;
  for (const auto& options : bridge.sites) {
    auto& site = sites_.at(options.name);
    site.scim_url = "http://" + local + "/scim/" + site.name + "/v2";
    directories[site.name] = overlay(
        overlay(directory_keys(),
                {{"uris", {access_.uri}},
                 {"bind_dn", access_.names.bridge_dn},
                 {"bind_password", bind_password},
                 {"user_base", site.user_base},
                 {"group_base", site.group_base},
                 {"bridge_base", site.bridge_base},
                 {"atlassian", {{"bind_dn", access_.names.reader_dn}, {"bind_password", read_password}}}}),
        options.directory);
    connections[site.name] = overlay({{"kind", "scim"}, {"directory", site.name}}, options.connection);
  }
  write_configuration(overlay(
      {{"server",
        overlay({{"listen", local}, {"alias_paths", {"/plugins/servlet/usersync/scim"}}}, bridge.server)},
       {"admin", {{"listen", "127.0.0.1:" + std::to_string(admin_port)}}},
       {"directories", directories},
       {"connections", connections}},
      bridge.root));
}

void Bridge::write_configuration(json::object configuration) {
  configuration_ = std::move(configuration);
  config_file_ = write_file("dirbridge.json", json::serialize(configuration_));
}

void Bridge::make_token(Site& site) {
  const auto output = run({"token", "new", site.name, "--config", config_file_});
  // The token is the line that looks like one: messages for people come out beside it.
  const auto at = output.rfind("dirb_");
  if (at == std::string::npos) throw std::runtime_error("no token in: " + output);
  site.token = Secret(first_line(output.substr(at)));
}

std::string Bridge::run_with_config(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--config", config_file_});
  return run(arguments);
}

test::JsonAnswer Bridge::ask(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DIRBRIDGE_PROGRAM);
  arguments.insert(arguments.end(), {"--json", "--config", config_file_});
  return test::json_answer(arguments);
}

std::string Bridge::run(const std::vector<std::string>& arguments) {
  slapd::Command command;
  command.arguments = {DIRBRIDGE_PROGRAM};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.output_file = folder_.path() + "/run-" + std::to_string(++runs_) + ".out";
  auto output = must(slapd::run(command, deadline_in(kCommandTime)), arguments.front());
  if (output.exit_code != 0) throw std::runtime_error("dirbridge " + arguments.front() + ": " + output.text);
  return output.text;
}

void Bridge::start() {
  launch();
  wait_until_ready();
}

void Bridge::launch() {
  slapd::Command command;
  command.arguments = {DIRBRIDGE_PROGRAM, "serve", "--config", config_file_};
  command.output_file = folder_.path() + "/serve.log";
  serve_ = must(slapd::ChildProcess::start(command), "serve");
}

void Bridge::wait_until_ready() {
  const auto client = http::make_client({});
  const auto deadline = deadline_in(kStartTime);
  while (std::chrono::steady_clock::now() < deadline) {
    if (!serve_->running()) throw std::runtime_error("serve ended: " + log());
    const auto answer = client->send({"GET", admin_url_ + "/readyz", {}, {}}, deadline_in(5s));
    if (answer && answer->status == 200) return;
    std::this_thread::sleep_for(20ms);
  }
  throw std::runtime_error("serve is not ready: " + log());
}

std::size_t Bridge::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(serve_->pid()) + "/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  if (!(file >> total >> resident)) throw std::runtime_error("no memory use of serve");
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

int Bridge::stop() {
  serve_->signal(SIGTERM);
  const auto code = serve_->wait(deadline_in(kStopTime));
  if (!code) throw std::runtime_error("serve did not stop: " + log());
  return *code;
}

void Bridge::signal(int number) {
  serve_->signal(number);
}

std::optional<int> Bridge::wait(Deadline deadline) {
  return serve_->wait(deadline);
}

void Bridge::kill_hard() {
  serve_->signal(SIGKILL);
  serve_->wait(deadline_in(kStopTime));
}

std::string Bridge::log() const {
  std::string text;
  for (int looks = 0; looks < kMostLooks; ++looks) {
    auto now = log_so_far();
    if (!now.empty() && now == text) break;
    text = std::move(now);
    std::this_thread::sleep_for(kLogTime);
  }
  return text;
}

std::string Bridge::log_so_far() const {
  std::ifstream file(folder_.path() + "/serve.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

atlassian::Seen Bridge::see(const Site& site, const std::vector<std::string>& arguments,
                            const Secret& login_password) {
  auto call = reader_call(site, login_password);
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  return atlassian::read_directory(call, folder_.path(), deadline_in(120s));
}

std::unique_ptr<atlassian::Reader> Bridge::reader(const Site& site) {
  return std::make_unique<atlassian::Reader>(reader_call(site, Secret()), folder_.path());
}

atlassian::ReaderCall Bridge::reader_call(const Site& site, const Secret& login_password) {
  const auto printed =
      run({"atlassian-settings", "--config", config_file_, "--directory", site.name, "--format", "json"});
  auto settings = json::parse(printed).as_object();
  if (samba_) settings["ldap.url"] = samba_->plain_uri();  // the JDK does not trust the certificate
  return {std::move(settings),
          access_.reader_password,
          login_password,
          {"--placeholder", "cn=dirbridge-placeholder"}};
}

std::string Bridge::write_file(const std::string& name, const std::string& text) const {
  return folder_.file(name, text);
}

}  // namespace dirbridge::e2e
