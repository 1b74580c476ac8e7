#include "operate/rehearsal.hpp"

namespace dirbridge::operate {

Result<std::unique_ptr<directory::MemoryDirectory>> copy_for_rehearsal(directory::Directory& directory,
                                                                       const mapping::Rules& rules,
                                                                       Deadline deadline) {
  auto copy = std::make_unique<directory::MemoryDirectory>();
  for (const auto& base : mapping::bases_of(rules)) {
    const directory::SearchRequest everything{base,
                                              directory::Scope::Subtree,
                                              directory::Filter::everything(),
                                              {"*", "+", "pwdAccountLockedTime"},
                                              directory::usual_page_size};
    auto done = directory.search(everything, deadline, [&](directory::Entry&& entry) {
      copy->load(std::move(entry));
      return true;
    });
    if (!done) return done.error();
  }
  return copy;
}

}  // namespace dirbridge::operate
