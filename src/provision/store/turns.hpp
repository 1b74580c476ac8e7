#pragma once
// What the sweep has to do with many things, each on its own: one that fails does not stop the others, and
// where the time is not enough for all, another run begins with others.
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// Where a run begins among so many: somewhere else every second.
std::size_t turn_of(const Clock& clock, std::size_t count);

// The first error, when all had their turn. Timeout: the deadline came first.
template <class Item, class Act>
Result<> each_in_turn(const Context& context, const std::vector<Item>& items, Deadline deadline,
                      const Act& act) {
  Result<> out;
  const auto begin = turn_of(context.clock, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (remaining(deadline).count() == 0)
      return out ? error(ErrorKind::Timeout, std::to_string(items.size() - i) + " wait for their turn")
                 : out.error();
    Result<> done = act(items[(begin + i) % items.size()]);
    if (!done && out) out = done.error();
  }
  return out;
}

}  // namespace dirbridge::provision
