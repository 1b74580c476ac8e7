#pragma once
// Who the members of large groups are, remembered while their entries do not change: an identity provider
// reads the same large groups again and again, and the list is nearly all that this costs. What the DNs of
// members mean is trusted for MemberIds::life, and no longer than until an entry is known to have come, gone
// or got another name. Bounded: 17 bytes for each member. Thread-safe.
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "provision/member_ids.hpp"

namespace dirbridge::provision {

struct MemberList {
  std::vector<Identity> members;
  std::vector<std::string> pending;
};

// What a list was true for.
struct ListState {
  std::string group;            // id
  std::string change;           // entryCSN
  std::uint64_t forgotten = 0;  // MemberIds::forgotten
  friend bool operator==(const ListState&, const ListState&) = default;
};

class MemberLists {
 public:
  static constexpr std::size_t most_members = 500'000;  // of all lists together

  bool has(std::string_view group) const;
  // Null when it is not known, or not any more.
  std::shared_ptr<const MemberList> find(const ListState& state);
  void keep(ListState state, MemberList list);

 private:
  struct Kept {
    ListState state;
    std::shared_ptr<const MemberList> list;
    std::chrono::steady_clock::time_point since;
  };
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // most recent first
};

}  // namespace dirbridge::provision
