#pragma once
// Refuses what a server with a schema and access rules refuses, before the directory in memory takes it: a
// telephone number that is none, a long title, the same value twice, a name of an entry that is too long, the
// value that names an entry gone, and entries where the bridge may not write.
#include "support/forwarding_directory.hpp"

namespace dirbridge::test {

class StrictDirectory final : public ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline d) override;
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override;
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline d) override;
};

}  // namespace dirbridge::test
