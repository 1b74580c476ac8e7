// Who is let in and who is turned away, what of a body may be held, and who gives way. On the I/O thread.
#include <utility>

#include "base/log.hpp"
#include "http/session.hpp"

namespace dirbridge::http {
namespace {

// A request that is still arriving after this may give way.
constexpr std::chrono::milliseconds slow_after{1'000};
constexpr double least_bytes_per_second = 1'024;  // of a body whose length nobody has said

}  // namespace

// Asks who sends this. False: it is turned away.
bool Session::admit() {
  if (!host_.admit) return true;
  Request& header = parser_->request();
  header.remote = remote_;
  header.secure = channel_->secure();
  Admission admission = host_.admit(header);
  header.sender = std::move(admission.sender);
  known_ = !admission.refusal;
  if (!known_) turn_away(std::move(*admission.refusal), admission.hold);
  return known_;
}

// A body whose length is known counts from its header on, another one as it comes. False: too much.
bool Session::hold_bytes() {
  const std::size_t wanted = parser_->content_length().value_or(parser_->request().body.size());
  if (wanted <= held_bytes_) return true;
  if (!host_.bodies.take(wanted - held_bytes_)) return false;
  held_bytes_ = wanted;
  return true;
}

void Session::release_bytes() {
  if (held_bytes_ > 0) host_.bodies.give(std::exchange(held_bytes_, 0));
}

double Session::bytes_per_second(Deadline at) const {
  const std::chrono::duration<double> took = at - since_;
  return took.count() > 0 && parser_ ? static_cast<double>(parser_->request().body.size()) / took.count() : 0;
}

// At this pace the body would not be whole in time.
bool Session::comes_too_slowly(Deadline at) const {
  const std::chrono::duration<double> limit = host_.limits.body_timeout;
  const std::chrono::duration<double> took = at - since_ - host_.limits.body_grace;
  if (took.count() <= 0 || !parser_) return false;
  const auto length = parser_->content_length();
  const double wanted = length ? static_cast<double>(*length) / limit.count() : least_bytes_per_second;
  return static_cast<double>(parser_->request().body.size()) < wanted * took.count();
}

void Session::busy() {
  owner_.store(Owner::Io, std::memory_order_relaxed);
  release_bytes();
  Response answer = host_.errors(503, "The server is busy");
  answer.headers.set("Retry-After", "1");
  prepare(std::move(answer), request_.method == "HEAD");
  start_writing_on_io();
}

void Session::turn_away(int status, const std::string& detail) {
  Response answer = host_.errors(status, detail);
  if (status == 503) answer.headers.set("Retry-After", "1");
  turn_away(std::move(answer));
}

// The request gets this answer, as soon as what was received is put away. What follows on the connection can
// be trusted only when nothing of the request is still to come.
void Session::turn_away(Response answer, std::chrono::milliseconds hold) {
  refused_ = phase_ != Phase::Header;
  close_after_ = refused_ || !parser_->keep_alive();
  refusal_ = std::move(answer);
  if (hold <= std::chrono::milliseconds::zero()) return;
  phase_ = Phase::Held;
  deadline_ = std::chrono::steady_clock::now() + hold;
}

void Session::refuse(const Refusal& refusal) {
  log::debug("request_refused",
             {{"remote", remote_}, {"status", refusal.status}, {"detail", refusal.detail}});
  refusal_ = host_.errors(refusal.status, refusal.detail);
  close_after_ = true;
  refused_ = true;
  answer_refusal();
}

void Session::answer_refusal() {
  const bool head_only = parser_->request().method == "HEAD";
  http_1_0_ = parser_->is_http_1_0();
  parser_.reset();
  release_bytes();
  if (close_after_) pending_ = {};
  Response answer = std::move(*refusal_);
  refusal_.reset();
  prepare(std::move(answer), head_only);
  start_writing_on_io();
}

Seat Session::seat(Deadline at) const {
  if (owner_.load(std::memory_order_acquire) != Owner::Io) return {};
  switch (phase_) {
    case Phase::Lingering:
      return {Claim::Answered, origin_, deadline_};
    case Phase::Idle:
      return known_ ? Seat{Claim::Idle, origin_, since_} : Seat{Claim::Stranger, origin_, opened_};
    case Phase::Busy:
    case Phase::Handed:
    case Phase::Closed:
      return {};
    default:
      break;
  }
  if (!known_) return {Claim::Stranger, origin_, opened_};
  const bool sends = phase_ == Phase::Header || phase_ == Phase::Body || phase_ == Phase::Handshake;
  if (!sends || at - since_ < slow_after) return {};
  return {Claim::Slow, origin_, since_, bytes_per_second(at)};
}

void Session::give_way() {
  log::debug("connection_gave_way", {{"remote", remote_}, {"known", known_}});
  close();
}

}  // namespace dirbridge::http
