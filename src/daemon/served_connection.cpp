#include "daemon/served_connection.hpp"

#include <utility>

#include "provision/store/shared_key.hpp"

namespace dirbridge::daemon {

namespace {

// The parts go last: the rest refers to them.
struct Whole {
  std::shared_ptr<operate::ConnectionParts> parts;
  server::Connection connection;
};

Result<std::shared_ptr<const void>> begin_write(operate::ConnectionParts& parts, Deadline deadline) {
  auto turn = parts.lasting->succession.begin(parts.its_rules, deadline);
  if (!turn) return turn.error();
  return std::make_shared<operate::Succession::Turn>(std::move(*turn));
}

server::Connection connection_of(const std::string& name, const config::ConnectionConfig& config,
                                 const config::DirectoryConfig& target, operate::ConnectionParts& parts,
                                 const Clock& clock) {
  return {
      name,
      provision::make_users(parts.context),
      provision::make_groups(parts.context),
      config.behaviour.group_patch_response,
      config.behaviour.default_page_size,
      config.behaviour.max_page_size,
      config.behaviour.members_in_group_lists,
      std::make_unique<server::Cursors>(provision::make_shared_key(parts.context, parts.bookkeeper), clock),
      target.password != mapping::PasswordRule::Ignore,
      [&gate = parts.lasting->gate] { return gate.passed(); },
      [&parts](Deadline deadline) { return begin_write(parts, deadline); }};
}

}  // namespace

Result<ServedConnection> make_served(const std::string& name, const config::ConnectionConfig& config,
                                     const config::DirectoryConfig& target,
                                     const operate::Surroundings& around,
                                     std::shared_ptr<operate::Lasting> before) {
  auto handover = operate::make_handover(config);
  if (!handover) return handover.error();
  auto parts = std::make_shared<operate::ConnectionParts>(name, config, target, around, std::move(*handover),
                                                          std::move(before));
  auto whole =
      std::make_shared<Whole>(Whole{parts, connection_of(name, config, target, *parts, around.clock)});
  return ServedConnection{std::move(parts), {whole, &whole->connection}};
}

}  // namespace dirbridge::daemon
