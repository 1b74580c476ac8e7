#pragma once
// The members of a large group, piece by piece, in the directory's order; then those that are pending. Used
// by one thread at a time; what the context refers to outlives it.
#include <span>
#include <string>
#include <vector>

#include "provision/members.hpp"

namespace dirbridge::provision {

class MemberStream {
 public:
  enum class Names { Without, With };  // of the members: dearer

  // The entry was read with `member`, dirbridgeHeldMember and dirbridgePendingMember.
  MemberStream(const Context& context, directory::Entry entry, Names names);

  struct Piece {
    std::vector<Identity> members;  // without names
    std::vector<Member> named;      // with names
    std::vector<std::string> pending;
    bool empty() const { return members.empty() && named.empty() && pending.empty(); }
  };
  // An empty piece is the end.
  Result<Piece> next(Deadline deadline);

 private:
  Result<> read(std::span<const std::string> dns, Piece& piece, Deadline deadline) const;

  Context context_;
  Names names_;
  std::vector<std::string> dns_;
  std::vector<std::string> pending_;
  std::size_t at_ = 0;
};

}  // namespace dirbridge::provision
