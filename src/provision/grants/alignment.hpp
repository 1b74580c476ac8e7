#pragma once
// Bringing one directory group in line with its grants: who comes and who goes, and the one modify that does
// it.
#include <span>
#include <string>
#include <vector>

#include "provision/grants/grants.hpp"
#include "provision/members/unfinished_names.hpp"

namespace dirbridge::provision {

// What another instance does at the same time shows in the next round.
inline constexpr int most_rounds = 5;

// Each once, whatever made them come up: a change takes no value twice.
std::vector<std::string> without_placeholder(const Context& context, std::span<const std::string> users);

// Whom readers shall not see in groups: users without an entry, and those whom the directory strips of
// groups.
Result<std::vector<bool>> hidden_ones(const Context& context, std::span<const std::string> users,
                                      Deadline deadline);

struct Moves {
  std::vector<std::string> add;
  std::vector<std::string> remove;
  bool empty() const { return add.empty() && remove.empty(); }
};

// What is to be done for each of the users, by what is true of it. Who is getting another name leaves under
// all of them when none is granted; it is the rename that brings the new one.
Moves moves_between(const UserNames& users, const std::vector<bool>& granted, const std::vector<bool>& kept,
                    const std::vector<bool>& present, const std::vector<bool>& hidden);

// `group` and `moves` outlive it.
sync::Task moving(const Context& context, const directory::Dn& group, const Moves& moves);

// True when something was changed. `made_with`: those come in addition who are in a group that had to be
// made. Busy: others change it all the time.
Result<bool> bring_in_line(const Context& context, const directory::Dn& group,
                           const std::vector<std::string>& users, std::vector<std::string>& made_with,
                           Deadline deadline);

}  // namespace dirbridge::provision
