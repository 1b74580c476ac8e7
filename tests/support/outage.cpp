#include "support/outage.hpp"

namespace dirbridge::test {

namespace {

constexpr int most_changes = 20;
constexpr int longest = 60;

int one_of(std::mt19937& random, int most) {
  return std::uniform_int_distribution<int>(0, most)(random);
}

}  // namespace

Outage::Outage(std::mt19937& random)
    : left_(one_of(random, most_changes)), heard_(one_of(random, 1) == 0), length_(one_of(random, longest)) {}

void Outage::strike(Between& connection) {
  connection.before = [this](const directory::Change&) { return before(); };
  connection.after = [this](const directory::Change&) { return after(); };
}

Result<> Outage::before() {
  const std::lock_guard lock(mutex_);
  if (left_ < 0)
    return remaining(end_).count() > 0 ? Result<>(error(ErrorKind::Unavailable, "the directory is away"))
                                       : Result<>();
  if (left_-- > 0) return {};
  end_ = deadline_in(length_);
  return heard_ ? Result<>() : Result<>(error(ErrorKind::OutcomeUnknown, "the connection died"));
}

Result<> Outage::after() {
  const std::lock_guard lock(mutex_);
  if (left_ >= 0 || remaining(end_).count() == 0) return {};
  return error(ErrorKind::OutcomeUnknown, "the connection died");
}

}  // namespace dirbridge::test
