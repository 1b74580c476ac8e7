#pragma once
// Brings up what is measured: a first small slapd and bridge give the entry templates, then the real slapd is
// loaded with the population and the bridge started in front of it.
#include <memory>
#include <string>

#include "bridge.hpp"
#include "options.hpp"
#include "population.hpp"

namespace dirbridge::bench {

struct Setup {
  std::unique_ptr<slapd::PrivateSlapd> slapd;
  std::unique_ptr<Bridge> bridge;  // stops before slapd does
  LdapTarget target;               // the bridge's own account
  Templates templates;
  Population population;
};

Result<Setup> set_up(const Options& options, const std::string& folder);

}  // namespace dirbridge::bench
