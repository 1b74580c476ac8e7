#include "operate/lead_handover.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace dirbridge::operate {

Result<> LeadHandover::hand_over(std::string_view login_name, Deadline deadline) {
  const auto done = leads_.hand_over(login_name, std::min(deadline, deadline_in(timeout_)));
  if (!done) return done.error();
  for (const auto& archived : done->archived)
    log::warning("lead_stays",
                 {{"login", login_name}, {"what", archived}, {"why", "the project is archived"}});
  if (done->projects + done->components > 0)
    log::info("leads_handed_over",
              {{"login", login_name}, {"projects", done->projects}, {"components", done->components}});
  return {};
}

}  // namespace dirbridge::operate
