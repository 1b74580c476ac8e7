#include "scim/date_time.hpp"

#include <charconv>
#include <chrono>

namespace dirbridge::scim {
namespace {

// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Seconds since the epoch of the calendar day.
std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch() / std::chrono::seconds(1);
}

// hh:mm as seconds; 24:00 is midnight in XML Schema.
std::optional<std::int64_t> take_hours_minutes(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 24 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || (*hours == 24 && *minutes != 0)) return std::nullopt;
  return *hours * 3600 + *minutes * 60;
}

std::optional<std::int32_t> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  std::int32_t nanoseconds = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits)
    if (digits < 9) nanoseconds = nanoseconds * 10 + (text.front() - '0');
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) nanoseconds *= 10;
  return nanoseconds;
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
  const bool west = text.front() == '-';
  if (!take(text, '-') && !take(text, '+')) return std::nullopt;
  const auto offset = take_hours_minutes(text);
  if (!offset || *offset > 14 * 3600) return std::nullopt;
  return west ? -*offset : *offset;
}

}  // namespace

std::optional<Instant> parse_date_time(std::string_view text) {
  const auto date = take_date(text);
  if (!date || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
  const auto clock = take_hours_minutes(text);
  if (!clock || !take(text, ':')) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *seconds > 59 || (*clock == 24 * 3600 && *seconds != 0)) return std::nullopt;
  const auto nanoseconds = take_fraction(text);
  const auto offset = nanoseconds ? take_offset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  return Instant{*date + *clock + *seconds - *offset, *nanoseconds};
}

}  // namespace dirbridge::scim
