#pragma once
// Config -> JSON, as it would stand in the file. Secrets are not in it, only where they are. Pure functions.
#include <boost/json/object.hpp>
#include <string>

#include "config/config.hpp"

namespace dirbridge::config {

// Every key with the value that counts; null: not set, or without meaning beside the others. File names are
// absolute. Read again, it is the same configuration.
boost::json::object to_json(const Config& config);

// The same without what is the default, so that a short file is left that means the same. `folder`: what
// relative file names in the defaults are relative to.
boost::json::object changed(const Config& config, const std::string& folder);

}  // namespace dirbridge::config
