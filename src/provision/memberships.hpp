#pragma once
// The memberships that the connection gave somebody who is to be deleted; those of others are not ours to
// change. One thread; what it is made from outlives it.
#include <utility>
#include <vector>

#include "provision/resources.hpp"

namespace dirbridge::provision {

class Memberships {
 public:
  Memberships(const Context& context, directory::Dn member, Deadline deadline)
      : context_(context), member_(std::move(member)), deadline_(deadline) {}

  // What the directory refuses for good is no error: tell_stayed() tells of it once the rest is done.
  Result<> leave();
  void tell_stayed(const directory::Dn& home) const;
  // The member could not be deleted, perhaps because the time was up.
  void restore();

 private:
  struct Stayed {
    directory::Dn group;
    std::string reason;
  };
  Result<> leave(std::vector<directory::Entry> groups, bool again);
  bool is_known(const directory::Dn& group) const;

  const Context& context_;
  const directory::Dn member_;
  Deadline deadline_;
  std::vector<directory::Entry> left_;
  std::vector<Stayed> stayed_;
};

}  // namespace dirbridge::provision
