#pragma once
// For commands: what was left as it is beside their change is printed, on standard error, and goes on to the
// journal behind. Thread-safe as that journal is.
#include "operate/left.hpp"

namespace dirbridge::daemon {

// "uid=ann,…: userName left as it is: why", on standard error.
void print_left(const operate::Left& left);

class LeftPrinter final : public sync::Journal {
 public:
  explicit LeftPrinter(sync::Journal* behind) : behind_(behind) {}  // null: nobody else is told

  void note(const sync::ChangeNote& note) override;
  void note(const sync::DecisionNote& note) override;
  void note(const sync::LeftNote& note) override;

 private:
  sync::Journal* behind_;
};

}  // namespace dirbridge::daemon
