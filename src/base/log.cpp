#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace dirbridge::log {

namespace {

thread_local const std::string* request_id = nullptr;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

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

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("dirbridge", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");  // the line is complete: JSON with its own time
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

// JSON allows any UTF-8; what is not UTF-8 is shown as hex, so that a line is always one JSON text.
boost::json::string printable(std::string_view text) {
  if (is_utf8(text)) return boost::json::string(text);
  return boost::json::string("hex:" + to_hex(text));
}

}  // namespace

void set_level(Level level) {
  logger().set_level(to_spdlog(level));
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
  auto& out = logger();
  if (!out.should_log(to_spdlog(level))) return;
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
  out.log(to_spdlog(level), spdlog::string_view_t(boost::json::serialize(line)));
}

}  // namespace dirbridge::log
