#pragma once
// Removals of one connection against its budget: disabled and deleted users, deleted groups, members that
// leave. What is over the budget is held: the record says what the identity provider wrote, its entry stays
// as it is (dirbridgeHeld, dirbridgeHeldMember) until an administrator decides. Thread-safe.
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.hpp"
#include "directory/entry.hpp"
#include "mapping/held.hpp"
#include "sync/budget.hpp"
#include "sync/journal.hpp"

namespace dirbridge::provision {

namespace held = mapping::held;

// NotFound: nobody has to decide on anything about this resource.
Error nothing_waits(std::string_view id);

class Removals {
 public:
  // All outlive it; `journal` may be null, and so may be `common`: the budget of all connections of the
  // directory, of which everything is taken as well.
  Removals(std::string connection, sync::Budget& budget, sync::Journal* journal, const Clock& clock,
           sync::Budget* common = nullptr);

  // Whose users or groups a per cent is of.
  enum class Whose { Connection, Directory };
  // How many users, groups or members there are: asked only where that decides, and remembered for a while.
  using Total = std::function<Result<std::size_t>(Whose)>;
  // False: over one of the budgets. `subject` as in sync::Budget.
  Result<bool> take(sync::Removal removal, const std::string& subject, std::size_t wanted,
                    const Total& total);
  void give_back(sync::Removal removal, const std::string& subject, std::size_t count);

  // For the audit, the log (a warning once per window) and the metric.
  void decided(sync::Decision decision, sync::Removal removal, const directory::Dn& dn,
               const std::vector<std::string>& members, std::string_view detail);

 private:
  struct Known {
    std::size_t total;
    WallTime at;
  };
  using Key = std::tuple<Whose, sync::Removal, std::string>;

  Result<bool> take_of(sync::Budget& budget, Whose whose, sync::Removal removal, const std::string& subject,
                       std::size_t wanted, const Total& total);
  bool is_first_of_window(sync::Removal removal);

  const std::string connection_;
  sync::Budget& budget_;
  sync::Budget* common_;
  sync::Journal* journal_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<Key, Known> totals_;
  std::map<sync::Removal, WallTime> warned_;
};

// The answer to one request: asked once, and once more when its change, planned anew, removes more or less.
// What was taken of the budget for a change that does not land goes back. One thread.
class Permission {
 public:
  // `removals` null: there is no budget.
  Permission(Removals* removals, sync::Removal removal, std::string subject = {})
      : removals_(removals), removal_(removal), subject_(std::move(subject)) {}
  ~Permission();
  Permission(const Permission&) = delete;
  Permission& operator=(const Permission&) = delete;

  Result<bool> ask(std::size_t wanted, const Removals::Total& total);
  // Another budget says no to the same change.
  void refuse();
  // The change is made: with the removal, or, when that was over the budget, without it. `members` are those
  // that were held.
  void landed(const directory::Dn& dn, const std::vector<std::string>& members = {});

 private:
  Removals* removals_;
  sync::Removal removal_;
  std::string subject_;
  std::optional<bool> allowed_;
  std::size_t asked_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace dirbridge::provision
