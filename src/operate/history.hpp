#pragma once
// "Why is she in this group", "who disabled him": how who goes by a name is now, and how that came to be.
// Blocks.
#include <optional>

#include "operate/failure.hpp"
#include "operate/state.hpp"
#include "operate/story.hpp"

namespace dirbridge::operate {

struct History {
  std::string name;
  std::vector<State> subjects{};
  std::optional<std::vector<Event>> events{};  // absent: not read
  std::vector<Failure> failures{};
};

// Adds whom the connection's directory knows by the name. Connections of one directory see the same entries:
// each is there once.
void add_present(const provision::Context& context, Deadline deadline, History& history);
// Adds what the audit says about all of them. To be called last.
void add_past(const audit::FileSettings& file, History& history);

// {"name", "subjects", "events"?, "failures"}
boost::json::object to_json(const History& history);

}  // namespace dirbridge::operate
