#pragma once
// The parts of one connection, put together as the bridge does, over a directory that a test chooses: a
// server's, or the one in memory. What provision's tests call, and look at.
#include <memory>

#include "provision/doors/resources.hpp"
#include "sync/journal.hpp"

namespace dirbridge::test {

struct ConnectionParts {
  // All outlive it; `handover` and `journal` may be null.
  ConnectionParts(directory::Directory& directory, mapping::Rules its_rules,
                  provision::Handover* handover = nullptr, sync::Journal* journal = nullptr);
  ConnectionParts(const ConnectionParts&) = delete;
  ConnectionParts& operator=(const ConnectionParts&) = delete;

  mapping::Rules rules;
  SystemClock clock;
  provision::KeyLocks locks;
  sync::Guard guard;
  sync::Reconciler reconciler;
  provision::MemberIds member_ids;
  provision::Context context;
  std::unique_ptr<provision::Resources> users;
  std::unique_ptr<provision::Resources> groups;
};

}  // namespace dirbridge::test
