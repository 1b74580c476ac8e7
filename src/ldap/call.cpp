#include "ldap/call.hpp"

#include "ldap/message.hpp"
#include "ldap/result_code.hpp"

namespace dirbridge::ldap {

bool Call::take_result(const Session& session, ::ldapmsg* message) {
  std::string diagnostic;
  code_ = result_of(session.handle, message, diagnostic);
  if (code_ != code::success) result_ = result_error(code_, diagnostic, subject());
  return true;
}

void Call::interrupt(Error failure, bool connection_broke) {
  broken_ = connection_broke;
  if (sent_ && is_write()) {
    failure.kind = ErrorKind::OutcomeUnknown;
    failure.detail += "; the change was sent and may have been made: " + subject();
  }
  result_ = std::move(failure);
}

bool Call::can_be_repeated() const {
  return broken_ && (!sent_ || (!is_write() && !delivered()));
}

void Call::mark_sent() {
  if (!sent_) started = std::chrono::steady_clock::now();
  sent_ = true;
}

void Call::reset() {
  code_ = -1;
  result_ = {};
  sent_ = false;
  broken_ = false;
}

}  // namespace dirbridge::ldap
