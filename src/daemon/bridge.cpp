#include "daemon/bridge.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "admin/endpoints.hpp"
#include "base/log.hpp"
#include "ldap/pool.hpp"
#include "provision/sweep.hpp"
#include "server/render.hpp"
#include "server/service.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes sweep_interval{5};
constexpr std::chrono::seconds sweep_limit{30};

// One LDAP target, shared by the connections that provision it.
struct DirectorySide {
  DirectorySide(ldap::Settings settings, directory::Dn base)
      : pool(std::move(settings)), user_base(std::move(base)) {}
  ldap::Pool pool;
  provision::KeyLocks locks;
  directory::Dn user_base;
};

std::vector<directory::Dn> bases_of(const mapping::Rules& rules) {
  std::vector<directory::Dn> out{rules.user_base, rules.group_base, rules.bridge_base};
  if (rules.disable.move_to) out.push_back(*rules.disable.move_to);
  return out;
}

sync::Guard::Rules guard_rules(const mapping::Rules& rules) {
  sync::Guard::Rules out{rules.connection, bases_of(rules), rules.protected_entries};
  out.protected_entries.push_back(rules.group_shape.placeholder);
  out.member_attribute = rules.group_shape.member_attribute;
  if (mapping::maps_groups(rules)) out.mapped_groups = rules.group_base;
  return out;
}

// What the operations of one connection refer to.
struct ConnectionSide {
  ConnectionSide(const scim::Catalog& catalog, mapping::Rules r, DirectorySide& directory, const Clock& clock,
                 scim::PatchPolicy policy, scim::PutOmitted put_omitted)
      : rules(std::move(r)),
        guard(guard_rules(rules)),
        member_ids(clock),
        reconciler(directory.pool, guard, rules.group_shape, {rules.group_base, rules.bridge_base}),
        context{catalog, rules,  directory.pool, reconciler, directory.locks,
                clock,   policy, member_ids,     put_omitted} {}
  mapping::Rules rules;
  sync::Guard guard;
  provision::MemberIds member_ids;
  sync::Reconciler reconciler;
  provision::Context context;
};

mapping::Rules rules_of(const std::string& name, const ConnectionConfig& connection,
                        const DirectoryConfig& directory) {
  mapping::Rules rules;
  rules.connection = name;
  rules.user_base = directory.user_base;
  rules.group_base = directory.group_base;
  rules.bridge_base = directory.bridge_base;
  rules.user_naming_attribute = directory.user_naming_attribute;
  rules.unique_id_attribute = directory.unique_id_attribute;
  rules.group_shape.placeholder = directory.placeholder_member;
  rules.disable = directory.disable;
  rules.user_options = connection.users;
  rules.group_options = connection.groups;
  rules.protected_entries = directory.protected_entries;
  rules.password = directory.password;
  rules.user_attributes = directory.user_attributes;
  rules.group_attributes = directory.group_attributes;
  return rules;
}

class RunningBridge final : public Bridge {
 public:
  ~RunningBridge() override { stop(deadline_in(std::chrono::seconds(5))); }

  explicit RunningBridge(const Config& config) : catalog_(catalog_of(config)) {}

  Result<> build(const Config& config) {
    for (const auto& [name, directory] : config.directories) {
      auto settings = ldap_settings(directory);
      if (!settings) return settings.error();
      directories_.emplace(name, std::make_unique<DirectorySide>(std::move(*settings), directory.user_base));
    }
    std::map<std::string, std::string> token_files;
    std::map<std::string, server::Connection, std::less<>> served;
    for (const auto& [name, connection] : config.connections) {
      token_files.emplace(name, connection.tokens_file);
      served.emplace(name, make_connection(name, connection, config.directories.at(connection.directory)));
    }
    tokens_ = std::make_unique<server::TokenStore>(token_files);
    service_ = std::make_unique<server::Service>(
        server::ServiceSettings{config.server.base_path, config.server.alias_paths, config.server.public_url,
                                config.server.limits.body_bytes},
        catalog_, *tokens_, std::move(served));
    return {};
  }

  Result<> listen(const Config& config) {
    auto scim = http::Server::start(
        {config.server.listen.address, config.server.listen.port, config.server.tls, config.server.limits},
        [this](const http::Request& request, Deadline deadline) {
          return service_->handle(request, deadline);
        },
        server::answer_http_error);
    if (!scim) return scim.error();
    scim_ = std::move(*scim);
    http::Limits small;
    small.body_bytes = 4096;
    small.connections = 64;
    small.workers = 2;
    auto admin = http::Server::start(
        {config.admin.address, config.admin.port, std::nullopt, small},
        [this](const http::Request& request, Deadline deadline) {
          return admin::answer(
              request, [this](Deadline d) { return readiness(d); }, deadline);
        },
        admin::answer_http_error);
    if (!admin) return admin.error();
    admin_ = std::move(*admin);
    log::info("listening", {{"scim", config.server.listen.address + ":" + std::to_string(scim_->port())},
                            {"admin", config.admin.address + ":" + std::to_string(admin_->port())},
                            {"tls", config.server.tls.has_value()}});
    return {};
  }

  void start_sweeping() {
    sweeper_ = std::thread([this] { sweep_until_stopped(); });
  }

  // Before anything is served: nobody may take a name that an interrupted rename still holds.
  void sweep() {
    for (const auto& side : connections_)
      if (auto done = provision::sweep(side->context, deadline_in(sweep_limit)); !done)
        log::warning("sweep_failed",
                     {{"connection", side->rules.connection}, {"detail", done.error().detail}});
  }

  void stop(Deadline deadline) override {
    if (scim_) scim_->stop(deadline);
    if (admin_) admin_->stop(deadline);
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (sweeper_.joinable()) sweeper_.join();
  }

 private:
  server::Connection make_connection(const std::string& name, const ConnectionConfig& config,
                                     const DirectoryConfig& directory) {
    scim::PatchPolicy policy;
    policy.no_match = config.behaviour.on_no_match_replace == NoMatchReplace::Create
                          ? scim::PatchPolicy::NoMatch::Create
                          : scim::PatchPolicy::NoMatch::NoTarget;
    connections_.push_back(std::make_unique<ConnectionSide>(catalog_, rules_of(name, config, directory),
                                                            *directories_.at(config.directory), clock_,
                                                            policy, config.behaviour.put_omitted));
    const auto& context = connections_.back()->context;
    return {name,
            provision::make_users(context),
            provision::make_groups(context),
            config.behaviour.group_patch_response,
            config.behaviour.default_page_size,
            config.behaviour.max_page_size,
            config.behaviour.members_in_group_lists,
            std::make_unique<server::Cursors>(provision::make_shared_key(context), clock_)};
  }

  std::map<std::string, Result<>> readiness(Deadline deadline) {
    std::map<std::string, Result<>> out;
    for (const auto& [name, side] : directories_) {
      auto base = directory::read(side->pool, side->user_base, {"1.1"}, deadline);
      if (!base)
        out.emplace(name, base.error());
      else if (!*base)
        out.emplace(name,
                    error(ErrorKind::NotFound, "the user base " + side->user_base.str() + " does not exist"));
      else
        out.emplace(name, Result<>());
    }
    return out;
  }

  void sweep_until_stopped() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, sweep_interval, [this] { return stopping_; })) {
      lock.unlock();
      sweep();
      lock.lock();
    }
  }

  const scim::Catalog catalog_;
  SystemClock clock_;
  std::map<std::string, std::unique_ptr<DirectorySide>> directories_;
  std::vector<std::unique_ptr<ConnectionSide>> connections_;
  std::unique_ptr<server::TokenStore> tokens_;
  std::unique_ptr<server::Service> service_;
  std::unique_ptr<http::Server> scim_;
  std::unique_ptr<http::Server> admin_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread sweeper_;
};

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::start(const Config& config) {
  auto bridge = std::make_unique<RunningBridge>(config);
  if (auto built = bridge->build(config); !built) return built.error();
  bridge->sweep();
  if (auto listening = bridge->listen(config); !listening) return listening.error();
  bridge->start_sweeping();
  return std::unique_ptr<Bridge>(std::move(bridge));
}

}  // namespace dirbridge::daemon
