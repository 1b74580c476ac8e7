#pragma once
// The I/O thread's event loop: a thin face on Asio, so that sessions need not see its headers.
// post() and stop() from any thread; everything else, and every callback, on the thread that runs run().
#include <chrono>
#include <functional>
#include <memory>

#include "http/socket.hpp"

namespace dirbridge::http {

using Task = std::function<void()>;

// Owns a descriptor and tells once per request when it is ready. Must not outlive its Loop. close() drops the
// outstanding callbacks without calling them.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual int fd() const = 0;
  virtual void when_readable(Task task) = 0;
  virtual void when_writable(Task task) = 0;
  virtual void close() = 0;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();  // until stop()
  void stop();
  void post(Task task);
  // One timer: a new call replaces the one that waits.
  void after(std::chrono::milliseconds delay, Task task);
  std::unique_ptr<Watch> watch(Fd fd);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dirbridge::http
