#include "server/wrong_tokens.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace dirbridge::server {
namespace {

constexpr std::string_view others = "others";
constexpr std::size_t longest_name = 64;  // of a connection: a path can be anything

void tell(const std::string& address, std::string_view connection, std::size_t count) {
  log::warning("wrong_token", {{"address", address},
                               {"connection", connection.substr(0, longest_name)},
                               {"count", count},
                               {"detail", "tokens that are not valid; said once a minute for each address"}});
}

}  // namespace

struct WrongTokens::Metrics {
  prometheus::Counter& refused = prometheus::BuildCounter()
                                     .Name("dirbridge_wrong_tokens_total")
                                     .Help("Requests with a bearer token that is not valid")
                                     .Register(metrics::registry())
                                     .Add({});
};

WrongTokens::WrongTokens(Now now) : now_(std::move(now)), metrics_(std::make_unique<Metrics>()) {}
WrongTokens::~WrongTokens() = default;

std::chrono::milliseconds WrongTokens::note(const std::string& address, const std::string& connection) {
  metrics_->refused.Increment();
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  auto known = addresses_.find(address);
  if (known == addresses_.end() || now - known->second.begun >= window) end_windows(now);
  known = addresses_.find(address);
  const bool full = known == addresses_.end() && addresses_.size() >= most_addresses;
  const std::string name = full ? std::string(others) : address;
  auto& entry = addresses_[name];
  if (entry.in_window++ == 0) {
    entry.begun = now;
    tell(name, connection, 1);
  } else {
    ++entry.untold;
  }
  return entry.in_window > answered_at_once ? hold : std::chrono::milliseconds::zero();
}

// What came after a window's first line is told at its end.
void WrongTokens::end_windows(std::chrono::steady_clock::time_point now) {
  std::erase_if(addresses_, [now](const auto& one) {
    const auto& [address, entry] = one;
    if (now - entry.begun < window) return false;
    if (entry.untold > 0) tell(address, "", entry.untold);
    return true;
  });
}

}  // namespace dirbridge::server
