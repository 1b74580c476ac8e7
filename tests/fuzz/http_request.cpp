// Requests: the way the bytes are cut into pieces changes neither what is accepted nor what is left over.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request_parser.hpp"

using dirbridge::http::RequestParser;

namespace {

struct Outcome {
  RequestParser::Step step = RequestParser::Step::NeedMore;
  std::string method, target, body, rest;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view bytes, std::size_t piece) {
  RequestParser parser({512, 256});
  Outcome out;
  std::string waiting;
  while (!bytes.empty() && out.step == RequestParser::Step::NeedMore) {
    waiting += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    do {
      std::size_t used = 0;
      out.step = parser.feed(waiting, used);
      if (used > waiting.size()) std::abort();
      waiting.erase(0, used);
    } while (out.step == RequestParser::Step::HeaderDone);
  }
  if (out.step == RequestParser::Step::Refused) {
    if (parser.refusal().status < 400 || parser.refusal().detail.empty()) std::abort();
    return {out.step, {}, {}, {}, {}};
  }
  if (out.step != RequestParser::Step::Done) return {out.step, {}, {}, {}, {}};
  if (parser.request().body.size() > 256) std::abort();
  out.method = parser.request().method;
  out.target = parser.request().target_text;
  out.body = parser.request().body;
  out.rest = waiting + std::string(bytes);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // within one read of a session, so that the pieces differ only in size
  const std::string bytes(data, data + size);
  const Outcome whole = run(bytes, bytes.size() + 1);
  const Outcome single = run(bytes, 1);
  // A refusal may come earlier or later within the bytes, but acceptance must agree.
  if (whole.step == RequestParser::Step::Done || single.step == RequestParser::Step::Done) {
    if (!(whole == single)) std::abort();
  }
  return 0;
}
