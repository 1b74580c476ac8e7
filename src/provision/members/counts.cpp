#include "provision/members/counts.hpp"

#include <algorithm>

namespace dirbridge::provision {

void MemberCounts::known(const std::string& group, std::size_t count) {
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= most_groups) counts_.clear();
  counts_[group] = count;
}

void MemberCounts::changed(std::string_view group, const scim::MemberChange& change) {
  const std::lock_guard lock(mutex_);
  const auto at = counts_.find(std::string(group));
  if (change.replace_all) {
    counts_[std::string(group)] = change.add.size();
  } else if (at != counts_.end()) {
    at->second += change.add.size();
    at->second -= std::min(at->second, change.remove.size());
  } else if (change.add.size() > most_few_members) {
    counts_[std::string(group)] = change.add.size();
  }
}

bool MemberCounts::has_many(std::string_view group) const {
  const std::lock_guard lock(mutex_);
  const auto at = counts_.find(std::string(group));
  return at != counts_.end() && at->second > most_few_members;
}

}  // namespace dirbridge::provision
