#pragma once
// The names by which an identity provider knows the users of a connection. Blocks.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"

namespace dirbridge::operate {

// Their userNames, wherever the users are; the first million of them.
Result<std::vector<std::string>> user_names(const std::string& connection,
                                            const config::DirectoryConfig& directory);

}  // namespace dirbridge::operate
