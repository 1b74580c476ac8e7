#include "provision/handover.hpp"

#include <utility>

#include "provision/with_handover.hpp"

namespace dirbridge::provision {

bool HandoverBetween::may_ask(std::string_view login_name) {
  if (answers_.contains(login_name)) return true;
  wanted_ = login_name;
  return false;
}

Result<> HandoverBetween::hand_over(std::string_view login_name, Deadline deadline) {
  const auto known = answers_.find(login_name);
  return known == answers_.end() ? other_.hand_over(login_name, deadline) : known->second;
}

bool HandoverBetween::ask(Deadline deadline) {
  const auto login = *std::exchange(wanted_, std::nullopt);
  if (!other_.may_ask(login)) return false;
  answers_.insert_or_assign(login, other_.hand_over(login, deadline));
  return true;
}

bool is_asked_first(const Error& why) {
  return why.kind == ErrorKind::Busy && why.field == asked_first;
}

}  // namespace dirbridge::provision
