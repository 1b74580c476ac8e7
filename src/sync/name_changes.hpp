#pragma once
// DNs that change in this process at this moment: a rename, a move, a removal. Who reads DNs and writes them
// elsewhere later on watches meanwhile, and is told under which names the entries are known by now. Between
// processes nothing is known of each other. Thread-safe.
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "directory/dn.hpp"

namespace dirbridge::sync {

class NameChanges {
  struct Change;
  using Handle = std::shared_ptr<Change>;

 public:
  NameChanges() = default;
  NameChanges(const NameChanges&) = delete;
  NameChanges& operator=(const NameChanges&) = delete;

  // One change, from before its first write until after its last.
  class Running {
   public:
    Running() = default;
    Running(NameChanges& all, Handle change) : all_(&all), change_(std::move(change)) {}
    Running(Running&& other) noexcept : all_(other.all_), change_(std::move(other.change_)) {}
    Running& operator=(Running&&) = delete;
    ~Running();

   private:
    NameChanges* all_ = nullptr;
    Handle change_;
  };
  // `names`: all that the entry is called before, meanwhile and after.
  Running begin(const std::vector<directory::Dn>& names);

  // Whether a change of an entry with this name is under way.
  bool runs(const directory::Dn& name) const;

  // What changes from now on, and what is changing now. One thread; the changes outlive it.
  class Watch {
   public:
    explicit Watch(NameChanges& all);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // Waits while an entry with one of these names changes, then adds its other names. True when one has
    // changed since `seen` (zero at first), which becomes now. Busy: the deadline has passed.
    Result<bool> follow(std::vector<std::string>& names, std::uint64_t& seen, Deadline deadline) const;

   private:
    friend class NameChanges;
    NameChanges& all_;
    std::vector<Handle> changes_;
  };

 private:
  void end(const Handle& change);

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Handle> running_;
  std::list<Watch*> watches_;
  std::uint64_t last_event_ = 0;
};

}  // namespace dirbridge::sync
