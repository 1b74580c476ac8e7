#pragma once
// What a connection has spent of its budget, kept under the bridge base (design rule 13), so that a restart
// gives no new one. Written now and then, by one thread.
#include <cstdint>
#include <optional>

#include "provision/context.hpp"
#include "sync/budget.hpp"

namespace dirbridge::provision {

class BudgetStore {
 public:
  // `writer` is a reconciler of this connection without a journal: nobody asks who changed a counter.
  BudgetStore(const Context& context, sync::Reconciler& writer, sync::Budget& budget);

  // Reads what was kept, the first time; then writes what has changed. An error is worth another try.
  Result<> exchange(Deadline deadline);

 private:
  directory::SearchRequest find() const;
  Result<> read(Deadline deadline);
  Result<> write(Deadline deadline);

  const Context& context_;
  sync::Reconciler& writer_;
  sync::Budget& budget_;
  std::string id_;
  std::optional<std::uint64_t> kept_;  // revision of the budget that is in the directory
};

}  // namespace dirbridge::provision
