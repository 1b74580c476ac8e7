#include "daemon/bridge.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "admin/endpoints.hpp"
#include "base/log.hpp"
#include "daemon/command_service.hpp"
#include "daemon/descriptors.hpp"
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

  explicit RunningBridge(const config::Config& config)
      : catalog_(config::catalog_of(config)), journal_(operate::make_journal(config, clock_)) {}

  Result<> build(const config::Config& config) {
    for (const auto& [name, directory] : config.directories) {
      auto settings = config::ldap_settings(directory);
      if (!settings) return settings.error();
      directories_.emplace(
          name, std::make_unique<operate::DirectoryParts>(std::move(*settings), directory, clock_));
    }
    std::map<std::string, std::string> token_files;
    std::map<std::string, server::Connection, std::less<>> served;
    for (const auto& [name, connection] : config.connections) {
      token_files.emplace(name, connection.tokens_file);
      auto handover = operate::make_handover(connection);
      if (!handover) return handover.error();
      served.emplace(name, make_connection(name, connection, config.directories.at(connection.directory),
                                           std::move(*handover)));
    }
    commands_ = std::make_unique<CommandService>(connections_, config.fingerprint);
    for (const auto& [name, directory] : directories_) add_upkeep(name, *directory, config);
    tokens_ = std::make_unique<tokens::TokenStore>(token_files);
    service_ = std::make_unique<server::Service>(
        server::ServiceSettings{config.server.base_path, config.server.alias_paths, config.server.public_url,
                                config.server.limits.body_bytes},
        catalog_, *tokens_, std::move(served));
    return {};
  }

  Result<> listen(const config::Config& config) {
    if (config.server.tls)
      if (const auto open = config::readable_by_all(*config.server.tls))
        log::warning("tls_key_open", {{"detail", *open}, {"fix", "chmod 0640, with the bridge's group"}});
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
    endpoints_ = {[this](Deadline d) { return readiness(d); }, commands_->instance(),
                  [this](const std::string& connection, const http::Request& request, Deadline deadline) {
                    return commands_->run(connection, request, deadline);
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

  server::Connection make_connection(const std::string& name, const config::ConnectionConfig& config,
                                     const config::DirectoryConfig& target,
                                     std::unique_ptr<provision::Handover> handover) {
    auto& directory = *directories_.at(config.directory);
    connections_.push_back(std::make_unique<operate::ConnectionParts>(
        name, config, target,
        operate::Surroundings{catalog_, directory.target.directory(), directory.locks, clock_, journal_.get(),
                              directory.budget()},
        std::move(handover)));
    const auto& context = connections_.back()->context;
    const auto& gate = connections_.back()->gate;
    return {name,
            provision::make_users(context),
            provision::make_groups(context),
            config.behaviour.group_patch_response,
            config.behaviour.default_page_size,
            config.behaviour.max_page_size,
            config.behaviour.members_in_group_lists,
            std::make_unique<server::Cursors>(
                provision::make_shared_key(context, connections_.back()->bookkeeper), clock_),
            target.password != mapping::PasswordRule::Ignore,
            [&gate] { return gate.passed(); }};
  }

  void add_upkeep(const std::string& name, operate::DirectoryParts& directory, const config::Config& config) {
    std::vector<operate::ConnectionParts*> parts_of_directory;
    for (const auto& parts : connections_)
      if (config.connections.at(parts->rules.connection).directory == name)
        parts_of_directory.push_back(parts.get());
    upkeep_.emplace(
        name, std::make_unique<Upkeep>(name, directory, std::move(parts_of_directory), [this](auto& parts) {
          commands_->make_key(parts.rules.connection, deadline_in(key_limit));
        }));
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

  const scim::Catalog catalog_;
  SystemClock clock_;
  const std::unique_ptr<sync::Journal> journal_;
  std::map<std::string, std::unique_ptr<operate::DirectoryParts>> directories_;
  std::vector<std::unique_ptr<operate::ConnectionParts>> connections_;
  std::unique_ptr<CommandService> commands_;
  std::map<std::string, std::unique_ptr<Upkeep>> upkeep_;  // by directory
  admin::Endpoints endpoints_;
  std::unique_ptr<tokens::TokenStore> tokens_;
  std::unique_ptr<server::Service> service_;
  std::unique_ptr<http::Server> scim_;
  std::unique_ptr<http::Server> admin_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::start(const config::Config& config) {
  auto bridge = std::make_unique<RunningBridge>(config);
  if (auto built = bridge->build(config); !built) return built.error();
  if (auto listening = bridge->listen(config); !listening) return listening.error();
  bridge->start_upkeep();
  return std::unique_ptr<Bridge>(std::move(bridge));
}

}  // namespace dirbridge::daemon
