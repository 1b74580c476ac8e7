#include "http/session.hpp"

#include <sys/socket.h>

#include <new>
#include <utility>

#include "base/log.hpp"
#include "http/wire.hpp"

namespace dirbridge::http {
namespace {

using Progress = RequestParser::Step;

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
    : host_(host),
      watch_(std::move(watch)),
      channel_(std::move(channel)),
      remote_(std::move(remote)),
      origin_(origin_of(remote_)),
      opened_(now()),
      known_(!host.admit) {}

void Session::start() {
  since_ = opened_;
  deadline_ = since_ + host_.limits.header_timeout;
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
  try {
    advance();
  } catch (const std::bad_alloc&) {
    log::error("out_of_memory", {{"remote", remote_}});
    close_now();
  }
}

void Session::advance() {
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
    case Phase::Held:
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
  since_ = now();
  deadline_ = since_ + host_.limits.header_timeout;
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
  auto step = Progress::NeedMore;
  if (parser_ || begin_request(input)) step = parse(input);
  if (!input.empty()) pending_ = joined.size() == input.size() ? std::move(joined) : std::string(input);
  if (phase_ == Phase::Closed) return;
  if (refusal_) return phase_ == Phase::Held ? void() : answer_refusal();
  if (step == Progress::Refused) return refuse(parser_->refusal());
  if (step == Progress::Done) return dispatch(!pending_.empty());
  wait_read();
}

// Ends early when the connection was closed, or the request has got its refusal.
RequestParser::Step Session::parse(std::string_view& input) {
  for (;;) {
    std::size_t used = 0;
    const Progress step = parser_->feed(input, used);
    input.remove_prefix(used);
    if (step == Progress::HeaderDone) {
      if (!header_done(!input.empty())) return step;
      continue;
    }
    if (step == Progress::Refused) return step;
    if (phase_ == Phase::Body) {
      if (!hold_bytes()) turn_away(503, "Too many bytes of requests are on their way");
    } else if (step == Progress::Done) {
      admit();
    }
    return step;
  }
}

// A body follows. False: it will not be read.
bool Session::header_done(bool body_began) {
  phase_ = Phase::Body;
  since_ = now();
  deadline_ = since_ + host_.limits.body_timeout;
  if (!admit()) return false;
  if (!hold_bytes()) {
    turn_away(503, "Too many bytes of requests are on their way");
    return false;
  }
  if (!parser_->expects_continue() || body_began) return true;
  // A peer that does not even take these 25 bytes has stopped reading; half a line must not stay in a TLS
  // stream.
  if (channel_->write(wire::continue_line, {}).bytes == wire::continue_line.size()) return true;
  close();
  return false;
}

void Session::dispatch(bool more_input) {
  request_ = std::move(parser_->request());
  if (!host_.admit) {
    request_.remote = remote_;
    request_.secure = channel_->secure();
  }
  http_1_0_ = parser_->is_http_1_0();
  close_after_ = !parser_->keep_alive();
  parser_.reset();
  phase_ = Phase::Busy;
  request_deadline_ = now() + host_.limits.request_timeout;
  const bool wanted = more_input || channel_->has_buffered_input();
  owner_.store(wanted ? Owner::WorkerWanted : Owner::Worker, std::memory_order_release);
  bool taken = false;
  try {
    taken = host_.pool.push([self = shared_from_this()] { self->serve(); });
  } catch (const std::bad_alloc&) {
    log::error("out_of_memory", {{"remote", remote_}});
  }
  if (!taken) return busy();
  if (!wanted) wait_read();
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
  if (owner_.load(std::memory_order_acquire) != Owner::Io) return;
  if (phase_ == Phase::Body && at < deadline_ && comes_too_slowly(at))
    return refuse({408, "The request body comes too slowly"});
  if (at < deadline_) return;
  if (phase_ == Phase::Header) return refuse({408, "The request header took too long"});
  if (phase_ == Phase::Body) return refuse({408, "The request body took too long"});
  if (phase_ == Phase::Held) return answer_refusal();
  close();
}

void Session::close_when_idle() {
  Owner expected = Owner::Worker;
  if (owner_.compare_exchange_strong(expected, Owner::WorkerWanted, std::memory_order_acq_rel)) return;
  if (expected != Owner::Io) return;
  if (phase_ == Phase::Idle || phase_ == Phase::Handshake || phase_ == Phase::Header || phase_ == Phase::Held)
    close();
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
  refusal_.reset();
  release_bytes();
  stream_ = nullptr;
  watch_->close();
  host_.closed(*this);
}

}  // namespace dirbridge::http
