#pragma once
// Drift: a directory group that does not hold those to whom it is granted, or holds members whom nothing
// keeps there: names of nobody, and, where the options of the connection say so, who is there without a
// grant. Whatever the cause, it is said in the log and mended; who leaves that way counts in the guard.
#include <map>
#include <string>
#include <vector>

#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

// Who is in the directory group and should not be. `group` has its members, objectClass and
// dirbridgeConnection.
Result<std::vector<std::string>> unwarranted(const Context& context, const directory::Entry& group,
                                             const directory::DnSet& granted, Deadline deadline);

// The directory groups that the connection fills, or has filled.
Result<std::vector<directory::Dn>> filled_groups(const Context& context, Deadline deadline);

// Compares all of these of a connection with their grants, now and then. Looks only at what was written since
// it was right (entryCSN), at all once a day, and at most so many members at a time but for the first. One
// thread.
class Drift {
 public:
  Result<> mend(const Context& context, Deadline deadline);

 private:
  std::map<std::string, std::string> right_;  // normalized DN -> the state in which it was right
  WallTime began_{};
  bool seen_all_ = false;
};

}  // namespace dirbridge::provision
