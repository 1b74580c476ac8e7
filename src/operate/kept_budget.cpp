#include "operate/kept_budget.hpp"

namespace dirbridge::operate {

KeptBudget::KeptBudget(const std::string& owner, const sync::BudgetRules& rules,
                       const config::DirectoryConfig& config, directory::Directory& directory,
                       const Clock& clock)
    : budget(rules, clock),
      guard_({owner, {config.bridge_base}, {}}),
      writer_(directory, guard_, {"member", config.placeholder_member}, {config.bridge_base}),
      store({directory, config.bridge_base, owner, writer_}, budget) {}

}  // namespace dirbridge::operate
