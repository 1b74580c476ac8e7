#pragma once
// Which values of a modify its entry already has, as the server compares them: what is needed when a
// permissive modify was refused nevertheless. That happens on servers without the control, and on
// OpenLDAP 2.5, whose permissive modify answers noSuchAttribute when the last value to delete is not there.
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "directory/change.hpp"
#include "ldap/connection.hpp"

namespace dirbridge::ldap {

enum class Presence { Absent, Present, Unclear };

struct Presences {
  std::vector<Presence> values;  // of the values to add or delete, in the order of the modify
  std::optional<Error> failure;
  bool repeatable = false;  // the failure was that of the connection
};

// Few values are compared one by one, pipelined. Of many, the attributes are read first, and only what that
// leaves unclear is compared: a compare costs the server more, the larger the group is. `exactly`: compare
// them all.
Presences find_values(Connection& connection, const directory::Modify& modify, bool exactly,
                      Deadline deadline);

}  // namespace dirbridge::ldap
