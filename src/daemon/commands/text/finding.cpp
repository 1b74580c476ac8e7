#include "daemon/commands/text/finding.hpp"

#include "base/text.hpp"

namespace dirbridge::daemon {

// Server messages and names from the directory are part of it: a control character must not forge a line.
std::string to_text(const doctor::Finding& finding) {
  constexpr std::size_t width = 9;
  std::string line(to_string(finding.verdict));
  line.resize(width, ' ');
  line += finding.subject + ": " + finding.what;
  if (!finding.fix.empty()) line += " — " + finding.fix;
  return without_controls(std::move(line), ' ');
}

}  // namespace dirbridge::daemon
