#include "operate/left_printer.hpp"

#include <iostream>

#include "base/text.hpp"

namespace dirbridge::operate {

void LeftPrinter::note(const sync::ChangeNote& note) {
  if (behind_) behind_->note(note);
}

void LeftPrinter::note(const sync::DecisionNote& note) {
  if (behind_) behind_->note(note);
}

void LeftPrinter::note(const sync::LeftNote& note) {
  const auto line =
      note.dn.str() + ": " + std::string(note.field) + " left as it is: " + std::string(note.reason);
  std::cerr << without_controls(line, '?') << '\n';
  if (behind_) behind_->note(note);
}

}  // namespace dirbridge::operate
