#pragma once
// The keys of the configuration's tables beside what a file has for them.
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "config/key.hpp"

namespace dirbridge::config {

// "$.directories.<name>.uris" of every key, sections too.
std::vector<std::string> all_paths();
void each_key(const std::function<void(const KeyInfo& key, const std::string& path)>& visit);

// Where a value of a file stands: its own path with its names, and that of the table.
struct Found {
  const KeyInfo& key;
  std::string path;
  std::string table_path;
  boost::json::value& value;
};
// Every key that is there, the outer ones first.
void each_value(boost::json::value& file, const std::function<void(const Found& found)>& visit);

// tests/unit/config/everything.json, and the example.
boost::json::value parsed(const std::string& text);
std::string text_of(const std::string& file);

}  // namespace dirbridge::config
