#pragma once
// What a directory holds, to be compared with what it held before, or with what another one holds.
#include <map>
#include <memory>
#include <string>

#include "directory/memory_directory.hpp"

namespace dirbridge::test {

// By DN; without what tells only when something was written, and which number it got by chance.
using DirectoryState = std::map<std::string, std::string>;

std::vector<directory::Entry> all_entries(directory::Directory& directory, const directory::Dn& suffix);
DirectoryState state_of(const std::vector<directory::Entry>& entries);
// In words; empty: none. `notes`: whether those of grants that end count.
std::string difference(const DirectoryState& is, const DirectoryState& should_be);

// A twin in memory with these entries.
std::unique_ptr<directory::MemoryDirectory> twin_of(const std::vector<directory::Entry>& entries);

}  // namespace dirbridge::test
