#pragma once
// Handing over takes seconds, and is asked for while nothing is locked.
#include <type_traits>

#include "provision/context.hpp"

namespace dirbridge::provision {

// The field of an error which says that the handover is to be asked for first.
inline constexpr const char* asked_first = "handover";
bool is_asked_first(const Error& why);

// Runs a change of users that locks keys, `work(context)`. Handing over takes seconds, and what is locked for
// a change all others may need: so it is done while nothing is locked, after a run that found out that it
// takes one and wrote nothing; the next run decides again. Busy: somebody else is to leave each time.
template <class Work>
std::invoke_result_t<Work, const Context&> with_handover(const Context& context, Deadline deadline,
                                                         const Work& work) {
  if (!context.mandate.handover) return work(context);
  constexpr int most_runs = 5;
  HandoverBetween between(*context.mandate.handover);
  auto inner = context;
  inner.mandate.handover = &between;
  for (int run = 1;; ++run) {
    auto done = work(inner);
    const bool again = !done && between.is_wanted() && run < most_runs && remaining(deadline).count() > 0;
    if (!again || !between.ask(deadline)) return done;
  }
}

}  // namespace dirbridge::provision
