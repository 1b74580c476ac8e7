#include "http/response_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>

namespace dirbridge::http {
namespace {

namespace beast_http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using View = boost::beast::string_view;

constexpr std::uint32_t max_header_bytes = 64 * 1024;
constexpr std::size_t max_waiting_bytes = 2 * max_header_bytes;

}  // namespace

class ResponseParser::Impl final : public beast_http::basic_parser<false> {
 public:
  Impl(std::size_t body_bytes, bool to_head) {
    header_limit(max_header_bytes);
    body_limit(body_bytes);
    skip(to_head);
    eager(true);
  }

  Step feed(std::string_view input, std::size_t& used) {
    used = 0;
    while (used < input.size() && !is_done()) {
      ErrorCode failed;
      used += put({input.data() + used, input.size() - used}, failed);
      if (failed == beast_http::error::need_more) break;
      if (failed == beast_http::error::body_limit) return Step::TooLarge;
      if (failed) return Step::Malformed;
    }
    if (is_done()) return Step::Done;
    return input.size() - used > max_waiting_bytes ? Step::Malformed : Step::NeedMore;
  }

  Step feed_end() {
    if (!got_some()) return Step::Malformed;
    ErrorCode failed;
    put_eof(failed);
    return failed ? Step::Malformed : Step::Done;
  }

  Response response;

 private:
  void on_request_impl(beast_http::verb, View, View, int, ErrorCode&) override {}
  void on_response_impl(int code, View, int, ErrorCode&) override { response.status = code; }
  void on_field_impl(beast_http::field, View name, View value, ErrorCode&) override {
    if (in_body_) return;  // trailers
    response.headers.add({name.data(), name.size()}, std::string(value.data(), value.size()));
  }
  void on_header_impl(ErrorCode&) override { in_body_ = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) override {}
  std::size_t on_body_impl(View body, ErrorCode&) override {
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCode& failed) override {
    return on_body_impl(body, failed);
  }
  void on_finish_impl(ErrorCode&) override {}

  bool in_body_ = false;
};

ResponseParser::ResponseParser(std::size_t body_bytes, bool to_head)
    : impl_(std::make_unique<Impl>(body_bytes, to_head)) {}
ResponseParser::~ResponseParser() = default;

ResponseParser::Step ResponseParser::feed(std::string_view input, std::size_t& used) {
  return impl_->feed(input, used);
}
ResponseParser::Step ResponseParser::feed_end() {
  return impl_->feed_end();
}
bool ResponseParser::ends_with_stream() const {
  return impl_->is_header_done() && impl_->need_eof();
}
bool ResponseParser::keep_alive() const {
  return impl_->keep_alive();
}
Response& ResponseParser::response() {
  return impl_->response;
}

}  // namespace dirbridge::http
