#pragma once
// A non-blocking byte stream over a connected descriptor, plain or TLS. Does not own the descriptor and never
// waits: it says what to wait for. One thread at a time; a hand-over between threads needs its own
// synchronisation.
#include <cstddef>
#include <memory>
#include <string_view>

namespace dirbridge::http {

enum class IoStatus {
  Done,
  WantRead,   // repeat the same call when the descriptor is readable
  WantWrite,  // ... writable
  Closed,     // the peer ended the stream properly
  Truncated,  // TLS: ended without a close_notify; normal after a whole message, an attack inside one
  Failed,
};

struct IoResult {
  IoStatus status = IoStatus::Failed;
  std::size_t bytes = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;
  virtual IoResult handshake() = 0;
  virtual IoResult read(char* buffer, std::size_t size) = 0;
  // Writes the beginning of `first` followed by `second`, in one packet where that is possible.
  virtual IoResult write(std::string_view first, std::string_view second) = 0;
  // Bytes that were received but that the descriptor will not report.
  virtual bool has_buffered_input() const = 0;
  // Tells the peer that nothing more follows. Best effort, does not wait.
  virtual void finish_writing() = 0;
  virtual bool secure() const = 0;
};

std::unique_ptr<Channel> make_plain_channel(int fd);

}  // namespace dirbridge::http
