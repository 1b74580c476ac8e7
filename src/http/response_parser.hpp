#pragma once
// Turns bytes into one Response. Interim (1xx) answers are skipped by the caller: one parser each.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dirbridge::http {

class ResponseParser {
 public:
  enum class Step { NeedMore, Done, Malformed, TooLarge };

  // `to_head`: the answer to a HEAD request, which has a length but no body.
  ResponseParser(std::size_t body_bytes, bool to_head);
  ~ResponseParser();

  Step feed(std::string_view input, std::size_t& used);
  // The stream ended. Done only when the message has neither a length nor chunks, and its end was due here.
  Step feed_end();

  bool ends_with_stream() const;  // the body has no other end than the connection's
  bool keep_alive() const;
  Response& response();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dirbridge::http
