#include "operate/apply_rules.hpp"

#include "provision/upkeep/converge_all.hpp"

namespace dirbridge::operate {

CommandOutcome apply_rules(const provision::Context& context) {
  const auto done = provision::converge_all(context);
  if (!done) return {{}, {done.error().detail}};
  CommandOutcome out;
  for (const auto& [what, why] : done->failures) out.failed.push_back(what + ": " + why.detail);
  out.done.push_back(std::to_string(done->users) + " users and " + std::to_string(done->groups) +
                     " groups looked at, " + std::to_string(done->changed) + " changed");
  return out;
}

}  // namespace dirbridge::operate
