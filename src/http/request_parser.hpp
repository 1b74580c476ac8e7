#pragma once
// Turns bytes into one Request, refusing what Beast lets through: RFC 9112 sections 2.2, 3.2, 5.2, 6.1, 6.3.
// One parser per request; used by one thread at a time. Allocates nothing for a body before its bytes arrive.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dirbridge::http {

struct Refusal {
  int status = 400;
  std::string detail;
};

class RequestParser {
 public:
  struct Limits {
    std::size_t header_bytes;
    std::size_t body_bytes;
  };
  enum class Step {
    NeedMore,    // what was not used must come again, with more behind it
    HeaderDone,  // a body follows
    Done,
    Refused,  // answer refusal() and close: what follows on the connection cannot be trusted
  };

  explicit RequestParser(Limits limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  Step feed(std::string_view input, std::size_t& used);

  // After Refused.
  const Refusal& refusal() const;
  // After HeaderDone or Done.
  Request& request();
  bool keep_alive() const;
  bool is_http_1_0() const;
  bool expects_continue() const;
  std::optional<std::size_t> content_length() const;  // nullopt: the body comes in chunks

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dirbridge::http
