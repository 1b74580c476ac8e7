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

// `page`: null without one.
int SearchCall::send(const Session& session, LDAPControl* page, int& id) const {
  static const std::vector<std::string> no_attributes{"1.1"};
  const auto& wanted = looks_at_base_ ? no_attributes : request_.attributes;
  std::vector<char*> names;
  names.reserve(wanted.size() + 1);
  for (const auto& name : wanted) names.push_back(const_cast<char*>(name.c_str()));
  names.push_back(nullptr);
  LDAPControl* controls[] = {page, nullptr};
  return ldap_search_ext(session.handle, request_.base.str().c_str(),
                         looks_at_base_ ? LDAP_SCOPE_BASE : scope_of(request_.scope),
                         looks_at_base_ ? "(objectClass=*)" : request_.filter.str().c_str(),
                         wanted.empty() ? nullptr : names.data(), 0, page ? controls : nullptr, nullptr,
                         nullptr, LDAP_NO_LIMIT, &id);
}

int SearchCall::start(const Session& session, int& id) {
  if (!paged(session)) return send(session, nullptr, id);
  LDAPControl page{const_cast<char*>(oid::paged_results), {0, nullptr}, 1};
  berval cookie = view_of(cookie_);
  const int made = ldap_create_page_control_value(session.handle, static_cast<ber_int_t>(request_.page_size),
                                                  cookie_.empty() ? nullptr : &cookie, &page.ldctl_value);
  if (made != LDAP_SUCCESS) return made;
  const int sent = send(session, &page, id);
  ber_memfree(page.ldctl_value.bv_val);
  return sent;
}

// What follows the last wanted entry of a page is passed over: the page is short, and the server is asked for
// no more.
bool SearchCall::take_entry(const Session& session, ::ldapmsg* message) {
  if (stopped_) return true;
  any_ = true;
  if (looks_at_base_) return true;
  auto entry = decode_entry(session.handle, message);
  if (!entry) {
    result_ = entry.error();
    stopped_ = true;
  } else if (sink_) {
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
  const bool wide = request_.scope != directory::Scope::Base;
  if (wide && (code_ == code::no_such_object || (looks_at_base_ && code_ == code::success && !any_)))
    fail(directory::missing_base(request_.base));
  if (code_ != code::success || looks_at_base_) return true;
  if (paged(session) && next_page(session, message)) return false;
  looks_at_base_ = wide && !any_ && session.capabilities.hides_bases;
  return !looks_at_base_;
}

bool SearchCall::next_page(const Session& session, ::ldapmsg* message) {
  cookie_.clear();
  const auto controls = controls_of(session.handle, message);
  LDAPControl* page = ldap_control_find(oid::paged_results, controls.get(), nullptr);
  if (!page) return false;
  ber_int_t count = 0;
  berval cookie{};
  if (ldap_parse_pageresponse_control(session.handle, page, &count, &cookie) == LDAP_SUCCESS && cookie.bv_val)
    cookie_.assign(cookie.bv_val, cookie.bv_len);
  ber_memfree(cookie.bv_val);
  return !cookie_.empty();
}

void SearchCall::reset() {
  Call::reset();
  entries_.clear();
  cookie_.clear();
  any_ = stopped_ = looks_at_base_ = false;
}

Result<std::vector<directory::Entry>> SearchCall::take() {
  if (!result()) return result().error();
  return std::move(entries_);
}

}  // namespace dirbridge::ldap
