#pragma once
// What operations people ask of a running bridge, on a listener of its own (loopback): is it alive, can it
// work, what has it done. No authentication for questions: nothing here
// names a user or a secret.
//   GET /healthz  200 while the process answers
//   GET /readyz   200 when every directory answers, else 503 with the reason for each
//   GET /metrics  Prometheus text
// Beside these, what a command asks of the bridge; who may is up to CommandHandler:
//   GET /commands                which instance this is
//   POST /commands/{connection}  runs a command
#include <functional>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dirbridge::admin {

// Asks each directory by its configured name; called from several threads.
using Readiness = std::function<std::map<std::string, Result<std::string>>(Deadline)>;

using CommandHandler = std::function<http::Response(const std::string& connection,
                                                    const http::Request& request, Deadline deadline)>;

struct Endpoints {
  Readiness readiness;
  std::string instance;
  CommandHandler command;
};

http::Response answer(const http::Request& request, const Endpoints& endpoints, Deadline deadline);
http::Response answer_http_error(int status, const std::string& detail);

}  // namespace dirbridge::admin
