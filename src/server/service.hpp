#pragma once
// The SCIM service provider: every request goes through one pipeline - route, authenticate, operate, answer.
// The first two need the header only (admit). Thread-safe.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "server/connection.hpp"
#include "server/exchange.hpp"
#include "server/wrong_tokens.hpp"
#include "tokens/store.hpp"

namespace dirbridge::server {

struct ServiceSettings {
  std::string base_path = "/scim";       // + /{connection}[/v2], or /v1 for SCIM 1.1
  std::vector<std::string> alias_paths;  // the token alone says which connection
  std::size_t max_body_bytes = 10 * 1024 * 1024;
};

// What may be replaced while it is served.
struct Serving {
  std::string public_url;  // "https://host"; empty: from the Host header
  std::map<std::string, std::shared_ptr<Connection>, std::less<>> connections;
};

class Service {
 public:
  // The catalog and the token store outlive the service.
  Service(ServiceSettings settings, const scim::Catalog& catalog, tokens::TokenStore& tokens,
          Serving serving);
  ~Service();

  // For the requests that come from now on. Those that are being answered go on with what they began with,
  // which lives until the last of them is done.
  void serve(Serving serving);

  // Whether the sender may have this request handled, before its body is read. Quick.
  http::Admission admit(const http::Request& header);
  // Asks for the token itself when `request.sender` is empty.
  http::Response handle(const http::Request& request, Deadline deadline);

 private:
  struct Place;  // where below which base path a request points
  struct Metrics;
  std::shared_ptr<const Serving> serving() const;
  http::Response answer_request(const http::Request& request, const Serving& serving, Deadline deadline,
                                std::string_view& label);
  // The answer for everybody to see and count.
  void report(http::Response& response, const http::Request& request, const std::string& id,
              std::string_view label, std::chrono::steady_clock::time_point start);
  http::Response dispatch(const http::Request& request, const Place& place, const std::string& base,
                          Connection& connection, Deadline deadline, std::string_view& label);
  Result<Place> locate(const http::Request& request) const;
  Result<std::string> authenticate(const http::Request& request, const Place& place, const Serving& serving);

  ServiceSettings settings_;
  std::vector<std::string> base_segments_;
  std::vector<std::vector<std::string>> alias_segments_;
  BulkHelpers bulk_helpers_;
  const Provider provider_;
  tokens::TokenStore& tokens_;
  mutable std::mutex mutex_;  // of the pointer alone
  std::shared_ptr<const Serving> serving_;
  WrongTokens wrong_tokens_;
  std::unique_ptr<Metrics> metrics_;
};

}  // namespace dirbridge::server
