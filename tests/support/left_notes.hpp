#pragma once
// A journal that remembers what was left as it is, by field.
#include <string>
#include <vector>

#include "sync/journal.hpp"

namespace dirbridge::test {

class LeftNotes final : public sync::Journal {
 public:
  void note(const sync::ChangeNote&) override {}
  void note(const sync::DecisionNote&) override {}
  void note(const sync::LeftNote& note) override { fields.emplace_back(note.field); }

  std::vector<std::string> fields;
};

}  // namespace dirbridge::test
