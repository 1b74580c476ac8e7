#pragma once
// Adding a new resource: one LDAP add, with the search for groups that wait for it in flight beside it.
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "provision/groups/before.hpp"

namespace dirbridge::provision {

struct Arrival {
  std::string id;
  const boost::json::object& content;
  sync::EntryGoal goal;
  const scim::ResourceType* type = nullptr;
  std::vector<std::string> attributes;  // to read when the outcome of the add is unknown
  std::string name_field;               // "userName", for the error when the name is taken
  directory::Dn base;                   // below which the goal's entry is
  // By which nobody else may be found (names_in_use.hpp).
  std::vector<directory::SearchRequest> rivals{};
  // The same of what no product reads, so that there is time for it until the add is answered.
  std::optional<directory::SearchRequest> hidden_rival{};
};

// Busy while an unfinished rename still holds the name in groups: whoever took it would get the memberships.
// Uniqueness when the name is taken. A repeated request whose first try got stuck half-way finds the name
// taken too: then what was left undone is completed before the error is returned. `before` learns which
// groups waited.
Result<mapping::Record> arrive(const Context& context, const Arrival& arrival, Before& before,
                               Deadline deadline);

// Finishes what an arrival owes to groups that wait for it: for a name that was taken, and for the sweep.
Result<> complete_arrival(const Context& context, const directory::Entry& entry, Deadline deadline);

}  // namespace dirbridge::provision
