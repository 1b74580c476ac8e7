#pragma once
// A request and a response as plain values, so that nobody outside http/ sees Beast.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/uri.hpp"

namespace dirbridge::http {

class Headers {
 public:
  void set(std::string_view name, std::string value);    // replaces
  void add(std::string_view name, std::string value);    // keeps what is there
  const std::string* find(std::string_view name) const;  // first; names compare case-insensitively
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

struct Request {
  std::string method;  // upper-case as sent: "GET"
  std::string target_text;
  Target target;
  Headers headers;
  std::string body;
  std::string remote;   // "address:port" of the peer
  bool secure = false;  // came over TLS
  std::string sender;   // who the admission (http/server.hpp) found it to be; empty: it was not asked
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // When set, `body` is ignored and the answer is sent chunked: called on a worker thread until it returns
  // nullopt. An error ends the connection, so that a cut answer cannot pass for a whole one.
  std::function<Result<std::optional<std::string>>()> stream;
};

}  // namespace dirbridge::http
