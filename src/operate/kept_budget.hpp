#pragma once
// A budget of removals and where it is kept: that of one connection, or the one that all connections of a
// directory have together beside it. The budget is thread-safe, its store is not.
#include <string>

#include "config/config.hpp"
#include "provision/store/budget_store.hpp"
#include "sync/guard.hpp"

namespace dirbridge::operate {

struct KeptBudget {
  static constexpr const char* all_connections = "(all)";  // no connection is called so

  // `owner`: a connection, or all_connections. `directory` and `clock` outlive it.
  KeptBudget(const std::string& owner, const sync::BudgetRules& rules, const config::DirectoryConfig& config,
             directory::Directory& directory, const Clock& clock);
  KeptBudget(const KeptBudget&) = delete;
  KeptBudget& operator=(const KeptBudget&) = delete;

  sync::Budget budget;

 private:
  sync::Guard guard_;
  sync::Reconciler writer_;

 public:
  provision::BudgetStore store;
  bool unkept = false;  // the last exchange failed
};

}  // namespace dirbridge::operate
