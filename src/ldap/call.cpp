#include "ldap/call.hpp"

#include <ldap.h>

#include "ldap/codec.hpp"
#include "ldap/dialect.hpp"
#include "ldap/result_code.hpp"
#include "ldap/wait.hpp"

namespace dirbridge::ldap {

namespace {

struct FreeControls {
  void operator()(LDAPControl** controls) const { ldap_controls_free(controls); }
};
using Controls = std::unique_ptr<LDAPControl*, FreeControls>;

Controls response_controls(::ldap* handle, ::ldapmsg* message) {
  LDAPControl** raw = nullptr;
  ldap_parse_result(handle, message, nullptr, nullptr, nullptr, nullptr, &raw, 0);
  return Controls(raw);
}

int scope_of(directory::Scope scope) {
  switch (scope) {
    case directory::Scope::Base:
      return LDAP_SCOPE_BASE;
    case directory::Scope::OneLevel:
      return LDAP_SCOPE_ONELEVEL;
    case directory::Scope::Subtree:
      return LDAP_SCOPE_SUBTREE;
  }
  return LDAP_SCOPE_SUBTREE;
}

berval view_of(const std::string& text) {
  return {text.size(), const_cast<char*>(text.data())};
}

}  // namespace

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

int SearchCall::start(const Session& session, int& id) {
  std::vector<char*> names;
  names.reserve(request_.attributes.size() + 1);
  for (const auto& name : request_.attributes) names.push_back(const_cast<char*>(name.c_str()));
  names.push_back(nullptr);

  LDAPControl page{const_cast<char*>(oid::paged_results), {0, nullptr}, 1};
  LDAPControl* controls[] = {&page, nullptr};
  const bool by_page = paged(session);
  if (by_page) {
    berval cookie = view_of(cookie_);
    const int made =
        ldap_create_page_control_value(session.handle, static_cast<ber_int_t>(request_.page_size),
                                       cookie_.empty() ? nullptr : &cookie, &page.ldctl_value);
    if (made != LDAP_SUCCESS) return made;
  }
  const int sent =
      ldap_search_ext(session.handle, request_.base.str().c_str(), scope_of(request_.scope),
                      request_.filter.str().c_str(), request_.attributes.empty() ? nullptr : names.data(), 0,
                      by_page ? controls : nullptr, nullptr, nullptr, LDAP_NO_LIMIT, &id);
  if (by_page) ber_memfree(page.ldctl_value.bv_val);
  return sent;
}

// What follows the last wanted entry of a page is passed over: the page is short, and the server is asked for
// no more.
bool SearchCall::take_entry(const Session& session, ::ldapmsg* message) {
  if (stopped_) return true;
  auto entry = decode_entry(session.handle, message);
  if (!entry) {
    result_ = entry.error();
    stopped_ = true;
  } else if (sink_) {
    any_ = true;
    stopped_ = !(*sink_)(std::move(*entry));
  } else {
    entries_.push_back(std::move(*entry));
  }
  return !stopped_ || paged(session);
}

bool SearchCall::take_result(const Session& session, ::ldapmsg* message) {
  if (stopped_) {
    code_ = code::success;
    return true;
  }
  Call::take_result(session, message);
  if (!paged(session) || code_ != code::success) return true;
  cookie_.clear();
  const auto controls = response_controls(session.handle, message);
  LDAPControl* page = ldap_control_find(oid::paged_results, controls.get(), nullptr);
  if (!page) return true;
  ber_int_t count = 0;
  berval cookie{};
  if (ldap_parse_pageresponse_control(session.handle, page, &count, &cookie) == LDAP_SUCCESS && cookie.bv_val)
    cookie_.assign(cookie.bv_val, cookie.bv_len);
  ber_memfree(cookie.bv_val);
  return cookie_.empty();
}

void SearchCall::reset() {
  Call::reset();
  entries_.clear();
  cookie_.clear();
  any_ = stopped_ = false;
}

Result<std::vector<directory::Entry>> SearchCall::take() {
  if (!result()) return result().error();
  return std::move(entries_);
}

int CompareCall::start(const Session& session, int& id) {
  berval value = view_of(value_);
  return ldap_compare_ext(session.handle, dn_.str().c_str(), attribute_.c_str(), &value, nullptr, nullptr,
                          &id);
}

bool CompareCall::take_result(const Session& session, ::ldapmsg* message) {
  Call::take_result(session, message);
  if (code_ == code::compare_true || code_ == code::compare_false) result_ = {};
  return true;
}

}  // namespace dirbridge::ldap
