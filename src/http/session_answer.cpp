#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"
#include "http/session.hpp"
#include "http/wire.hpp"

namespace dirbridge::http {
namespace {

constexpr std::size_t joined_body_bytes = 16 * 1024;  // smaller bodies travel in the header's buffer

}  // namespace

void Session::serve() {
  Response response = run_handler();
  request_.body = {};
  release_bytes();
  work([&] {
    prepare(std::move(response), request_.method == "HEAD");
    write_out();
  });
}

// On a worker.
template <class Job>
void Session::work(Job job) {
  try {
    job();
  } catch (const std::bad_alloc&) {
    log::error("out_of_memory", {{"remote", remote_}});
    hand_to_io(&Session::close);
  }
}

Response Session::run_handler() {
  if (std::chrono::steady_clock::now() >= request_deadline_) {
    Response late = host_.errors(503, "The request waited too long for a worker");
    late.headers.set("Retry-After", "1");
    return late;
  }
  try {
    return host_.handler(request_, request_deadline_);
  } catch (const std::bad_alloc&) {
    log::error("out_of_memory", {{"remote", remote_}, {"method", request_.method}});
    Response full = host_.errors(503, "There is not enough memory for this request now");
    full.headers.set("Retry-After", "1");
    return full;
  } catch (const std::exception& bug) {
    log::error("handler_failed", {{"method", request_.method}, {"what", bug.what()}});
  } catch (...) {
    log::error("handler_failed", {{"method", request_.method}, {"what", "not an exception type we know"}});
  }
  return host_.errors(500, "An internal error occurred");
}

// Turns a response into bytes to send; a response that cannot be sent becomes a 500.
void Session::prepare(Response response, bool head_only) {
  if (host_.stopping) close_after_ = true;
  if (const std::string* connection = response.headers.find("Connection");
      connection && *connection == "close")
    close_after_ = true;
  const bool streamed = response.stream && wire::may_have_body(response.status);
  auto framing = wire::BodyFraming::Length;
  if (streamed) framing = http_1_0_ ? wire::BodyFraming::UntilClose : wire::BodyFraming::Chunked;
  if (framing == wire::BodyFraming::UntilClose) close_after_ = true;
  auto persistence = http_1_0_ ? wire::Persistence::KeepAliveExplicit : wire::Persistence::KeepAlive;
  if (close_after_) persistence = wire::Persistence::Close;
  try {
    out_head_ = wire::head({response, framing, persistence});
  } catch (const std::invalid_argument& bug) {
    log::error("response_unusable", {{"what", bug.what()}});
    return prepare({500, {}, {}, nullptr}, head_only);
  }
  out_done_ = 0;
  out_body_ = {};
  stream_ = nullptr;
  chunked_ = framing == wire::BodyFraming::Chunked;
  if (head_only || !wire::may_have_body(response.status)) return;
  if (streamed) {
    stream_ = std::move(response.stream);
  } else if (response.body.size() <= joined_body_bytes) {
    out_head_ += response.body;
  } else {
    out_body_ = std::move(response.body);
  }
}

IoStatus Session::flush() {
  while (out_done_ < out_head_.size() + out_body_.size()) {
    const std::string_view head = std::string_view(out_head_).substr(std::min(out_done_, out_head_.size()));
    const std::size_t of_body = out_done_ > out_head_.size() ? out_done_ - out_head_.size() : 0;
    const IoResult result = channel_->write(head, std::string_view(out_body_).substr(of_body));
    if (result.status != IoStatus::Done) return result.status;
    out_done_ += result.bytes;
  }
  out_head_ = {};
  out_body_ = {};
  out_done_ = 0;
  return IoStatus::Done;
}

// Puts the next piece of a stream into the output. False: the stream failed and the connection must break.
bool Session::fill_from_stream() {
  Result<std::optional<std::string>> piece = error(ErrorKind::Internal, "The stream threw");
  try {
    piece = stream_();
  } catch (const std::exception& bug) {
    log::error("stream_failed", {{"what", bug.what()}});
  }
  if (!piece) {
    log::warning("stream_cut", {{"remote", remote_}, {"detail", piece.error().detail}});
    stream_ = nullptr;
    return false;
  }
  if (!piece->has_value()) {
    stream_ = nullptr;
    if (chunked_) out_head_ = wire::last_chunk;
  } else if (!(*piece)->empty()) {
    out_body_ = std::move(**piece);
    if (!chunked_) return true;
    out_head_ = wire::chunk_head(out_body_.size());
    out_body_ += wire::line_end;
  }
  return true;
}

void Session::pump() {
  work([this] { write_out(); });
}

void Session::write_out() {
  for (;;) {
    switch (flush()) {
      case IoStatus::Done:
        break;
      case IoStatus::WantRead:
      case IoStatus::WantWrite:
        return hand_to_io(&Session::continue_writing);
      default:
        return hand_to_io(&Session::close);
    }
    if (!stream_) return finish_answer();
    if (!fill_from_stream()) return hand_to_io(&Session::close);
  }
}

// Until the step runs, what happens on the socket is none of anybody's business.
void Session::hand_to_io(Step step) {
  phase_ = Phase::Handed;
  deadline_ = std::chrono::steady_clock::now() + host_.limits.write_timeout;
  auto self = shared_from_this();
  owner_.store(Owner::Io, std::memory_order_release);
  host_.loop.post([self = std::move(self), step] {
    if (self->phase_ == Phase::Handed) self->phase_ = Phase::Writing;
    (self.get()->*step)();
  });
}

void Session::become_idle() {
  phase_ = Phase::Idle;
  request_ = {};
  since_ = std::chrono::steady_clock::now();
  deadline_ = since_ + host_.limits.idle_timeout;
}

// On a worker, everything written. After the exchange the session may already belong to the next request.
void Session::finish_answer() {
  if (close_after_) return hand_to_io(&Session::linger);
  become_idle();
  auto self = shared_from_this();
  if (owner_.exchange(Owner::Io, std::memory_order_acq_rel) == Owner::WorkerWanted)
    host_.loop.post([self = std::move(self)] { self->next_request(); });
}

// On the I/O thread: what a worker could not write at once.
void Session::continue_writing() {
  if (phase_ != Phase::Writing) return;
  switch (const IoStatus status = flush()) {
    case IoStatus::Done:
      break;
    case IoStatus::WantRead:
    case IoStatus::WantWrite:
      return wait_for(status);
    default:
      return close();
  }
  if (stream_) {
    phase_ = Phase::Busy;
    owner_.store(Owner::WorkerWanted, std::memory_order_release);
    return host_.pool.push_continuation([self = shared_from_this()] { self->pump(); });
  }
  if (close_after_) return linger();
  become_idle();
  next_request();
}

void Session::start_writing_on_io() {
  phase_ = Phase::Writing;
  deadline_ = std::chrono::steady_clock::now() + host_.limits.write_timeout;
  continue_writing();
}

}  // namespace dirbridge::http
