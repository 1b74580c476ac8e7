#pragma once
// Replay files: conversations of identity providers, recorded as JSON (tests/replay/README.md has the
// format). A file runs on a connection and a subtree of its own.
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "e2e/bridge.hpp"

namespace dirbridge::e2e {

struct Replay {
  std::string idp;   // the folder: also the connection's profile
  std::string name;  // "<idp>-<file>": also the connection's name
  boost::json::object content;

  SiteOptions site() const;
};

// All files under the folder, sorted by name. Throws std::runtime_error for one that is no replay.
std::vector<Replay> load_replays(const std::string& folder);

// Runs the steps in order; a GoogleTest failure for each that goes wrong, and the end after the first of
// these.
void run_replay(const Replay& replay, Bridge& bridge);

}  // namespace dirbridge::e2e
