#include "base/log.hpp"

#include <atomic>

#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/log_writer.hpp"
#include "base/text.hpp"

namespace dirbridge::log {

namespace {

thread_local const std::string* request_id = nullptr;

std::atomic<Level> lowest = Level::Info;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warning:
      return "warning";
    case Level::Error:
      return "error";
  }
  return "info";
}

// JSON allows any UTF-8; what is not UTF-8 is shown as hex, so that a line is always one JSON text.
boost::json::string printable(std::string_view text) {
  if (is_utf8(text)) return boost::json::string(text);
  return boost::json::string("hex:" + to_hex(text));
}

}  // namespace

void set_level(Level level) {
  lowest = level;
}

RequestScope::RequestScope(std::string id) : id_(std::move(id)), outer_(request_id) {
  request_id = &id_;
}
RequestScope::~RequestScope() {
  request_id = outer_;
}
std::string_view current_request() {
  return request_id ? std::string_view(*request_id) : std::string_view();
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < lowest.load(std::memory_order_relaxed)) return;
  boost::json::object line;
  line["time"] = to_date_time(std::chrono::system_clock::now());
  line["level"] = name_of(level);
  line["event"] = event;
  if (request_id) line["request"] = printable(*request_id);
  for (const auto& field : fields) {
    line[field.name] = std::visit(
        [](const auto& v) -> boost::json::value {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string_view>)
            return printable(v);
          else
            return v;
        },
        field.value);
  }
  put(boost::json::serialize(line) + '\n');
}

}  // namespace dirbridge::log
