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

// An error of announce(): the handover is to be asked for first.
bool is_asked_first(const Error& why);

// Runs a change of users that locks keys, `work(context)`. Handing over takes seconds, and what is locked for
// a change all others may need: so it is done while nothing is locked, after a run that found out that it
// takes one and wrote nothing; the next run decides again. Busy: somebody else is to leave each time.
template <class Work>
std::invoke_result_t<Work, const Context&> with_handover(const Context& context, Deadline deadline,
                                                         const Work& work) {
  if (!context.handover) return work(context);
  constexpr int most_runs = 5;
  HandoverBetween between(*context.handover);
  auto inner = context;
  inner.handover = &between;
  for (int run = 1;; ++run) {
    auto done = work(inner);
    const bool again = !done && between.is_wanted() && run < most_runs && remaining(deadline).count() > 0;
    if (!again || !between.ask(deadline)) return done;
  }
}

// Handovers that failed are tried again; what succeeds is forgotten. For the sweep.
Result<> hand_over_owed(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
