#pragma once
// Users whose entry is getting another name, or was when the bridge was cut off: until that is finished
// groups may list them under each of the names that the entry has noted (dirbridgeAlias).
#include <span>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// What finds the noted entries that one of these names may mean.
std::vector<directory::SearchRequest> searches_for_unfinished(const Context& context,
                                                              std::span<const std::string> users);

// Names of users, those that mean one user under one number.
struct UserNames {
  std::vector<std::string> names;  // first those that were asked for
  std::vector<std::size_t> user;   // for each of them
  std::size_t asked = 0;
};
// `noted`: what the searches have found.
UserNames all_names(std::vector<std::string> users, const std::vector<directory::Entry>& noted);

}  // namespace dirbridge::provision
