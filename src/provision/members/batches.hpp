#pragma once
// Coalescing: slapd's cost of a membership change grows with the group and not with the number of values, so
// that the changes that gather for one group while another is under way are made as one. Whoever comes first
// makes the change at once, for itself; whoever comes meanwhile waits, and one of them makes the change for
// all of these, after a moment for those who are known to be coming: the clients of the last change, and
// those who had come when it ended. Thread-safe.
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "provision/members/resolve.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// What one request asks for; the caller holds the members (lock_and_resolve) until it has its answer.
struct MemberWish {
  std::vector<Resolved> add;
  std::vector<Resolved> remove;
  std::vector<Resolved> hold{};  // to be removed when an administrator has approved it
};

// The wishes in their order as one: a later one takes back an earlier one.
MemberWish combined(const std::vector<const MemberWish*>& wishes);

class MemberBatches {
 public:
  using Apply = std::function<Result<Changed>(const MemberWish&, Deadline)>;

  // The result of a change that contained `wish`: alone or among others. When a change for several fails,
  // each of them is made alone, so that everybody gets the answer to the own request. Busy when the deadline
  // passes before it was anybody's turn.
  Result<Changed> run(std::string_view group, const MemberWish& wish, Deadline deadline, const Apply& apply);

 private:
  struct Waiter;
  using Handle = std::shared_ptr<Waiter>;
  struct Queue {
    std::list<Handle> waiting;
    Handle leader;  // who makes the change now, or gathers for it
    bool gathering = false;
    std::size_t expected = 0;  // requests of the last change, and those that had come when it ended
    std::chrono::steady_clock::duration last_took{};
    std::chrono::steady_clock::time_point last_end{};
    bool is_complete() const { return waiting.size() + 1 >= expected; }
  };
  using Lock = std::unique_lock<std::mutex>;

  bool wait(const Handle& self, Queue& queue, Lock& lock);
  Result<Changed> lead(Queue& queue, Waiter& self, const Apply& apply, Lock& lock);
  void gather(Queue& queue, Waiter& self, Lock& lock);
  void finish(Queue& queue, std::vector<Handle> others, const std::shared_ptr<const Changed>& changed,
              Lock& lock);
  void forget_quiet_groups();

  std::mutex mutex_;
  std::map<std::string, Queue, std::less<>> queues_;  // of the groups that were changed lately
};

}  // namespace dirbridge::provision
