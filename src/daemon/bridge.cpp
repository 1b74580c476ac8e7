#include "daemon/bridge.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "admin/endpoints.hpp"
#include "base/log.hpp"
#include "config/take_over.hpp"
#include "daemon/command_service.hpp"
#include "daemon/descriptors.hpp"
#include "daemon/reload_report.hpp"
#include "daemon/served_connection.hpp"
#include "daemon/upkeep.hpp"
#include "operate/connection_parts.hpp"
#include "server/render.hpp"
#include "server/service.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::seconds key_limit{2};

class RunningBridge final : public Bridge {
 public:
  ~RunningBridge() override { stop(deadline_in(std::chrono::seconds(5))); }

  RunningBridge(const config::Config& config, std::string path)
      : path_(std::move(path)),
        catalog_(config::catalog_of(config)),
        journal_(operate::make_journal(config, clock_)),
        commands_([this](const std::string& configuration) { return reload(configuration); }) {}

  Result<> build(const config::Config& config) {
    for (const auto& [name, directory] : config.directories) {
      auto settings = config::ldap_settings(directory);
      if (!settings) return settings.error();
      auto& parts = *directories_
                         .emplace(name, std::make_unique<operate::DirectoryParts>(std::move(*settings),
                                                                                  directory, clock_))
                         .first->second;
      upkeep_.emplace(name, std::make_unique<Upkeep>(name, parts, [](auto& connection) {
                        make_command_key(connection, deadline_in(key_limit));
                      }));
    }
    auto connections = make_connections(config);
    if (!connections) return connections.error();
    tokens_ = std::make_unique<tokens::TokenStore>(token_files(config));
    service_ = std::make_unique<server::Service>(
        server::ServiceSettings{config.server.base_path, config.server.alias_paths,
                                config.server.limits.body_bytes},
        catalog_, *tokens_, server::Serving{});
    serve(config, config, std::move(*connections));
    return {};
  }

  Result<> listen(const config::Config& config) {
    tell_open_key(config);
    auto limits = scim_limits(config);
    if (!limits) return limits.error();
    auto scim = http::Server::start(
        {config.server.listen.address, config.server.listen.port, config.server.tls, *limits},
        [this](const http::Request& request, Deadline deadline) {
          return service_->handle(request, deadline);
        },
        server::answer_http_error, [this](const http::Request& header) { return service_->admit(header); });
    if (!scim) return scim.error();
    scim_ = std::move(*scim);
    endpoints_ = {[this](Deadline d) { return readiness(d); }, commands_.instance(),
                  [this](const std::string& connection, const http::Request& request, Deadline deadline) {
                    return commands_.run(connection, request, deadline);
                  }};
    http::Limits small;
    small.body_bytes = 4096;
    small.connections = config::admin_connections;
    small.workers = 4;  // a command may take one for long
    auto admin = http::Server::start(
        {config.admin.address, config.admin.port, std::nullopt, small},
        [this](const http::Request& request, Deadline deadline) {
          return admin::answer(request, endpoints_, deadline);
        },
        admin::answer_http_error);
    if (!admin) return admin.error();
    admin_ = std::move(*admin);
    log::info("listening", {{"scim", config.server.listen.address + ":" + std::to_string(scim_->port())},
                            {"admin", config.admin.address + ":" + std::to_string(admin_->port())},
                            {"tls", config.server.tls.has_value()}});
    return {};
  }

  void start_upkeep() {
    for (const auto& [name, upkeep] : upkeep_) upkeep->start();
  }

  operate::Reloaded reload() override { return reload(std::string()); }

  // What waits for a directory when half of the time is over gets no more of it, and is answered 503.
  void stop(Deadline deadline) override {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(stopping_, true)) return;
    }
    for (const auto& [name, upkeep] : upkeep_) upkeep->stop();
    const auto half = std::chrono::steady_clock::now() + remaining(deadline) / 2;
    std::thread patience;
    try {
      patience = std::thread([this, half] { call_off_directories_at(half); });
    } catch (const std::system_error& failure) {
      log::error("thread_not_started", {{"detail", failure.what()}});
    }
    if (scim_) scim_->stop(deadline);
    if (admin_) admin_->stop(deadline);
    for (const auto& [name, upkeep] : upkeep_) upkeep->finish(deadline);
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    wake_.notify_all();
    if (patience.joinable()) patience.join();
  }

 private:
  static Result<http::Limits> scim_limits(const config::Config& config) {
    auto limits = config.server.limits;
    const auto files = raise_descriptor_limit();
    const auto connections = connections_within(files, config);
    if (!connections) return connections.error();
    if (*connections < limits.connections)
      log::warning("connections_limited",
                   {{"configured", limits.connections},
                    {"connections", *connections},
                    {"open_files", files},
                    {"fix", "raise the limit of open files (LimitNOFILE of systemd, ulimit -n)"}});
    limits.connections = *connections;
    return limits;
  }

  using Connections = std::map<std::string, ServedConnection>;

  static std::map<std::string, std::string> token_files(const config::Config& config) {
    std::map<std::string, std::string> out;
    for (const auto& [name, connection] : config.connections) out.emplace(name, connection.tokens_file);
    return out;
  }

  static void tell_open_key(const config::Config& config) {
    if (!config.server.tls) return;
    if (const auto open = config::readable_by_all(*config.server.tls))
      log::warning("tls_key_open", {{"detail", *open}, {"fix", "chmod 0640, with the bridge's group"}});
  }

  // Those that are served and have not changed stay. Who hands leads over is made anew: the token may be
  // another one under the same name.
  Result<Connections> make_connections(const config::Config& config) const {
    Connections out;
    for (const auto& [name, connection] : config.connections) {
      const auto served = connections_.find(name);
      const bool stays =
          served != connections_.end() && !connection.handover && !config::has_changed(config_, config, name);
      auto made = stays ? Result<ServedConnection>(served->second)
                        : make_connection(name, connection, config.directories.at(connection.directory));
      if (!made) return made.error();
      out.emplace(name, std::move(*made));
    }
    return out;
  }

  Result<ServedConnection> make_connection(const std::string& name, const config::ConnectionConfig& config,
                                           const config::DirectoryConfig& target) const {
    auto& directory = *directories_.at(config.directory);
    return make_served(
        name, config, target,
        {catalog_, directory.target.directory(), directory.locks, clock_, journal_.get(), directory.budget()},
        upkeep_.at(config.directory)->lasting(name));
  }

  // `written`: the file that `config` was taken from.
  void serve(const config::Config& config, const config::Config& written, Connections connections) {
    std::map<std::string, Upkeep::Connections> kept_up;
    CommandService::Connections commanded;
    server::Serving served{config.server.public_url, {}};
    for (const auto& [name, one] : connections) {
      const auto& connection = config.connections.at(name);
      const bool is_used = directories_.at(connection.directory)->budget() != nullptr;
      one.parts->lasting->budget.budget.change_rules(operate::budget_rules(connection, is_used));
      kept_up[connection.directory].push_back(one.parts);
      const bool as_written = config::is_as_written(config, written, name);
      commanded.emplace(name,
                        CommandService::Served{one.parts, as_written ? written.fingerprint : std::string()});
      served.connections.emplace(name, one.connection);
    }
    for (const auto& [name, upkeep] : upkeep_) upkeep->serve(std::move(kept_up[name]));
    commands_.serve(std::move(commanded));
    service_->serve(std::move(served));
    connections_ = std::move(connections);
    config_ = config;
  }

  // `wanted`: Config::fingerprint of the file that is to be read; empty: whatever is there.
  operate::Reloaded reload(const std::string& wanted) {
    const std::lock_guard alone(reload_mutex_);
    const auto next = config::load_config(path_);
    if (!next) return report_refused(path_, lines_of(next.error()));
    if (!wanted.empty() && wanted != next->fingerprint)
      return report_refused(path_, {"is what the bridge reads, and not the file that was named: name it "
                                    "with --config"});
    const auto taken = config::take_over(config_, *next);
    if (!taken) return report_refused(path_, lines_of(taken.error()));
    return take_over(*taken, *next);
  }

  static std::vector<std::string> lines_of(const config::Problems& problems) {
    std::vector<std::string> out;
    for (const auto& problem : problems.list) out.push_back(to_string(problem));
    return out;
  }

  // All that can fail comes first.
  operate::Reloaded take_over(const config::TakenOver& taken, const config::Config& written) {
    const auto& config = taken.config;
    std::optional<http::TlsContext> certificate;
    if (const auto& tls = config.server.tls) {
      auto read = http::TlsContext::for_server(tls->certificate_file, tls->key_file);
      if (!read) return report_refused(path_, {"$.server.tls: " + read.error().detail});
      certificate = std::move(*read);
    }
    auto connections = make_connections(config);
    if (!connections) return report_refused(path_, {connections.error().detail});
    tokens_->follow(token_files(config));
    const auto before = config_;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return report_refused(path_, {"the bridge stops"});
      serve(config, written, std::move(*connections));
      if (certificate) scim_->use_certificate(std::move(*certificate));
    }
    log::set_level(config.log_level);
    tell_open_key(config);
    return report_reloaded(path_, before, config, taken.waiting);
  }

  std::map<std::string, Result<std::string>> readiness(Deadline deadline) {
    std::map<std::string, Result<std::string>> out;
    for (const auto& [name, upkeep] : upkeep_) out.emplace(name, upkeep->readiness(deadline));
    return out;
  }

  void call_off_directories_at(Deadline deadline) {
    std::unique_lock lock(mutex_);
    if (wake_.wait_until(lock, deadline, [this] { return stopped_; })) return;
    log::warning("directories_called_off",
                 {{"detail", "the bridge stops, and requests still wait for them"}});
    for (const auto& [name, parts] : directories_) parts->target.pool().call_off();
  }

  const std::string path_;
  const scim::Catalog catalog_;
  SystemClock clock_;
  const std::unique_ptr<sync::Journal> journal_;
  std::map<std::string, std::unique_ptr<operate::DirectoryParts>> directories_;
  std::map<std::string, std::unique_ptr<Upkeep>> upkeep_;  // by directory
  CommandService commands_;
  admin::Endpoints endpoints_;
  std::unique_ptr<tokens::TokenStore> tokens_;
  std::unique_ptr<server::Service> service_;
  std::unique_ptr<http::Server> scim_;
  std::unique_ptr<http::Server> admin_;
  std::mutex reload_mutex_;  // one at a time; of the next two
  config::Config config_;    // what is served
  Connections connections_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::start(const config::Config& config, std::string path) {
  auto bridge = std::make_unique<RunningBridge>(config, std::move(path));
  if (auto built = bridge->build(config); !built) return built.error();
  if (auto listening = bridge->listen(config); !listening) return listening.error();
  bridge->start_upkeep();
  return std::unique_ptr<Bridge>(std::move(bridge));
}

}  // namespace dirbridge::daemon
