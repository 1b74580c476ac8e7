#pragma once
// One server connection, from accept to close. At any moment it belongs either to the I/O thread (reading,
// waiting, lingering) or to one worker (handling, writing); `owner_` is the hand-over. While a worker owns it
// the I/O thread only keeps a read-wait armed, and leaves a note (WorkerWanted) when there is something to do
// afterwards. Holds no buffers while idle.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "http/byte_budget.hpp"
#include "http/channel.hpp"
#include "http/giving_way.hpp"
#include "http/loop.hpp"
#include "http/request_parser.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace dirbridge::http {

class Session;

// What sessions share. `scratch` belongs to the I/O thread.
struct SessionHost {
  const Limits& limits;
  const Handler& handler;
  const ErrorRenderer& errors;
  const Admit& admit;
  Loop& loop;
  WorkerPool& pool;
  ByteBudget bodies{limits.body_bytes_in_flight};
  std::atomic<bool> stopping{false};
  std::vector<char> scratch = std::vector<char>(64 * 1024);
  std::function<void(Session&)> closed = nullptr;  // on the I/O thread; may end the session's life
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(SessionHost& host, std::unique_ptr<Watch> watch, std::unique_ptr<Channel> channel,
          std::string remote);

  // All on the I/O thread.
  void start();
  void expire(Deadline at);
  void close_when_idle();
  void close_now();
  Seat seat(Deadline at) const;  // of the moment; views this session
  void give_way();               // precondition: its claim is not Active
  const std::string& origin() const { return origin_; }

 private:
  enum class Phase { Handshake, Idle, Header, Body, Held, Busy, Handed, Writing, Lingering, Closed };
  enum class Owner { Io, Worker, WorkerWanted };
  using Step = void (Session::*)();

  // session.cpp: the I/O thread
  void wait_read();
  void wait_write();
  void wait_for(IoStatus status);
  void on_ready();
  void advance();
  void shake_hands();
  void read_some();
  void consume(std::string_view fresh);
  bool begin_request(std::string_view& input);
  RequestParser::Step parse(std::string_view& input);
  bool header_done(bool body_began);
  void dispatch(bool more_input);
  void next_request();
  void linger();
  void drain();
  void close();

  // session_admission.cpp: the I/O thread
  bool admit();
  bool hold_bytes();
  void release_bytes();  // a worker as well
  bool comes_too_slowly(Deadline at) const;
  double bytes_per_second(Deadline at) const;
  void busy();
  void turn_away(int status, const std::string& detail);
  void turn_away(Response answer, std::chrono::milliseconds hold = {});
  void refuse(const Refusal& refusal);
  void answer_refusal();

  // session_answer.cpp: a worker, or the I/O thread for refusals and what is left of a write
  void serve();
  void pump();
  template <class Job>
  void work(Job job);
  void write_out();  // worker: writes and pulls until done or blocked
  Response run_handler();
  void prepare(Response response, bool head_only);
  bool fill_from_stream();
  IoStatus flush();
  void hand_to_io(Step step);
  void become_idle();
  void finish_answer();
  void continue_writing();
  void start_writing_on_io();

  SessionHost& host_;
  const std::unique_ptr<Watch> watch_;
  const std::unique_ptr<Channel> channel_;
  const std::string remote_;
  const std::string origin_;
  const Deadline opened_;
  bool known_;  // the last request that was asked about was admitted; I/O thread
  std::atomic<Owner> owner_{Owner::Io};
  bool read_armed_ = false;  // these two: I/O thread only, whoever owns the rest
  bool write_armed_ = false;

  Phase phase_ = Phase::Handshake;
  Deadline deadline_{};  // of the phase
  Deadline since_{};     // of the phase: Idle, Header, Body
  std::string pending_;  // received, not yet parsed
  std::unique_ptr<RequestParser> parser_;
  std::optional<Response> refusal_;  // what the request gets in place of being handled
  std::size_t held_bytes_ = 0;       // taken from the host's budget for the body
  Request request_;
  Deadline request_deadline_{};
  bool http_1_0_ = false;
  bool close_after_ = false;
  bool refused_ = false;
  std::string out_head_;
  std::string out_body_;
  std::size_t out_done_ = 0;
  std::function<Result<std::optional<std::string>>()> stream_;
  bool chunked_ = false;
};

}  // namespace dirbridge::http
