#include "sync/same_values.hpp"

#include "directory/matching.hpp"

namespace dirbridge::sync {

void keep_distinct(EntryGoal& goal, Sameness sameness) {
  for (auto& wish : goal.attributes) {
    if (wish.values.size() < 2) continue;
    wish.values = sameness == Sameness::Surely
                      ? directory::surely_distinct(wish.attribute, std::move(wish.values))
                      : directory::widely_distinct(wish.attribute, std::move(wish.values));
    const bool whole = wish.kind == AttributeGoal::Kind::Exactly && !directory::knows_rule(wish.attribute);
    if (sameness == Sameness::All && whole) wish.values = {wish.values.front()};
  }
}

std::optional<Sameness> wider(Sameness sameness) {
  switch (sameness) {
    case Sameness::Surely:
      return Sameness::Widely;
    case Sameness::Widely:
      return Sameness::All;
    case Sameness::All:
      break;
  }
  return std::nullopt;
}

}  // namespace dirbridge::sync
