#pragma once
// Guard: the last look at a plan before it is applied. Refuses changes outside the bases a connection may
// write, changes to protected entries, and changes to entries of somebody else (design rules 4 and 10). An
// entry of nobody may be adopted. A directory group that somebody else owns, or nobody, may get and lose
// members. Immutable; thread-safe.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sync/plan.hpp"

namespace dirbridge::sync {

class Guard {
 public:
  struct Rules {
    std::string connection;                        // owner that entries must name in dirbridgeConnection
    std::vector<directory::Dn> bases;              // nothing outside these is written
    std::vector<directory::Dn> protected_entries;  // never written, nor what lies below, whatever a rule says
    directory::Dn
        mapped_groups{};  // below this base memberships of others' groups may change; empty: nowhere
    std::string member_attribute = "member";
  };
  explicit Guard(Rules rules) : rules_(std::move(rules)) {}

  const std::string& connection() const { return rules_.connection; }

  // Forbidden, with the reason, when the plan must not be applied. `entry` is what the plan was made for.
  Result<> check(const Plan& plan, const std::optional<directory::Entry>& entry) const;

 private:
  bool adopts(const Plan& plan, const directory::Entry& entry) const;
  bool changes_memberships(const Plan& plan, const directory::Entry& entry) const;
  Result<> check_within(const directory::Dn& dn) const;
  Result<> check_place(const directory::Dn& dn) const;
  Result<> check_change(const directory::Change& change, const std::optional<directory::Entry>& entry) const;
  Rules rules_;
};

}  // namespace dirbridge::sync
