#pragma once
// Who loses which directory group in the end when members leave a group: what a budget of member removals is
// asked about. Of a source group its directory groups lose users, those of groups in it included, unless
// something else grants them or they are there by hand, or they come back with who comes in the same request;
// a group without directory groups of its own loses the members themselves.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "provision/grants/grants.hpp"
#include "provision/removals.hpp"

namespace dirbridge::provision {

struct Loss {
  std::string subject;  // as in sync::Budget
  directory::Dn group;  // whose members are counted
  std::size_t count = 0;
};

// DNs in the server's spelling.
struct Leavers {
  std::vector<std::string> members;  // those that the group lists and loses
  std::vector<std::string> coming;   // who comes in the same change
  bool whole = false;                // the group goes itself, and `members` are all
  bool operator==(const Leavers&) const = default;
};

// `group`: a home with dirbridgeId and, of a record, dirbridgeTarget.
Result<std::vector<Loss>> losses(const Context& context, const directory::Entry& group,
                                 const Leavers& leavers, Deadline deadline);

// One answer for all of them: none is made when one is over its budget. One thread.
class LossPermission {
 public:
  explicit LossPermission(const Context& context) : context_(context) {}

  Result<bool> ask(const std::vector<Loss>& all, Deadline deadline);
  // As Permission::landed(); `group`: where those are who were held.
  void landed(const directory::Dn& group, const std::vector<std::string>& held);

 private:
  const Context& context_;
  std::map<std::string, std::unique_ptr<Permission>> asked_;  // by subject
  bool allowed_ = true;
};

}  // namespace dirbridge::provision
