#include "http_reader.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dirbridge::bench {
namespace {

bool parse_number(std::string_view text, int radix, std::size_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, radix);
  return failure == std::errc{} && end != text.data();
}

}  // namespace

void HttpReader::start() {
  part_ = Part::Head;
  pending_.erase(0, used_);
  used_ = 0;
  wanted_ = 0;
  body_.clear();
  status_ = 0;
  closes_ = false;
}

HttpReader::State HttpReader::feed(std::string_view bytes) {
  pending_.append(bytes);
  const State state = advance();
  if (state == State::NeedMore && used_ > 0) {
    pending_.erase(0, used_);
    used_ = 0;
  }
  return state;
}

HttpReader::State HttpReader::advance() {
  for (;;) {
    switch (part_) {
      case Part::Head: {
        const std::size_t end = pending_.find("\r\n\r\n", used_);
        if (end == std::string::npos) return State::NeedMore;
        const State state = read_head(end);
        if (state != State::NeedMore) return state;
        break;
      }
      case Part::Sized:
        if (take_data(Part::Head) == State::NeedMore) return State::NeedMore;
        return State::Complete;
      case Part::ChunkSize: {
        std::string_view line;
        if (!take_line(line)) return State::NeedMore;
        if (read_chunk_size(line) == State::Broken) return State::Broken;
        break;
      }
      case Part::ChunkData:
        if (take_data(Part::ChunkSize) == State::NeedMore) return State::NeedMore;
        break;
      case Part::Trailer: {
        std::string_view line;
        if (!take_line(line)) return State::NeedMore;
        if (line.empty()) return State::Complete;
        break;
      }
    }
  }
}

HttpReader::State HttpReader::read_head(std::size_t end) {
  std::string_view head(pending_.data() + used_, end - used_);
  used_ = end + 4;
  std::size_t status = 0;
  if (head.substr(0, 7) != "HTTP/1." || head.size() < 12 || !parse_number(head.substr(9, 3), 10, status))
    return State::Broken;
  status_ = static_cast<int>(status);
  bool sized = status_ == 204;
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at)) {
    ++at;
    const std::string_view line = head.substr(at, head.find('\r', at) - at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return State::Broken;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (iequals(name, "Content-Length")) {
      if (!parse_number(value, 10, wanted_)) return State::Broken;
      sized = true;
    } else if (iequals(name, "Transfer-Encoding")) {
      if (!iequals(value, "chunked")) return State::Broken;
      part_ = Part::ChunkSize;
    } else if (iequals(name, "Connection")) {
      closes_ = iequals(value, "close");
    }
  }
  if (part_ == Part::ChunkSize) return State::NeedMore;
  if (!sized) return State::Broken;
  part_ = Part::Sized;
  return State::NeedMore;
}

HttpReader::State HttpReader::read_chunk_size(std::string_view line) {
  if (line.empty()) return State::NeedMore;  // the line end behind the previous chunk's data
  if (!parse_number(line, 16, wanted_)) return State::Broken;
  part_ = wanted_ == 0 ? Part::Trailer : Part::ChunkData;
  return State::NeedMore;
}

bool HttpReader::take_line(std::string_view& line) {
  const std::size_t end = pending_.find("\r\n", used_);
  if (end == std::string::npos) return false;
  line = std::string_view(pending_).substr(used_, end - used_);
  used_ = end + 2;
  return true;
}

HttpReader::State HttpReader::take_data(Part following) {
  const std::size_t size = std::min(wanted_, pending_.size() - used_);
  body_.append(pending_, used_, size);
  used_ += size;
  wanted_ -= size;
  if (wanted_ > 0) return State::NeedMore;
  part_ = following;
  return State::Complete;
}

}  // namespace dirbridge::bench
