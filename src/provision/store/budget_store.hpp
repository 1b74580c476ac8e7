#pragma once
// What a connection, or all of a directory, have spent of their budget, kept under the bridge base (design
// rule 13), so that a restart gives no new one. Written now and then, by one thread.
#include <cstdint>
#include <optional>
#include <string>

#include "provision/context.hpp"
#include "sync/budget.hpp"
#include "sync/reconcile.hpp"

namespace dirbridge::provision {

class BudgetStore {
 public:
  // Whose budget it is and where it is kept; all outlive the store. `writer` is a reconciler without a
  // journal: nobody asks who changed a counter.
  struct Place {
    directory::Directory& directory;
    directory::Dn bridge_base;
    std::string owner;  // dirbridgeConnection
    sync::Reconciler& writer;
  };
  BudgetStore(Place place, sync::Budget& budget);
  // That of one connection.
  BudgetStore(const Context& context, sync::Reconciler& writer, sync::Budget& budget);

  // Reads what was kept, the first time; then writes what has changed. An error is worth another try.
  Result<> exchange(Deadline deadline);

 private:
  directory::SearchRequest find() const;
  Result<> read(Deadline deadline);
  Result<> write(Deadline deadline);

  const Place place_;
  sync::Budget& budget_;
  std::string id_;
  std::optional<std::uint64_t> kept_;  // revision of the budget that is in the directory
};

}  // namespace dirbridge::provision
