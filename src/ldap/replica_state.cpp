#include "ldap/replica_state.hpp"

#include <algorithm>

namespace dirbridge::ldap {

namespace {

// 20261130144200.123456Z#000000#001#000000: time, count, replica ID, change within an operation. Of one
// replica they compare as text.
std::string_view replica_of(std::string_view csn) {
  const auto count = csn.find('#');
  const auto id = count == std::string_view::npos ? count : csn.find('#', count + 1);
  if (id == std::string_view::npos) return {};
  return csn.substr(id + 1, csn.find('#', id + 1) - id - 1);
}

}  // namespace

void ReplicaState::take(Newest& newest, const std::vector<std::string>& values) {
  for (const auto& csn : values) {
    auto& known = newest[std::string(replica_of(csn))];
    known = std::max(known, csn);
  }
}

void ReplicaState::saw(const std::vector<std::string>& values) {
  const std::lock_guard lock(mutex_);
  take(newest_, values);
}

std::string ReplicaState::missing_in(const std::vector<std::string>& values) const {
  if (values.empty()) return {};
  Newest there;
  take(there, values);
  const std::lock_guard lock(mutex_);
  for (const auto& [replica, csn] : newest_) {
    const auto at = there.find(replica);
    if (at == there.end() || at->second < csn) return csn;
  }
  return {};
}

void ReplicaState::settle_for(const std::vector<std::string>& values) {
  const std::lock_guard lock(mutex_);
  newest_.clear();
  take(newest_, values);
}

}  // namespace dirbridge::ldap
