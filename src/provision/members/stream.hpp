#pragma once
// The members of a large group, piece by piece, in the directory's order; then those that are pending. Used
// by one thread at a time; what the context refers to outlives it.
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "provision/members/identify.hpp"
#include "provision/members/lists.hpp"
#include "provision/members/resolve.hpp"

namespace dirbridge::provision {

class MemberStream {
 public:
  virtual ~MemberStream() = default;

  struct Piece {
    std::vector<Identity> members;  // without names
    std::vector<Member> named;      // with names
    std::vector<std::string> pending;
    bool empty() const { return members.empty() && named.empty() && pending.empty(); }
  };
  // An empty piece is the end.
  virtual Result<Piece> next(Deadline deadline) = 0;
};

// From the group's entry, which was read with `member`, dirbridgeHeldMember and dirbridgePendingMember.
std::unique_ptr<MemberStream> stream_named(const Context& context, directory::Entry group);
// Without the members' names, which is cheaper; `whole` gets the list when all of it has been read.
std::unique_ptr<MemberStream> stream_ids(const Context& context, directory::Entry group,
                                         std::function<void(MemberList)> whole);
std::unique_ptr<MemberStream> stream_known(std::shared_ptr<const MemberList> list);

}  // namespace dirbridge::provision
