#pragma once
// Groups of both classes that directories have, groupOfNames and groupOfUniqueNames (RFC 4519 3.5, 3.6), as
// if all were groupOfNames with `member`: translates what passes to and from the directory behind it, for
// entries below the group base. An entry of either class is read, searched for and changed by its own
// attribute; new ones are of the configured class. Whoever changes a group has read it before, which tells
// its class.
//
// Errors and threads as of Directory; the one behind outlives this.
#include <atomic>
#include <mutex>
#include <unordered_set>

#include "directory/directory.hpp"

namespace dirbridge::directory {

enum class GroupClass { Names, UniqueNames };

class GroupClasses final : public Directory {
 public:
  GroupClasses(Directory& server, Dn group_base, GroupClass of_new_groups);

  Result<> search(const SearchRequest& request, Deadline deadline, const Sink& sink) override;
  std::vector<Result<std::vector<Entry>>> search_all(std::span<const SearchRequest> requests,
                                                     Deadline deadline) override;
  Result<> search_each(std::span<const SearchRequest> requests, Deadline deadline, const Sink& sink) override;
  Result<std::optional<Entry>> apply(const Change& change, const std::vector<std::string>& read_back,
                                     Deadline deadline) override;
  std::vector<Result<>> apply_all(std::span<const Change> changes, Deadline deadline) override;
  Mixed apply_and_search(const Change& change, const std::vector<std::string>& read_back,
                         std::span<const SearchRequest> searches, Deadline deadline) override;
  Result<Capabilities> capabilities(Deadline deadline) override { return server_.capabilities(deadline); }
  Change as_sent(const Change& change) const override;

 private:
  bool is_concerned(const SearchRequest& request) const;
  bool none_concerned(std::span<const SearchRequest> requests) const;
  SearchRequest asked(const SearchRequest& request) const;
  std::vector<SearchRequest> asked(std::span<const SearchRequest> requests) const;
  Entry taken_in(Entry entry, bool class_wanted);
  std::optional<Change> translated(const Change& change) const;
  bool makes_unique(const Add& add) const;
  bool is_unique(const Dn& dn) const;
  void remember(const Dn& dn, bool unique);
  void landed(const Change& change);

  Directory& server_;
  const Dn base_;
  const GroupClass of_new_groups_;
  mutable std::mutex mutex_;
  std::unordered_set<std::string> unique_;  // normalized DNs of groupOfUniqueNames
  std::atomic<bool> any_unique_ = false;
};

}  // namespace dirbridge::directory
