#include "provision/members/lists.hpp"

#include <algorithm>

namespace dirbridge::provision {

bool MemberLists::has(std::string_view group) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(kept_.begin(), kept_.end(), [&](const auto& kept) { return kept.state.group == group; });
}

std::shared_ptr<const MemberList> MemberLists::find(const ListState& state) {
  const auto oldest = std::chrono::steady_clock::now() - MemberIds::life;
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(kept_.begin(), kept_.end(),
                               [&](const auto& kept) { return kept.state.group == state.group; });
  if (at == kept_.end()) return nullptr;
  if (!(at->state == state) || at->since < oldest) {
    kept_.erase(at);
    return nullptr;
  }
  kept_.splice(kept_.begin(), kept_, at);
  return kept_.front().list;
}

void MemberLists::keep(ListState state, MemberList list) {
  if (list.members.size() > most_members || state.change.empty()) return;
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& kept) { return kept.state.group == state.group; });
  kept_.push_front({std::move(state), std::make_shared<const MemberList>(std::move(list)),
                    std::chrono::steady_clock::now()});
  std::size_t members = 0;
  const auto too_many = std::find_if(kept_.begin(), kept_.end(), [&](const auto& kept) {
    members += kept.list->members.size();
    return members > most_members;
  });
  kept_.erase(too_many, kept_.end());
}

}  // namespace dirbridge::provision
