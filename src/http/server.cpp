#include "http/server.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "http/giving_way.hpp"
#include "http/loop.hpp"
#include "http/session.hpp"
#include "http/socket.hpp"
#include "http/tls.hpp"
#include "http/worker_pool.hpp"

namespace dirbridge::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds stopping_sweep{20};
constexpr std::chrono::minutes between_words{1};
constexpr int accepts_in_a_row = 32;  // before established connections get their turn again

// How often timeouts are looked at: a quarter of the shortest one, within reason.
milliseconds sweep_interval(const Limits& limits) {
  const auto shortest =
      std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.write_timeout});
  return std::clamp(shortest / 4, milliseconds{10}, milliseconds{500});
}

class ServerImpl final : public Server {
 public:
  ServerImpl(ServerSettings settings, Handler handler, ErrorRenderer errors, Admit admit,
             std::optional<TlsContext> tls)
      : settings_(std::move(settings)),
        handler_(std::move(handler)),
        errors_(std::move(errors)),
        admit_(std::move(admit)),
        tls_(std::move(tls)),
        pool_(settings_.limits.workers, settings_.limits.queued_requests) {
    host_.closed = [this](Session& session) { forget(session); };
  }
  ~ServerImpl() override { stop(std::chrono::steady_clock::now()); }

  void open(Fd listener) {
    port_ = local_port(listener.get());
    listener_ = loop_.watch(std::move(listener));
    loop_.post([this] {
      await_connection();
      sweep();
    });
    io_thread_ = std::thread([this] { loop_.run(); });
  }

  std::uint16_t port() const override { return port_; }
  void use_certificate(TlsContext certificate) override {
    loop_.post([this, certificate = std::move(certificate)] { tls_ = certificate; });
  }
  void stop(Deadline deadline) override;

 private:
  void await_connection();
  void accept_some();
  bool make_room();
  void adopt(Accepted accepted);
  void limit_strangers(const Session& newcomer);
  void close_one(const std::function<std::optional<std::size_t>(std::span<const Seat>)>& choose);
  void forget(Session& session);
  void sweep();
  void wind_down();
  template <class Visit>
  void visit_sessions(Visit visit);

  const ServerSettings settings_;
  const Handler handler_;
  const ErrorRenderer errors_;
  const Admit admit_;
  std::optional<TlsContext> tls_;  // I/O thread
  std::uint16_t port_ = 0;
  Loop loop_;  // outlives everything that waits in it
  WorkerPool pool_;
  SessionHost host_{settings_.limits, handler_, errors_, admit_, loop_, pool_};
  std::unique_ptr<Watch> listener_;
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;  // I/O thread
  bool accept_armed_ = false;
  Deadline next_word_{};  // when it may be said again that connections are short
  std::thread io_thread_;

  std::mutex mutex_;  // of what follows
  std::condition_variable all_closed_;
  bool empty_ = false;  // winding down and no session left
  std::mutex stop_mutex_;
};

void ServerImpl::await_connection() {
  if (accept_armed_ || host_.stopping) return;
  accept_armed_ = true;
  listener_->when_readable([this] {
    accept_armed_ = false;
    accept_some();
  });
}

void ServerImpl::accept_some() {
  for (int i = 0; i < accepts_in_a_row && !host_.stopping; ++i) {
    if (!make_room()) return;  // forget() or the next sweep resumes
    Accepted accepted;
    switch (accept_from(listener_->fd(), accepted)) {
      case AcceptStatus::Accepted:
        adopt(std::move(accepted));
        // Nobody gives way before it is known that somebody else waits.
        if (sessions_.size() >= settings_.limits.connections) return await_connection();
        break;
      case AcceptStatus::WouldBlock:
        return await_connection();
      case AcceptStatus::OutOfResources:
        log::warning("accept_failed", {{"detail", "out of file descriptors or memory"}});
        return;  // the next sweep resumes
    }
  }
  await_connection();
}

// False when nobody gives way: all are being served.
bool ServerImpl::make_room() {
  if (sessions_.size() < settings_.limits.connections) return true;
  close_one(first_to_go);
  return sessions_.size() < settings_.limits.connections;
}

void ServerImpl::limit_strangers(const Session& newcomer) {
  const auto& limits = settings_.limits;
  if (!admit_ ||
      sessions_.size() <= std::min(limits.unauthenticated_connections, limits.unauthenticated_per_address))
    return;
  close_one([&](std::span<const Seat> seats) { return stranger_to_go(seats, newcomer.origin(), limits); });
}

void ServerImpl::close_one(const std::function<std::optional<std::size_t>(std::span<const Seat>)>& choose) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<Session*> sessions;
  std::vector<Seat> seats;
  sessions.reserve(sessions_.size());
  seats.reserve(sessions_.size());
  for (const auto& [session, owned] : sessions_) {
    sessions.push_back(session);
    seats.push_back(session->seat(now));
  }
  const auto chosen = choose(seats);
  if (!chosen) return;
  if (now >= next_word_) {
    const auto strangers = std::count_if(seats.begin(), seats.end(),
                                         [](const Seat& seat) { return seat.claim == Claim::Stranger; });
    log::warning("connections_short",
                 {{"open", sessions.size()},
                  {"unauthenticated", static_cast<std::size_t>(strangers)},
                  {"detail", "the oldest and slowest give way to new ones; said once a minute at most"}});
    next_word_ = now + between_words;
  }
  sessions[*chosen]->give_way();
}

void ServerImpl::adopt(Accepted accepted) {
  const int fd = accepted.fd.get();
  const auto session =
      std::make_shared<Session>(host_, loop_.watch(std::move(accepted.fd)),
                                tls_ ? tls_->accept(fd) : make_plain_channel(fd), std::move(accepted.remote));
  sessions_.emplace(session.get(), session);
  session->start();
  limit_strangers(*session);
}

void ServerImpl::forget(Session& session) {
  const auto found = sessions_.find(&session);
  if (found == sessions_.end()) return;
  // The caller is a member function of the session: let it return first.
  loop_.post([keep = std::move(found->second)] {});
  sessions_.erase(found);
  await_connection();
  if (!host_.stopping || !sessions_.empty()) return;
  const std::lock_guard lock(mutex_);
  empty_ = true;
  all_closed_.notify_all();
}

template <class Visit>
void ServerImpl::visit_sessions(Visit visit) {
  std::vector<std::shared_ptr<Session>> all;  // a visit may close the session and change the map
  all.reserve(sessions_.size());
  for (const auto& [session, owned] : sessions_) all.push_back(owned);
  for (const auto& session : all) visit(*session);
}

void ServerImpl::sweep() {
  const auto now = std::chrono::steady_clock::now();
  visit_sessions([now](Session& session) { session.expire(now); });
  await_connection();
  loop_.after(host_.stopping ? stopping_sweep : sweep_interval(settings_.limits), [this] { sweep(); });
}

void ServerImpl::wind_down() {
  listener_->close();
  visit_sessions([](Session& session) { session.close_when_idle(); });
  sweep();
  const std::lock_guard lock(mutex_);
  empty_ = sessions_.empty();
  all_closed_.notify_all();
}

void ServerImpl::stop(Deadline deadline) {
  const std::lock_guard once(stop_mutex_);
  if (!io_thread_.joinable()) return;
  host_.stopping = true;
  loop_.post([this] { wind_down(); });
  {
    std::unique_lock lock(mutex_);
    all_closed_.wait_until(lock, deadline, [this] { return empty_; });
  }
  loop_.post([this] { visit_sessions([](Session& session) { session.close_now(); }); });
  pool_.stop();
  loop_.stop();
  io_thread_.join();
  sessions_.clear();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, Handler handler,
                                              ErrorRenderer errors, Admit admit) {
  std::optional<TlsContext> tls;
  if (settings.tls) {
    auto context = TlsContext::for_server(settings.tls->certificate_file, settings.tls->key_file);
    if (!context) return context.error();
    tls = std::move(*context);
  }
  auto listener = listen_on(settings.address, settings.port);
  if (!listener) return listener.error();
  auto server = std::make_unique<ServerImpl>(settings, std::move(handler), std::move(errors),
                                             std::move(admit), std::move(tls));
  server->open(std::move(*listener));
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace dirbridge::http
