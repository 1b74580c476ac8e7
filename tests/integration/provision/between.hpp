#pragma once
// A connection whose changes a test sees on their way to the directory, one by one, and may hold up or fail.
#include "connection_fixture.hpp"
#include "support/between.hpp"

namespace dirbridge::test {

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
