#pragma once
// What there was when a resource came: what its creation is undone to (undo.hpp).
#include <optional>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

struct Arrival;

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

// Looks before anything is changed. `home`: the entry that becomes the resource's; null: it is new, and
// arrive() sees which groups wait for it.
Result<> look_before(const Context& context, const scim::ResourceType& type, const json::object& content,
                     const directory::Dn* home, Before& before, Deadline deadline);
Result<> look_before_group(const Context& context, const Arrival& arrival, const directory::Dn* home,
                           Before& before, Deadline deadline);

// What there may be of a home that is read.
std::vector<std::string> attributes_to_restore(const Context& context, const scim::ResourceType& type);

}  // namespace dirbridge::provision
