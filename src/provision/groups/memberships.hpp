#pragma once
// The memberships that the connection gave somebody who is to be deleted; those of others are not ours to
// change. One thread; what it is made from outlives it.
#include <utility>
#include <vector>

#include "provision/store/stored.hpp"

namespace dirbridge::provision {

class Memberships {
 public:
  // `member`: the home, with dirbridgeAlias.
  Memberships(const Context& context, const directory::Entry& member, Deadline deadline);

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
  Result<> leave(const directory::Dn& name);
  Result<> leave(std::vector<directory::Entry> groups, const directory::Dn& name, bool again);
  bool is_known(const directory::Dn& group) const;

  const Context& context_;
  const directory::Dn member_;
  const std::vector<directory::Dn> names_;  // by which groups may list it
  Deadline deadline_;
  std::vector<directory::Entry> left_;
  std::vector<Stayed> stayed_;
};

}  // namespace dirbridge::provision
