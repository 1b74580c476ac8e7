#include "net/resolver.hpp"

#include <sys/socket.h>

#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace dirbridge::net {

Result<Addresses> look_up_now(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code == 0) return Addresses(found, [](addrinfo* list) { freeaddrinfo(list); });
  return error(ErrorKind::Unavailable,
               "the host name " + host + " could not be looked up: " + gai_strerror(code));
}

// Kept by each thread that asks: it may outlive the resolver.
struct Resolver::State {
  using Answer = std::shared_future<Result<Addresses>>;
  using Name = std::pair<std::string, std::uint16_t>;

  LookUp look_up;
  std::mutex mutex;
  std::map<Name, Answer> pending;

  static Answer ask(const std::shared_ptr<State>& self, const Name& name) {
    const std::lock_guard lock(self->mutex);
    if (const auto at = self->pending.find(name); at != self->pending.end()) return at->second;
    std::promise<Result<Addresses>> promise;
    auto answer = promise.get_future().share();
    self->pending.emplace(name, answer);
    std::thread([self, name, promise = std::move(promise)]() mutable {
      auto found = self->look_up(name.first, name.second);
      {
        const std::lock_guard forget(self->mutex);
        self->pending.erase(name);
      }
      promise.set_value(std::move(found));
    }).detach();
    return answer;
  }
};

Resolver::Resolver()
    : Resolver([](const std::string& host, std::uint16_t port) {
        return look_up_now(host, port, AI_ADDRCONFIG);
      }) {}

Resolver::Resolver(LookUp look_up) : state_(std::make_shared<State>()) {
  state_->look_up = std::move(look_up);
}

Result<Addresses> Resolver::resolve(const std::string& host, std::uint16_t port, Deadline deadline) {
  if (auto numeric = look_up_now(host, port, AI_NUMERICHOST)) return numeric;
  const auto answer = State::ask(state_, {host, port});
  if (answer.wait_until(deadline) != std::future_status::ready)
    return error(ErrorKind::Timeout, "looking up the host name " + host + " took too long");
  return answer.get();
}

Resolver& system_resolver() {
  static Resolver resolver;
  return resolver;
}

}  // namespace dirbridge::net
