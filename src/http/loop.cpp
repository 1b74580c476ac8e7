#include "http/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <new>
#include <utility>

#include "base/log.hpp"

namespace dirbridge::http {
namespace {

namespace asio = boost::asio;

class AsioWatch final : public Watch {
 public:
  AsioWatch(asio::io_context& context, Fd fd) : fd_(fd.release()), descriptor_(context, fd_) {}
  int fd() const override { return fd_; }
  void when_readable(Task task) override { wait(Descriptor::wait_read, std::move(task)); }
  void when_writable(Task task) override { wait(Descriptor::wait_write, std::move(task)); }
  void close() override {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  using Descriptor = asio::posix::stream_descriptor;

  void wait(Descriptor::wait_type what, Task task) {
    descriptor_.async_wait(what, [task = std::move(task)](const boost::system::error_code& failed) {
      if (failed != asio::error::operation_aborted) task();
    });
  }

  const int fd_;
  Descriptor descriptor_;
};

}  // namespace

struct Loop::Impl {
  asio::io_context context{1};  // one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer timer{context};
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::run() {
  while (!impl_->context.stopped()) {
    try {
      impl_->context.run();
    } catch (const std::bad_alloc&) {
      log::error("out_of_memory", {{"detail", "an event was dropped"}});
    }
  }
}
void Loop::stop() {
  impl_->context.stop();
}
void Loop::post(Task task) {
  asio::post(impl_->context, std::move(task));
}

void Loop::after(std::chrono::milliseconds delay, Task task) {
  impl_->timer.expires_after(delay);
  impl_->timer.async_wait([task = std::move(task)](const boost::system::error_code& failed) {
    if (!failed) task();
  });
}

std::unique_ptr<Watch> Loop::watch(Fd fd) {
  return std::make_unique<AsioWatch>(impl_->context, std::move(fd));
}

}  // namespace dirbridge::http
