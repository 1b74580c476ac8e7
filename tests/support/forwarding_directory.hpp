#pragma once
// A directory that hands all it is asked to another one, which outlives it: for those that look at a part.
#include "directory/directory.hpp"

namespace dirbridge::test {

class ForwardingDirectory : public directory::Directory {
 public:
  explicit ForwardingDirectory(directory::Directory& inner) : inner_(inner) {}

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
                                                Deadline d) override {
    return inner_.apply(change, read_back, d);
  }
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override {
    return inner_.apply_all(changes, d);
  }
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline d) override {
    return inner_.apply_and_search(change, read_back, searches, d);
  }
  Result<directory::Capabilities> capabilities(Deadline d) override { return inner_.capabilities(d); }

 private:
  directory::Directory& inner_;
};

}  // namespace dirbridge::test
