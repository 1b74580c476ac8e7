#pragma once
// How responses look on the wire. Pure but for the clock of the Date field. Any thread.
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dirbridge::http::wire {

enum class BodyFraming { Length, Chunked, UntilClose };
enum class Persistence { KeepAlive, KeepAliveExplicit, Close };  // Explicit: HTTP/1.0 must be told

struct Answer {
  const Response& response;
  BodyFraming framing;
  Persistence persistence;
};

// The status line and header, ending in the blank line. Framing, connection and date fields that the handler
// set are replaced by ours. Throws std::invalid_argument on a field that would break the message: a bug in
// the handler.
std::string head(const Answer& answer);

bool may_have_body(int status);  // not 1xx, 204, 304
bool is_field_value(std::string_view text);
bool is_token(std::string_view text);
// What stands before the bytes of a chunk; line_end follows them.
std::string chunk_head(std::size_t size);
inline constexpr std::string_view line_end = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
inline constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace dirbridge::http::wire
