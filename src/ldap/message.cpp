#include "ldap/message.hpp"

#include <ldap.h>

#include <algorithm>
#include <chrono>

namespace dirbridge::ldap {

namespace {

struct FreeText {
  void operator()(char* text) const { ldap_memfree(text); }
};

timeval until(Deadline deadline) {
  using namespace std::chrono;
  const auto left = std::max(duration_cast<microseconds>(deadline - steady_clock::now()), microseconds{0});
  const auto whole = duration_cast<seconds>(left);
  return {static_cast<time_t>(whole.count()), static_cast<suseconds_t>((left - whole).count())};
}

Waited take(::ldap* handle, timeval left, Message& message) {
  LDAPMessage* raw = nullptr;
  const int type = ldap_result(handle, LDAP_RES_ANY, LDAP_MSG_ONE, &left, &raw);
  message.reset(raw);
  if (type > 0) return Waited::Arrived;
  return type == 0 ? Waited::Timeout : Waited::Broken;
}

}  // namespace

void FreeMessage::operator()(::ldapmsg* message) const {
  ldap_msgfree(message);
}

Waited wait_for_message(::ldap* handle, Deadline deadline, Message& message) {
  return take(handle, until(deadline), message);
}

Waited poll_message(::ldap* handle, Message& message) {
  return take(handle, {0, 0}, message);
}

bool has_buffered(::ldap* handle) {
  Sockbuf* buffer = nullptr;
  return ldap_get_option(handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS && buffer &&
         ber_sockbuf_ctrl(buffer, LBER_SB_OPT_DATA_READY, nullptr) > 0;
}

int result_of(::ldap* handle, ::ldapmsg* message, std::string& diagnostic) {
  int result = LDAP_OTHER;
  char* text = nullptr;
  if (ldap_parse_result(handle, message, &result, nullptr, &text, nullptr, nullptr, 0) != LDAP_SUCCESS)
    result = LDAP_OTHER;
  const std::unique_ptr<char, FreeText> owned(text);
  if (text && *text) diagnostic = text;
  return result;
}

void FreeControls::operator()(::ldapcontrol** controls) const {
  ldap_controls_free(controls);
}

Controls controls_of(::ldap* handle, ::ldapmsg* message) {
  LDAPControl** raw = nullptr;
  ldap_parse_result(handle, message, nullptr, nullptr, nullptr, nullptr, &raw, 0);
  return Controls(raw);
}

std::string diagnostic_of(::ldap* handle) {
  char* text = nullptr;
  if (ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) != LDAP_OPT_SUCCESS || !text) return {};
  const std::unique_ptr<char, FreeText> owned(text);
  return text;
}

}  // namespace dirbridge::ldap
