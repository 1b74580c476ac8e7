#pragma once
// A directory that fails at a chosen operation: it is away, refuses a change, or a change's answer never
// comes, whether the change was made or not. For one thread.
#include <optional>

#include "support/forwarding_directory.hpp"

namespace dirbridge::test {

class FaultyDirectory final : public ForwardingDirectory {
 public:
  enum class Kind {
    Away,        // any operation
    AwayForNow,  // this operation and all that follow
    Refuses,     // a change, for good
    AnswerLost,  // the change was made
    NeverCame,   // the change was not made, and nobody knows
  };
  using ForwardingDirectory::ForwardingDirectory;

  // The operation is the one after so many others, or the first change from there on.
  void fail(Kind kind, std::size_t after_operations);
  void work();
  bool failed() const { return failed_; }                 // since fail()
  std::size_t operations() const { return operations_; }  // until now

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

 private:
  std::optional<Kind> struck(bool is_change);
  Result<> seen();

  std::optional<Kind> kind_;
  std::size_t left_ = 0;
  std::size_t operations_ = 0;
  bool failed_ = false;
};

}  // namespace dirbridge::test
