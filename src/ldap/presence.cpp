#include "ldap/presence.hpp"

#include <ldap.h>

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "base/text.hpp"
#include "ldap/result_code.hpp"
#include "ldap/search_call.hpp"

namespace dirbridge::ldap {

namespace {

using directory::Modification;

constexpr std::size_t few = 32;

class CompareCall final : public Call {
 public:
  CompareCall(const directory::Dn& dn, const std::string& attribute, const std::string& value)
      : dn_(dn), attribute_(attribute), value_(value) {}
  Verb verb() const override { return Verb::Compare; }
  const std::string& subject() const override { return dn_.str(); }

  int start(const Session& session, int& id) override {
    berval value{value_.size(), const_cast<char*>(value_.data())};
    return ldap_compare_ext(session.handle, dn_.str().c_str(), attribute_.c_str(), &value, nullptr, nullptr,
                            &id);
  }

  bool take_result(const Session& session, ::ldapmsg* message) override {
    Call::take_result(session, message);
    if (code_ == code::compare_true || code_ == code::compare_false) result_ = {};
    return true;
  }

 private:
  const directory::Dn& dn_;
  const std::string& attribute_;
  const std::string& value_;
};

struct Wanted {
  const std::string& attribute;
  const std::string& value;
  Modification::Op op;
  Presence presence = Presence::Unclear;
};

std::optional<std::string> dn_key(const std::string& value) {
  if (value.find('=') == std::string::npos) return std::nullopt;
  const auto dn = directory::Dn::parse(value);
  return dn ? std::optional(dn->normalized()) : std::nullopt;
}

// A value that is spelled alike is present. A DN is compared as a DN, which finds nearly all that are the
// same to the server: enough where it would refuse the others, not for a value that has to go. Anything else
// may be equal and spelled otherwise.
void look_up(const std::string& attribute, const directory::Attributes& found, std::deque<Wanted>& wanted) {
  std::unordered_set<std::string> spelled;
  std::unordered_set<std::string> named;
  if (const auto* values = found.find(attribute)) {
    for (const auto& value : *values) {
      spelled.insert(value);
      if (auto key = dn_key(value)) named.insert(std::move(*key));
    }
  }
  for (auto& w : wanted) {
    if (!iequals(w.attribute, attribute)) continue;
    const auto key = dn_key(w.value);
    if (spelled.contains(w.value) || (key && named.contains(*key)))
      w.presence = Presence::Present;
    else if ((key && w.op == Modification::Op::Add) || spelled.empty())
      w.presence = Presence::Absent;
  }
}

bool interrupted(const Call& call) {
  return call.code() < 0 || call.code() == code::no_such_object;
}

bool read_values(Connection& connection, const directory::Dn& dn, std::deque<Wanted>& wanted,
                 Presences& result, Deadline deadline) {
  std::vector<std::string> attributes;
  for (const auto& w : wanted)
    if (std::none_of(attributes.begin(), attributes.end(),
                     [&](const auto& a) { return iequals(a, w.attribute); }))
      attributes.push_back(w.attribute);
  const directory::SearchRequest request = directory::at(dn, attributes);
  SearchCall look(request, nullptr);
  Call* const calls[] = {&look};
  connection.run(calls, deadline);
  if (!look.result()) {
    result.failure = look.result().error();
    result.repeatable = look.can_be_repeated();
    return false;
  }
  if (!look.entries().empty())
    for (const auto& attribute : attributes) look_up(attribute, look.entries().front().attributes, wanted);
  return true;
}

bool compare_values(Connection& connection, const directory::Dn& dn, std::deque<Wanted>& wanted,
                    Presences& result, Deadline deadline) {
  std::deque<CompareCall> compares;
  std::vector<Call*> calls;
  for (const auto& w : wanted)
    if (w.presence == Presence::Unclear) calls.push_back(&compares.emplace_back(dn, w.attribute, w.value));
  connection.run(calls, deadline);
  auto compare = compares.begin();
  for (auto& w : wanted) {
    if (w.presence != Presence::Unclear) continue;
    const CompareCall& done = *compare++;
    if (interrupted(done)) {
      result.failure =
          done.result() ? error(ErrorKind::Internal, "a compare has no outcome") : done.result().error();
      result.repeatable = done.can_be_repeated();
      return false;
    }
    if (done.code() == code::compare_true) w.presence = Presence::Present;
    if (done.code() == code::compare_false || done.code() == code::no_such_attribute)
      w.presence = Presence::Absent;
  }
  return true;
}

}  // namespace

Presences find_values(Connection& connection, const directory::Modify& modify, bool exactly,
                      Deadline deadline) {
  std::deque<Wanted> wanted;
  for (const auto& m : modify.modifications)
    for (const auto& value : m.values)
      if (m.op != Modification::Op::Replace) wanted.push_back({m.attribute, value, m.op});
  Presences result;
  const bool read_first = !exactly && wanted.size() > few;
  if (read_first && !read_values(connection, modify.dn, wanted, result, deadline)) return result;
  if (!compare_values(connection, modify.dn, wanted, result, deadline)) return result;
  for (const auto& w : wanted) result.values.push_back(w.presence);
  return result;
}

}  // namespace dirbridge::ldap
