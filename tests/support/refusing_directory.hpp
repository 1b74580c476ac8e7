#pragma once
// A directory that refuses, for good, the changes that a test tells it to: access rules, and what a server
// does not know.
#include <functional>
#include <optional>
#include <string_view>

#include "support/forwarding_directory.hpp"

namespace dirbridge::test {

class RefusingDirectory final : public ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  // Whether it refuses the change; nothing: it refuses none.
  std::function<bool(const directory::Change&)> refuses{};

  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline d) override;
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override;
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline d) override;
};

bool changes_entry(const directory::Change& change, std::string_view dn);
bool changes_attribute(const directory::Change& change, std::string_view attribute);

}  // namespace dirbridge::test
