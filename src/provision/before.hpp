#pragma once
// What there was when a resource came: what its creation is undone to (undo.hpp).
#include <optional>
#include <string>
#include <vector>

#include "directory/entry.hpp"

namespace dirbridge::provision {

struct Before {
  std::optional<directory::Entry> home;  // absent: nothing
  std::vector<directory::Entry> groups;  // that listed it
  struct Waiting {
    std::string name;
    std::vector<directory::Entry> groups;
  };
  std::vector<Waiting> waiting;
  bool has_targets = false;  // a new group found one of its directory groups there
  bool is_added = false;     // the new home is there, whatever the answer is
};

}  // namespace dirbridge::provision
