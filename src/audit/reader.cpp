#include "audit/reader.hpp"

#include <fstream>

namespace dirbridge::audit {

Result<Seen> read(const FileSettings& settings, const Sink& sink, std::string_view part) {
  Seen seen;
  for (const auto& name : files_of(settings)) {
    std::ifstream file(name, std::ios::binary);
    if (!file) return error(ErrorKind::Unavailable, "the audit file " + name + " cannot be opened");
    for (std::string text; std::getline(file, text);) {
      if (text.empty() || text.find(part) == std::string::npos) continue;
      const auto line = parse_line(text);
      if (!line) {
        ++seen.damaged;
        continue;
      }
      ++seen.lines;
      sink(*line, text);
    }
  }
  return seen;
}

}  // namespace dirbridge::audit
