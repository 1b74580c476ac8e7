#include "daemon/commands/open_connection.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/left_printer.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::daemon {

namespace {

std::string user_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> room{};
  if (getpwuid_r(getuid(), &entry, room.data(), room.size(), &found) == 0 && found) return found->pw_name;
  return "user " + std::to_string(getuid());
}

// A command goes on from what was spent when it began, and leaves behind what it spent itself. A running
// bridge has read its budget when it started: it does not count that, and writes over it when it spends next.
void exchange_budgets(operate::ConnectionParts& parts, operate::DirectoryParts& directory) {
  const auto exchange = [&](provision::BudgetStore& store) {
    if (auto kept = store.exchange(deadline_in(std::chrono::seconds(10))); !kept)
      std::cerr << "The removal budget of " << parts.rules.connection << ": " << kept.error().detail << '\n';
  };
  if (parts.context.mandate.budget) exchange(parts.lasting->budget.store);
  if (directory.common_budget) exchange(directory.common_budget->store);
}

}  // namespace

Result<> for_connections(const config::Config& config, const std::string& name,
                         const std::function<void(const OpenConnection&)>& work) {
  if (!name.empty())
    if (auto known = find_connection(config, name); !known) return known.error();
  const SystemClock clock;
  const auto catalog = config::catalog_of(config);
  const auto audit = operate::make_journal(config, clock);
  LeftPrinter journal(audit.get());
  for (const auto& [known, connection] : config.connections) {
    if (!name.empty() && known != name) continue;
    const auto& target = config.directories.at(connection.directory);
    auto settings = config::ldap_settings(target);
    if (!settings) return settings.error();
    auto handover = operate::make_handover(connection);
    if (!handover) return handover.error();
    operate::DirectoryParts directory(std::move(*settings), target, clock);
    operate::ConnectionParts parts(
        known, connection, target,
        {catalog, directory.target.directory(), directory.locks, clock, &journal, directory.budget()},
        std::move(*handover));
    exchange_budgets(parts, directory);
    work({parts});
    exchange_budgets(parts, directory);
  }
  return {};
}

Result<std::optional<operate::CommandOutcome>> run_by_bridge(const config::Config& config,
                                                             const OpenConnection& connection,
                                                             const operate::CommandCall& call) {
  const auto& context = connection.parts.context;
  const auto secret = provision::make_shared_key(context, connection.parts.bookkeeper)
                          ->get(deadline_in(std::chrono::seconds(10)));
  if (!secret) return secret.error();
  return operate::ask_bridge(config.admin, context.rules.connection, *secret, call);
}

std::string cause_of_command(const std::string& command) {
  return "command " + command + " (" + user_name() + ")";
}

}  // namespace dirbridge::daemon
