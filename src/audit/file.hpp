#pragma once
// The audit file and its rotation: FILE, FILE.1 (younger) ... FILE.N (oldest), mode 0600. Several processes
// may append to one file. Nothing here fails for the caller: what cannot be written is logged, once until it
// works again. Thread-safe.
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::audit {

struct FileSettings {
  std::string path;
  std::uint64_t max_bytes = 64 * 1024 * 1024;  // of one file; then the next one begins
  std::size_t files = 10;                      // kept beside the one that is written
  friend bool operator==(const FileSettings&, const FileSettings&) = default;
};

class File {
 public:
  explicit File(FileSettings settings) : settings_(std::move(settings)) {}
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void append(std::string_view line);  // ends with a line feed

 private:
  bool ready();
  bool open();
  bool rotate();
  bool write(std::string_view line);
  void failed(std::string_view what);

  const FileSettings settings_;
  std::mutex mutex_;
  int fd_ = -1;
  bool torn_ = false;    // the last line was not written to its end
  bool silent_ = false;  // a failure was logged, and nothing has been written since
};

// Those that are there, oldest first.
std::vector<std::string> files_of(const FileSettings& settings);

}  // namespace dirbridge::audit
