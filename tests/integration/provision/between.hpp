#pragma once
// A connection whose changes a test sees on their way to the directory, one by one, and may hold up or fail.
#include <functional>

#include "connection_fixture.hpp"

namespace dirbridge::test {

class Between final : public directory::Directory {
 public:
  using Before = std::function<Result<>(const directory::Change&)>;
  explicit Between(directory::Directory& inner) : inner_(inner) {}

  Before before;  // an error: the change is not made, and fails so

  Result<> search(const directory::SearchRequest& r, Deadline d, const Sink& sink) override {
    return inner_.search(r, d, sink);
  }
  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    return inner_.search_all(r, d);
  }
  Result<> search_each(std::span<const directory::SearchRequest> r, Deadline d, const Sink& sink) override {
    return inner_.search_each(r, d, sink);
  }
  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline d) override;
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override;
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline d) override;
  Result<directory::Capabilities> capabilities(Deadline d) override { return inner_.capabilities(d); }

 private:
  directory::Directory& inner_;
};

// Works beside `own` in the same process: with its locks.
struct WatchedConnection {
  explicit WatchedConnection(TestConnection& own);

  Between directory;
  sync::Reconciler reconciler;
  provision::Context context;
  std::unique_ptr<provision::Resources> users;
  std::unique_ptr<provision::Resources> groups;
};

}  // namespace dirbridge::test
