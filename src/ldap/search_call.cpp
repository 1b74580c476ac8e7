#include "ldap/search_call.hpp"

#include <ldap.h>

#include "ldap/codec.hpp"
#include "ldap/dialect.hpp"
#include "ldap/message.hpp"
#include "ldap/result_code.hpp"

namespace dirbridge::ldap {

namespace {

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
  if (code_ == code::no_such_object && request_.scope != directory::Scope::Base)
    fail(directory::missing_base(request_.base));
  if (!paged(session) || code_ != code::success) return true;
  cookie_.clear();
  const auto controls = controls_of(session.handle, message);
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

}  // namespace dirbridge::ldap
