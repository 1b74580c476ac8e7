#pragma once
// A finding as one line, for matchers: "problem main: what - fix".
#include <string>

#include "doctor/finding.hpp"

namespace dirbridge::doctor {

inline std::string line_of(const Finding& finding) {
  return std::string(to_string(finding.verdict)) + ' ' + finding.subject + ": " + finding.what +
         (finding.fix.empty() ? "" : " - " + finding.fix);
}

}  // namespace dirbridge::doctor
