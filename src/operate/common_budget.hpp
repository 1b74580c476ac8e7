#pragma once
// The budget of removals that all connections of a directory have together, beside the one that each has.
#include "config/config.hpp"
#include "provision/store/budget_store.hpp"
#include "sync/guard.hpp"

namespace dirbridge::operate {

struct CommonBudget {
  // `directory` and `clock` outlive it.
  CommonBudget(const sync::BudgetRules& rules, const config::DirectoryConfig& config,
               directory::Directory& directory, const Clock& clock);
  CommonBudget(const CommonBudget&) = delete;
  CommonBudget& operator=(const CommonBudget&) = delete;

  sync::Budget budget;

 private:
  sync::Guard guard_;
  sync::Reconciler writer_;

 public:
  provision::BudgetStore store;
  bool unkept = false;  // the last exchange failed
};

}  // namespace dirbridge::operate
