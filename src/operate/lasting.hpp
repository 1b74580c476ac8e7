#pragma once
// What of a connection outlives a change of its configuration while it is served. The parts before and after
// it are at work together until the last request of before is answered: what they count, what they remember
// of the directory, and whether they serve must be one. Thread-safe, but for the budget's store.
#include "operate/gate.hpp"
#include "operate/kept_budget.hpp"
#include "operate/succession.hpp"
#include "provision/member_ids.hpp"
#include "sync/moves.hpp"

namespace dirbridge::operate {

struct Lasting {
  // `directory` and `clock` outlive it.
  Lasting(const std::string& connection, const sync::BudgetRules& rules,
          const config::DirectoryConfig& target, directory::Directory& directory, const Clock& clock)
      : budget(connection, rules, target, directory, clock), member_ids(clock) {}

  KeptBudget budget;
  provision::MemberIds member_ids;
  sync::Moves moves;
  Gate gate;  // of a bridge that serves it
  Succession succession;
};

}  // namespace dirbridge::operate
