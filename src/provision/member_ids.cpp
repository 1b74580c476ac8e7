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

std::optional<Identity> MemberIds::find(std::string_view dn) const {
  const auto key = key_of(dn);
  const auto now = seconds();
  const std::lock_guard lock(mutex_);
  const auto at = known_.find(key);
  if (at == known_.end() || now - at->second.since > std::chrono::seconds(life).count()) return std::nullopt;
  return Identity{unpack_uuid(at->second.id), at->second.is_group};
}

void MemberIds::remember(std::string_view dn, const Identity& identity) {
  const auto key = key_of(dn);
  const Known known{pack_uuid(identity.id), seconds(), identity.is_group};
  const std::lock_guard lock(mutex_);
  if (known_.size() >= most) known_.clear();
  known_.insert_or_assign(key, known);
}

void MemberIds::forget(const directory::Dn& dn) {
  const auto key = key_of(dn.str());
  const std::lock_guard lock(mutex_);
  known_.erase(key);
}

}  // namespace dirbridge::provision
