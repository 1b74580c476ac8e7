#include "http/session.hpp"

#include <sys/socket.h>

#include <utility>

#include "base/log.hpp"
#include "http/wire.hpp"

namespace dirbridge::http {
namespace {

// How long to swallow input after the last answer: long when we refused to read what is being sent, short
// when nothing more is expected.
constexpr std::chrono::milliseconds refusal_linger_time{2'000};
constexpr std::chrono::milliseconds linger_time{200};

Deadline now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Session::Session(SessionHost& host, std::unique_ptr<Watch> watch, std::unique_ptr<Channel> channel,
                 std::string remote)
    : host_(host), watch_(std::move(watch)), channel_(std::move(channel)), remote_(std::move(remote)) {}

void Session::start() {
  deadline_ = now() + host_.limits.header_timeout;
  shake_hands();
}

void Session::shake_hands() {
  const IoResult result = channel_->handshake();
  if (result.status == IoStatus::WantRead || result.status == IoStatus::WantWrite)
    return wait_for(result.status);
  if (result.status != IoStatus::Done) {
    log::debug("tls_handshake_failed", {{"remote", remote_}});
    return close();
  }
  become_idle();
  wait_read();
}

void Session::wait_read() {
  if (read_armed_) return;
  read_armed_ = true;
  watch_->when_readable([self = shared_from_this()] {
    self->read_armed_ = false;
    self->on_ready();
  });
}

void Session::wait_write() {
  if (write_armed_) return;
  write_armed_ = true;
  watch_->when_writable([self = shared_from_this()] {
    self->write_armed_ = false;
    self->on_ready();
  });
}

void Session::wait_for(IoStatus status) {
  if (status == IoStatus::WantWrite) {
    wait_write();
  } else {
    wait_read();
  }
}

void Session::on_ready() {
  Owner expected = Owner::Worker;
  if (owner_.compare_exchange_strong(expected, Owner::WorkerWanted, std::memory_order_acq_rel)) return;
  if (expected == Owner::WorkerWanted) return;
  switch (phase_) {
    case Phase::Handshake:
      return shake_hands();
    case Phase::Idle:
    case Phase::Header:
    case Phase::Body:
      return read_some();
    case Phase::Writing:
      return continue_writing();
    case Phase::Lingering:
      return drain();
    case Phase::Busy:
    case Phase::Handed:
    case Phase::Closed:
      return;
  }
}

void Session::read_some() {
  const IoResult got = channel_->read(host_.scratch.data(), host_.scratch.size());
  switch (got.status) {
    case IoStatus::Done:
      return consume({host_.scratch.data(), got.bytes});
    case IoStatus::WantRead:
    case IoStatus::WantWrite:
      return wait_for(got.status);
    default:
      return close();
  }
}

// Strips what may stand before a request line (RFC 9112 2.2: an empty line). False when nothing is left.
bool Session::begin_request(std::string_view& input) {
  while (input.substr(0, 2) == "\r\n") input.remove_prefix(2);
  if (input.empty() || input == "\r") return false;
  parser_ = std::make_unique<RequestParser>(
      RequestParser::Limits{host_.limits.header_bytes, host_.limits.body_bytes});
  phase_ = Phase::Header;
  deadline_ = now() + host_.limits.header_timeout;
  return true;
}

void Session::consume(std::string_view fresh) {
  std::string joined;
  std::string_view input = fresh;
  if (!pending_.empty()) {
    joined = std::move(pending_);
    joined += fresh;
    input = joined;
  }
  pending_ = {};
  auto step = RequestParser::Step::NeedMore;
  if (parser_ || begin_request(input)) {
    do {
      std::size_t used = 0;
      step = parser_->feed(input, used);
      input.remove_prefix(used);
      if (step == RequestParser::Step::HeaderDone) header_done(!input.empty());
    } while (step == RequestParser::Step::HeaderDone && phase_ != Phase::Closed);
  }
  if (!input.empty()) pending_ = joined.size() == input.size() ? std::move(joined) : std::string(input);
  if (phase_ == Phase::Closed) return;
  if (step == RequestParser::Step::Refused) return refuse(parser_->refusal());
  if (step == RequestParser::Step::Done) return dispatch(!pending_.empty());
  wait_read();
}

void Session::header_done(bool body_began) {
  phase_ = Phase::Body;
  deadline_ = now() + host_.limits.body_timeout;
  if (!parser_->expects_continue() || body_began) return;
  // A peer that does not even take these 25 bytes has stopped reading; half a line must not stay in a TLS
  // stream.
  if (channel_->write(wire::continue_line, {}).bytes != wire::continue_line.size()) close();
}

void Session::dispatch(bool more_input) {
  request_ = std::move(parser_->request());
  request_.remote = remote_;
  request_.secure = channel_->secure();
  http_1_0_ = parser_->is_http_1_0();
  close_after_ = !parser_->keep_alive();
  parser_.reset();
  phase_ = Phase::Busy;
  request_deadline_ = now() + host_.limits.request_timeout;
  const bool wanted = more_input || channel_->has_buffered_input();
  owner_.store(wanted ? Owner::WorkerWanted : Owner::Worker, std::memory_order_release);
  if (host_.pool.push([self = shared_from_this()] { self->serve(); })) {
    if (!wanted) wait_read();
    return;
  }
  owner_.store(Owner::Io, std::memory_order_relaxed);
  Response busy = host_.errors(503, "The server is busy");
  busy.headers.set("Retry-After", "1");
  prepare(std::move(busy), request_.method == "HEAD");
  start_writing_on_io();
}

void Session::refuse(const Refusal& refusal) {
  log::debug("request_refused",
             {{"remote", remote_}, {"status", refusal.status}, {"detail", refusal.detail}});
  const bool head_only = parser_->request().method == "HEAD";
  http_1_0_ = parser_->is_http_1_0();
  Response answer = host_.errors(refusal.status, refusal.detail);
  parser_.reset();
  pending_ = {};
  close_after_ = true;
  refused_ = true;
  prepare(std::move(answer), head_only);
  start_writing_on_io();
}

// After an answer, when the I/O thread owns the session again and there may be input.
void Session::next_request() {
  if (owner_.load(std::memory_order_acquire) != Owner::Io || phase_ != Phase::Idle) return;
  if (host_.stopping && pending_.empty()) return close();
  if (!pending_.empty()) return consume({});
  if (!read_armed_) read_some();
}

// Half-closes and swallows what still comes, so that a reset does not overtake the answer (RFC 9112 9.6).
void Session::linger() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Lingering;
  deadline_ = now() + (refused_ ? refusal_linger_time : linger_time);
  pending_ = {};
  channel_->finish_writing();
  drain();
}

void Session::drain() {
  const ssize_t got = ::recv(watch_->fd(), host_.scratch.data(), host_.scratch.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return close();
  wait_read();
}

void Session::expire(Deadline at) {
  if (owner_.load(std::memory_order_acquire) != Owner::Io || at < deadline_) return;
  if (phase_ == Phase::Header) return refuse({408, "The request header took too long"});
  if (phase_ == Phase::Body) return refuse({408, "The request body took too long"});
  close();
}

bool Session::is_idle() const {
  return owner_.load(std::memory_order_acquire) == Owner::Io && phase_ == Phase::Idle;
}

void Session::close_when_idle() {
  Owner expected = Owner::Worker;
  if (owner_.compare_exchange_strong(expected, Owner::WorkerWanted, std::memory_order_acq_rel)) return;
  if (expected != Owner::Io) return;
  if (phase_ == Phase::Idle || phase_ == Phase::Handshake || phase_ == Phase::Header) close();
}

void Session::close_now() {
  // A worker may be using the descriptor: it must not be closed under it, only made useless.
  if (owner_.load(std::memory_order_acquire) != Owner::Io) {
    ::shutdown(watch_->fd(), SHUT_RDWR);
  } else {
    close();
  }
}

void Session::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  parser_.reset();
  stream_ = nullptr;
  watch_->close();
  host_.closed(*this);
}

}  // namespace dirbridge::http
