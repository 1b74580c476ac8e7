#pragma once
// A user is about to vanish from the products: what it leads is handed over first, in one place, whatever the
// reason. One of these per request; used by one thread.
#include <optional>
#include <string>
#include <type_traits>

#include "provision/context.hpp"

namespace dirbridge::provision {

class Leaving {
 public:
  Leaving(const Context& context, Deadline deadline) : context_(context), deadline_(deadline) {}

  // Before anything is written; asks once, however often it is called. Busy: the handover failed, and the
  // connection waits for it; or it may not be asked for now (with_handover). A home that products do not see
  // has left already.
  Result<> announce(const directory::Entry& home);

  // The login name whose handover failed, while the connection goes on: the goal for the home remembers it.
  bool owes() const { return owed_.has_value(); }
  void remember(sync::EntryGoal& goal) const;

 private:
  const Context& context_;
  Deadline deadline_;
  bool asked_ = false;
  std::optional<Error> refused_;
  std::optional<std::string> owed_;
};

// Handovers that failed are tried again; what succeeds is forgotten. For the sweep.
Result<> hand_over_owed(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
