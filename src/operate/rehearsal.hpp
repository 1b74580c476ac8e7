#pragma once
// A copy in memory of what a connection can see and write, to try changes on: nothing of it reaches the
// directory.
#include <memory>

#include "base/clock.hpp"
#include "directory/memory_directory.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::operate {

// About 4 KB for each user. TooMany when the directory cuts the reading short: a copy with gaps would lie.
Result<std::unique_ptr<directory::MemoryDirectory>> copy_for_rehearsal(directory::Directory& directory,
                                                                       const mapping::Rules& rules,
                                                                       Deadline deadline);

}  // namespace dirbridge::operate
