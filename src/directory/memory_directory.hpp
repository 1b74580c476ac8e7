#pragma once
// A directory in memory: the twin of a server, which behaves as OpenLDAP does as far as the bridge can tell,
// and keeps a list of the changes that it was asked for. It shows what would be changed (a rehearsal on a
// copy of what is there), and is the model that real servers are compared with. Thread-safe.
//
// Not there: schema checks other than "a group has a member", access rules, limits, subtree renames.
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "directory/directory.hpp"
#include "directory/matching.hpp"

namespace dirbridge::directory {

class MemoryDirectory final : public Directory {
 public:
  // `fold`: what is the same to it; by default what is so to OpenLDAP.
  explicit MemoryDirectory(Fold fold = fold_case) : fold_(fold) {}

  // An entry as a server shows it, operational attributes included. Not a change.
  void load(Entry entry);
  // The changes that succeeded, in their order, except modifies that changed nothing.
  std::vector<Change> changes() const;

  Result<> search(const SearchRequest& request, Deadline deadline, const Sink& sink) override;
  std::vector<Result<std::vector<Entry>>> search_all(std::span<const SearchRequest> requests,
                                                     Deadline deadline) override;
  Result<> search_each(std::span<const SearchRequest> requests, Deadline deadline, const Sink& sink) override;
  Result<std::optional<Entry>> apply(const Change& change, const std::vector<std::string>& read_back,
                                     Deadline deadline) override;
  std::vector<Result<>> apply_all(std::span<const Change> changes, Deadline deadline) override;
  Mixed apply_and_search(const Change& change, const std::vector<std::string>& read_back,
                         std::span<const SearchRequest> searches, Deadline deadline) override;
  Result<Capabilities> capabilities(Deadline deadline) override;

 private:
  using Key = std::string;  // matching_key() of a DN
  using Entries = std::map<Key, Entry>;

  Result<std::vector<Entry>> found(const SearchRequest& request) const;
  std::vector<Entries::const_iterator> candidates(const Key& base, Scope scope, const Matcher& matcher) const;
  Result<Key> change(const Add& add);
  Result<Key> change(const Modify& modification);
  Result<Key> change(const Rename& rename);
  Result<Key> change(const Delete& removal);
  bool has_children(const Key& key) const;
  void put(Key key, Entry entry);  // replaces what is there
  void remove(const Key& key);
  void stamp(Entry& entry);

  Key key_of(const Dn& dn) const { return matching_key(dn, fold_); }

  const Fold fold_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string, std::set<Key>> index_;  // "attribute=matching key" -> entries
  std::vector<Change> changes_;
  std::uint64_t count_ = 0;  // of changes, for CSNs and UUIDs
};

}  // namespace dirbridge::directory
