#include "http/request_parser.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::http {
namespace {

namespace beast_http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using View = boost::beast::string_view;

constexpr std::size_t max_fields = 128;
constexpr std::size_t max_chunk_extension = 256;
constexpr std::size_t max_chunk_line = 4096;  // a chunk's head, or all trailers

constexpr std::array<std::string_view, 7> known_methods{"GET",   "HEAD",   "POST",   "PUT",
                                                        "PATCH", "DELETE", "OPTIONS"};

std::string_view to_std(View v) {
  return {v.data(), v.size()};
}

// Where a header stands in the input: whole, not yet whole, or with a line that no two parsers read alike.
class HeaderScan {
 public:
  enum class State { Incomplete, Complete, BadLine, Folded };

  State scan(std::string_view input) {
    for (;;) {
      const std::size_t lf = input.find('\n', next_);
      if (lf == std::string_view::npos) {
        next_ = input.size();
        return State::Incomplete;
      }
      if (lf == 0 || input[lf - 1] != '\r') return State::BadLine;
      const bool blank = lf == line_ + 1;
      if (!blank && line_ != 0 && (input[line_] == ' ' || input[line_] == '\t')) return State::Folded;
      if (line_ == 0) first_line_ = lf + 1;
      next_ = line_ = lf + 1;
      if (blank) return State::Complete;
    }
  }
  std::size_t size() const { return line_; }              // of a complete header
  std::size_t first_line() const { return first_line_; }  // its size; 0: not yet whole

 private:
  std::size_t line_ = 0;  // start of the line being read
  std::size_t next_ = 0;  // where to look for its end
  std::size_t first_line_ = 0;
};

// origin-form, or the path and query of absolute-form (RFC 9112 3.2.2: a server must accept both).
std::string_view without_origin(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!istarts_with(target, scheme)) continue;
    const std::size_t slash = target.find_first_of("/?", scheme.size());
    if (slash == std::string_view::npos || slash == scheme.size() || target[slash] == '?') return {};
    return target.substr(slash);
  }
  return target;
}

}  // namespace

class RequestParser::Impl final : public beast_http::basic_parser<true> {
 public:
  explicit Impl(Limits limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(limits.header_bytes, UINT32_MAX)));
    body_limit(limits.body_bytes);
  }

  Step feed(std::string_view input, std::size_t& used) {
    used = 0;
    if (header_done_) return feed_body(input, used);
    return feed_header(input, used);
  }

  Refusal refusal;
  Request request;
  bool expects_continue = false;
  bool http_1_0() const { return version_ == 10; }

 private:
  Step refuse(int status, std::string detail) {
    refusal = {status, std::move(detail)};
    return Step::Refused;
  }
  void refuse(int status, std::string detail, ErrorCode& failed) {
    refuse(status, std::move(detail));
    refused_ = true;
    failed = beast_http::error::bad_value;
  }

  Step feed_header(std::string_view input, std::size_t& used);
  Step feed_body(std::string_view input, std::size_t& used);
  Step refuse_code(const ErrorCode& failed);
  void check_framing(ErrorCode& failed);
  void check_target(ErrorCode& failed);

  void on_request_impl(beast_http::verb, View method, View target, int version, ErrorCode& failed) override;
  void on_field_impl(beast_http::field name, View name_text, View value, ErrorCode& failed) override;
  void on_header_impl(ErrorCode& failed) override;
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) override {}
  std::size_t on_body_impl(View body, ErrorCode&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View extensions, ErrorCode& failed) override {
    if (extensions.size() > max_chunk_extension) refuse(400, "A chunk extension is too long", failed);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCode& failed) override {
    return on_body_impl(body, failed);
  }
  void on_finish_impl(ErrorCode&) override {}

  const Limits limits_;
  HeaderScan scan_;
  int version_ = 11;
  int hosts_ = 0;
  int encodings_ = 0;
  int lengths_ = 0;
  std::size_t fields_ = 0;
  bool plain_chunked_ = false;
  bool header_done_ = false;
  bool refused_ = false;  // `refusal` is already filled
};

RequestParser::Step RequestParser::Impl::feed_header(std::string_view input, std::size_t& used) {
  const auto found = scan_.scan(input);
  const std::size_t size = found == HeaderScan::State::Complete ? scan_.size() : input.size();
  if (size > limits_.header_bytes) {
    if (scan_.first_line() == 0 || scan_.first_line() > limits_.header_bytes)
      return refuse(414, "The request line is too long");
    return refuse(431, "The request header is too large");
  }
  if (found == HeaderScan::State::BadLine) return refuse(400, "A header line does not end in CR LF");
  if (found == HeaderScan::State::Folded) return refuse(400, "A header line is folded");
  if (found == HeaderScan::State::Incomplete) return Step::NeedMore;

  ErrorCode failed;
  eager(false);
  while (used < size && !failed && !is_header_done()) used += put({input.data() + used, size - used}, failed);
  if (failed) return refuse_code(failed);
  if (!is_header_done() || used != size) return refuse(400, "The request header is malformed");
  header_done_ = true;
  eager(true);
  return is_done() ? Step::Done : Step::HeaderDone;
}

RequestParser::Step RequestParser::Impl::feed_body(std::string_view input, std::size_t& used) {
  ErrorCode failed;
  while (used < input.size() && !is_done()) {
    used += put({input.data() + used, input.size() - used}, failed);
    if (failed == beast_http::error::need_more) break;
    if (failed) return refuse_code(failed);
  }
  if (is_done()) return Step::Done;
  if (input.size() - used > max_chunk_line) return refuse(400, "A chunk's head or trailer is too long");
  return Step::NeedMore;
}

RequestParser::Step RequestParser::Impl::refuse_code(const ErrorCode& failed) {
  if (refused_) return Step::Refused;
  using E = beast_http::error;
  if (failed == E::body_limit)
    return refuse(413, "The request body is larger than " + std::to_string(limits_.body_bytes) + " bytes");
  if (failed == E::header_limit) return refuse(431, "The request header is too large");
  if (failed == E::bad_version) return refuse(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here");
  return refuse(400, "The request is malformed: " + failed.message());
}

void RequestParser::Impl::on_request_impl(beast_http::verb, View method, View target, int version,
                                          ErrorCode& failed) {
  version_ = version;
  request.method = to_std(method);
  request.target_text = to_std(target);
  if (std::find(known_methods.begin(), known_methods.end(), request.method) == known_methods.end())
    refuse(501, "The method is not known here", failed);
}

void RequestParser::Impl::on_field_impl(beast_http::field name, View name_text, View value,
                                        ErrorCode& failed) {
  if (header_done_) return;  // a trailer: nothing may come in that way
  if (++fields_ > max_fields) return refuse(431, "The request header has too many fields", failed);
  switch (name) {
    case beast_http::field::host:
      ++hosts_;
      break;
    case beast_http::field::content_length:
      ++lengths_;
      break;
    case beast_http::field::transfer_encoding:
      ++encodings_;
      plain_chunked_ = iequals(trim(to_std(value)), "chunked");
      break;
    case beast_http::field::expect:
      if (!iequals(trim(to_std(value)), "100-continue")) return refuse(417, "Unknown expectation", failed);
      expects_continue = version_ == 11;
      break;
    default:
      break;
  }
  request.headers.add(to_std(name_text), std::string(value.data(), value.size()));
}

void RequestParser::Impl::on_header_impl(ErrorCode& failed) {
  check_framing(failed);
  if (!failed) check_target(failed);
}

void RequestParser::Impl::check_framing(ErrorCode& failed) {
  if (encodings_ > 0 && version_ == 10)
    return refuse(400, "Transfer-Encoding has no meaning in HTTP/1.0", failed);
  if (encodings_ > 1 || (encodings_ == 1 && !plain_chunked_))
    return refuse(501, "The only transfer encoding known here is chunked", failed);
  if (encodings_ > 0 && lengths_ > 0)
    return refuse(400, "Content-Length and Transfer-Encoding exclude each other", failed);
  if (lengths_ > 1) return refuse(400, "More than one Content-Length", failed);
  if (version_ == 11 && hosts_ != 1) return refuse(400, "Exactly one Host field is needed", failed);
  if (hosts_ > 1) return refuse(400, "More than one Host field", failed);
}

void RequestParser::Impl::check_target(ErrorCode& failed) {
  if (request.method == "OPTIONS" && request.target_text == "*") return;
  auto target = http::parse_target(without_origin(request.target_text));
  if (!target)
    return refuse(target.error().kind == ErrorKind::TooLarge ? 414 : 400, target.error().detail, failed);
  request.target = std::move(*target);
}

RequestParser::RequestParser(Limits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::feed(std::string_view input, std::size_t& used) {
  return impl_->feed(input, used);
}
const Refusal& RequestParser::refusal() const {
  return impl_->refusal;
}
Request& RequestParser::request() {
  return impl_->request;
}
bool RequestParser::keep_alive() const {
  return impl_->keep_alive();
}
bool RequestParser::is_http_1_0() const {
  return impl_->http_1_0();
}
bool RequestParser::expects_continue() const {
  return impl_->expects_continue;
}
std::optional<std::size_t> RequestParser::content_length() const {
  const auto length = impl_->content_length();
  return length ? std::optional<std::size_t>(*length) : std::nullopt;
}

}  // namespace dirbridge::http
