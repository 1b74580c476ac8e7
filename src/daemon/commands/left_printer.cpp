#include "daemon/commands/left_printer.hpp"

#include <iostream>

#include "base/text.hpp"

namespace dirbridge::daemon {

void print_left(const operate::Left& left) {
  const auto line = left.dn.str() + ": " + left.field + " left as it is: " + left.reason;
  std::cerr << without_controls(line, '?') << '\n';
}

void LeftPrinter::note(const sync::ChangeNote& note) {
  if (behind_) behind_->note(note);
}

void LeftPrinter::note(const sync::DecisionNote& note) {
  if (behind_) behind_->note(note);
}

void LeftPrinter::note(const sync::LeftNote& note) {
  print_left(operate::Left{note.dn, std::string(note.field), std::string(note.reason)});
  if (behind_) behind_->note(note);
}

}  // namespace dirbridge::daemon
