// Any lines as the values of the request headers that SCIM reads: understood, or an error that names the
// header.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "server/request_headers.hpp"

namespace {

using namespace dirbridge;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Result<>& read, std::string_view header) {
  if (!read) require(read.error().field == header && !read.error().detail.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto* name : {"Content-Encoding", "Content-Type", "Host", "If-Match", "Prefer"}) {
    http::Headers headers;
    for (const auto line : split(bytes, '\n')) headers.add(name, std::string(trim(line)));
    const std::string_view header(name);
    if (header.starts_with("Content-")) check(server::check_content(headers), header);
    if (header == "Host") check(server::check_host(headers), header);
    if (header == "If-Match") check(server::check_precondition(headers), header);
    if (header == "Prefer") require(server::return_preference(headers).size() <= 2 * size);
  }
  return 0;
}
