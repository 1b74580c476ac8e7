#include "provision/groups/known.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t most_groups = 1'000;

}  // namespace

std::optional<sync::Current> KnownGroups::take(std::string_view id) {
  const std::lock_guard lock(mutex_);
  auto node = groups_.extract(std::string(id));
  return node ? std::optional(std::move(node.mapped())) : std::nullopt;
}

void KnownGroups::keep(std::string_view id, sync::Current group) {
  const std::lock_guard lock(mutex_);
  if (groups_.size() >= most_groups) groups_.clear();
  groups_.insert_or_assign(std::string(id), std::move(group));
}

}  // namespace dirbridge::provision
