#pragma once
// On whose behalf a change runs, and within which limits. A request, `apply`, an undo and a pulled listing
// ask for the same operations under different mandates. What a mandate refers to outlives it.
#include <optional>
#include <string>
#include <string_view>

#include "mapping/rules.hpp"
#include "provision/handover.hpp"
#include "provision/removals.hpp"

namespace dirbridge::provision {

// What becomes of a resource that is removed, at once, whatever the rules say. Absent: what the rules say.
struct Fate {
  std::optional<mapping::OnDelete> user;
  std::optional<mapping::GroupOptions::OnDelete> group;
};

struct Mandate {
  Removals* budget = nullptr;    // null: any number of removals
  Handover* handover = nullptr;  // null: nobody leads anything
  Fate fate{};
  std::string reason{};  // of the changes, for the audit; empty: what the caller of reason_or() says

  std::string reason_or(std::string_view otherwise) const {
    return reason.empty() ? std::string(otherwise) : reason;
  }
};

}  // namespace dirbridge::provision
