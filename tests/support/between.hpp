#pragma once
// A directory whose changes a test sees on their way, one by one, and may hold up or fail.
#include <functional>
#include <string_view>

#include "support/forwarding_directory.hpp"

namespace dirbridge::test {

class Between final : public ForwardingDirectory {
 public:
  using Before = std::function<Result<>(const directory::Change&)>;
  using ForwardingDirectory::ForwardingDirectory;

  Before before;  // an error: the change is not made, and fails so
  Before after;   // an error: the change was made, and its answer is this

  std::function<void()> searched;  // after each question, which may be of several searches

  // For `after`: the connection dies once, between a change that `which` names and its answer.
  static Before cut_once(std::function<bool(const directory::Change&)> which);
  // For `before`: what `which` names is refused, as by access rules.
  static Before refused_when(std::function<bool(const directory::Change&)> which);
  // The same: the directory is away once a change that `which` names was made.
  static Before away_after(std::function<bool(const directory::Change&)> which);

  Result<> search(const directory::SearchRequest& r, Deadline d, const Sink& sink) override;
  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override;
  Result<> search_each(std::span<const directory::SearchRequest> r, Deadline d, const Sink& sink) override;
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
