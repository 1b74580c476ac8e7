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

  Result<> leave();
  // The member could not be deleted, perhaps because the time was up.
  void restore();

 private:
  Result<> leave(std::vector<directory::Entry> groups);

  const Context& context_;
  const directory::Dn member_;
  Deadline deadline_;
  std::vector<directory::Entry> left_;
};

}  // namespace dirbridge::provision
