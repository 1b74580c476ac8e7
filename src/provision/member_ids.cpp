#include "provision/member_ids.hpp"

#include <boost/container_hash/hash.hpp>
#include <functional>

namespace dirbridge::provision {

MemberIds::Key MemberIds::key_of(std::string_view dn) {
  return {std::hash<std::string_view>()(dn), boost::hash<std::string_view>()(dn)};
}

std::uint32_t MemberIds::seconds() const {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count());
}

std::vector<std::optional<Identity>> MemberIds::find(std::span<const std::string> dns) const {
  std::vector<std::optional<Identity>> out;
  out.reserve(dns.size());
  const auto now = seconds();
  const std::lock_guard lock(mutex_);
  for (const auto& dn : dns) {
    const auto at = known_.find(key_of(dn));
    const bool fresh = at != known_.end() && now - at->second.since <= std::chrono::seconds(life).count();
    out.push_back(fresh ? std::optional(at->second.identity) : std::nullopt);
  }
  return out;
}

void MemberIds::remember(std::string_view dn, const Identity& identity) {
  const auto key = key_of(dn);
  const Known known{identity, seconds()};
  const std::lock_guard lock(mutex_);
  if (known_.size() >= most) known_.clear();
  known_.insert_or_assign(key, known);
}

void MemberIds::forget(const directory::Dn& dn) {
  const auto key = key_of(dn.str());
  const std::lock_guard lock(mutex_);
  known_.erase(key);
  ++forgotten_;
}

}  // namespace dirbridge::provision
