#pragma once
// A directory before another one: counts the round trips and the changes that pass, makes each take a while,
// counts the values of one attribute that are read, and remembers what was searched for. Before each change
// that is not one of several it calls `before_change_`.
#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "support/forwarding_directory.hpp"

namespace dirbridge::test {

class CountingDirectory final : public ForwardingDirectory {
 public:
  explicit CountingDirectory(directory::Directory& inner, std::string attribute = "member")
      : ForwardingDirectory(inner), attribute_(std::move(attribute)) {}

  Result<> search(const directory::SearchRequest& r, Deadline d, const Sink& sink) override {
    note({&r, 1});
    return ForwardingDirectory::search(r, d, counting(sink));
  }
  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    note(r);
    auto found = ForwardingDirectory::search_all(r, d);
    count_all(found);
    return found;
  }
  Result<> search_each(std::span<const directory::SearchRequest> r, Deadline d, const Sink& sink) override {
    note(r);
    return ForwardingDirectory::search_each(r, d, counting(sink));
  }
  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline d) override {
    ++trips_;
    ++changes_;
    before_change_(change);
    std::this_thread::sleep_for(pause_);
    auto after = ForwardingDirectory::apply(change, read_back, d);
    if (after && *after) count(**after);
    return after;
  }
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override {
    ++trips_;
    changes_ += changes.size();
    return ForwardingDirectory::apply_all(changes, d);
  }
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline d) override {
    ++trips_;
    ++changes_;
    before_change_(change);
    auto mixed = ForwardingDirectory::apply_and_search(change, read_back, searches, d);
    if (mixed.change && *mixed.change) count(**mixed.change);
    count_all(mixed.searches);
    return mixed;
  }

  // Searches for what has this id.
  std::size_t searches_for(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(filters_.begin(), filters_.end(), [&](const auto& filter) {
      return filter.find(id) != std::string::npos;
    }));
  }

  std::atomic<std::size_t> trips_{0};
  std::atomic<std::size_t> changes_{0};
  std::atomic<std::size_t> values_read_{0};
  std::chrono::milliseconds pause_{0};
  std::function<void(const directory::Change&)> before_change_ = [](const directory::Change&) {};

 private:
  void note(std::span<const directory::SearchRequest> searches) {
    ++trips_;
    const std::lock_guard lock(mutex_);
    for (const auto& search : searches) filters_.push_back(search.filter.str());
  }
  void count(const directory::Entry& entry) { values_read_ += entry.attributes.values(attribute_).size(); }
  void count_all(const std::vector<Result<std::vector<directory::Entry>>>& answers) {
    for (const auto& entries : answers)
      if (entries)
        for (const auto& entry : *entries) count(entry);
  }
  Sink counting(const Sink& sink) {
    return [this, &sink](directory::Entry&& entry) {
      count(entry);
      return sink(std::move(entry));
    };
  }

  std::string attribute_;
  std::mutex mutex_;
  std::vector<std::string> filters_;
};

}  // namespace dirbridge::test
