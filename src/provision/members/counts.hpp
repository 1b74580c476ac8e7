#pragma once
// About how many members groups have, from what was last loaded and changed since: a hint for what an answer
// will cost, never shown to anybody. Bounded; thread-safe.
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scim/patch.hpp"

namespace dirbridge::provision {

inline constexpr std::size_t most_few_members = 100;
inline constexpr std::size_t most_members_at_once = 200;

class MemberCounts {
 public:
  void known(const std::string& group, std::size_t count);
  void changed(std::string_view group, const scim::MemberChange& change);
  // More than most_few_members, as far as is known.
  bool has_many(std::string_view group) const;

 private:
  static constexpr std::size_t most_groups = 10'000;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace dirbridge::provision
