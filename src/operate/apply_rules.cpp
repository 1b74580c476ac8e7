#include "operate/apply_rules.hpp"

#include "provision/upkeep/converge_all.hpp"

namespace dirbridge::operate {

CommandOutcome apply_rules(const provision::Context& context) {
  const auto done = provision::converge_all(context);
  if (!done) return {{}, done.error().detail};
  Applied applied{done->users, done->groups, done->changed};
  for (const auto& [what, why] : done->failures) applied.failures.push_back({what, why.detail});
  return {{}, {}, std::move(applied)};
}

}  // namespace dirbridge::operate
