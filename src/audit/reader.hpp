#pragma once
// Reading the audit back, across its rotated files, oldest line first. Lines that cannot be read are counted
// and left out. One thread.
#include <functional>

#include "audit/file.hpp"
#include "audit/line.hpp"

namespace dirbridge::audit {

struct Seen {
  std::size_t lines = 0;
  std::size_t damaged = 0;
};

// `text` is the line as it stands in the file.
using Sink = std::function<void(const Line& line, std::string_view text)>;

// Only lines that have `part` in their text are looked at. Unavailable: a file that is there cannot be read.
Result<Seen> read(const FileSettings& settings, const Sink& sink, std::string_view part = {});

}  // namespace dirbridge::audit
