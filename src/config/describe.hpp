#pragma once
// The configuration described: every key with what it may hold, its default, one sentence, and when a change
// takes effect. All of it comes from the tables of the sections. Thread-safe.
#include <boost/json/object.hpp>
#include <string>

#include "config/key.hpp"

namespace dirbridge::config {

// The file as a whole: a section.
const KeyInfo& described();

// JSON Schema, draft 2020-12. It knows types, ranges and words, and not how keys go together.
boost::json::object json_schema();

// The page config/keys.md: a table for each part of the file.
std::string key_page();

}  // namespace dirbridge::config
