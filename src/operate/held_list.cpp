#include "operate/held_list.hpp"

#include "audit/reader.hpp"

namespace dirbridge::operate {

namespace {

std::string key_of(std::string_view removal, const directory::Dn& dn) {
  return std::string(removal) + '\n' + dn.normalized();
}

}  // namespace

Result<HeldOrigins> HeldOrigins::read(const config::Config& config) {
  HeldOrigins out;
  if (!config.audit) return out;
  const auto read = audit::read(
      *config.audit,
      [&](const audit::Line& line, std::string_view) {
        if (line.outcome == sync::to_string(sync::Decision::Held))
          out.known_[key_of(line.removal, line.dn)] = {line.time, line.cause};
      },
      "\"removal\":");
  if (!read) return read.error();
  return out;
}

Held HeldOrigins::of(const std::string& connection, provision::HeldRemoval removal) const {
  const auto at = known_.find(key_of(sync::to_string(removal.removal), removal.dn));
  if (at != known_.end()) return {connection, std::move(removal), at->second.time, at->second.cause};
  auto changed = removal.changed;
  return {connection, std::move(removal), std::move(changed), std::nullopt};
}

Result<std::vector<Held>> held_list(const provision::Context& context, const HeldOrigins& origins,
                                    Deadline deadline) {
  auto all = provision::held_removals(context, deadline);
  if (!all) return all.error();
  std::vector<Held> out;
  for (auto& one : *all) out.push_back(origins.of(context.rules.connection, std::move(one)));
  return out;
}

}  // namespace dirbridge::operate
