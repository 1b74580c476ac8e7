#pragma once
// What is wrong with a configuration, one text each; empty when it can be used.
#include <string>
#include <vector>

#include "config/loader.hpp"

namespace dirbridge::config {

inline std::vector<std::string> problems(const ConfigResult& result) {
  std::vector<std::string> all;
  if (!result)
    for (const auto& problem : result.error().list) all.push_back(to_string(problem));
  return all;
}

}  // namespace dirbridge::config
