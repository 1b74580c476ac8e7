#include "ldap/batch.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "ldap/presence.hpp"
#include "ldap/result_code.hpp"

namespace dirbridge::ldap {

namespace {

constexpr int permissive_attempts = 3;  // beside the first; each lost to somebody who changed the same values

using Op = directory::Modification::Op;

void run_one(Connection& connection, Call& call, Deadline deadline) {
  Call* const calls[] = {&call};
  connection.run(calls, deadline);
}

bool is_needless(int result) {
  return result == code::value_exists || result == code::no_such_attribute;
}

// Whether a value that is there goes before the modification adds to the same attribute: then one that is to
// come may be the same, spelled otherwise.
bool follows_removal(const directory::Modify& modify, const directory::Modification& addition) {
  const auto& all = modify.modifications;
  return std::any_of(all.data(), &addition, [&](const auto& m) {
    return m.op == Op::Delete && iequals(m.attribute, addition.attribute) && !m.values.empty();
  });
}

enum class Additions { AllWanted, OnlyAbsent };

// What is there need not be added, what is not there need not be deleted. What is unclear stays.
void remove_needless(directory::Modify& modify, const std::vector<Presence>& known, Additions additions) {
  auto presence = known.begin();
  for (auto& m : modify.modifications) {
    if (m.op == Op::Replace || m.values.empty()) continue;
    const bool whole = m.op == Op::Add && additions == Additions::AllWanted && follows_removal(modify, m);
    const auto needless = m.op == Op::Add ? Presence::Present : Presence::Absent;
    std::vector<std::string> left;
    for (auto& value : m.values)
      if (*presence++ != needless || whole) left.push_back(std::move(value));
    m.values = std::move(left);
    if (m.values.empty()) m.attribute.clear();
  }
  std::erase_if(modify.modifications, [](const auto& m) { return m.attribute.empty(); });
}

// A refusal stays one: repeating the change would meet it again.
Error half_made(Error why) {
  const bool refused = why.kind != ErrorKind::Unavailable && why.kind != ErrorKind::Timeout;
  if (!refused) why.kind = ErrorKind::OutcomeUnknown;
  why.detail = "a large change was made in part: " + why.detail;
  return why;
}

directory::Dn resulting_dn(const directory::Change& change) {
  const auto* rename = std::get_if<directory::Rename>(&change.operation);
  if (!rename) return directory::target(change);
  return (rename->new_superior ? *rename->new_superior : rename->dn.parent()).child(rename->new_rdn);
}

}  // namespace

bool ChangeRun::is_one_request(const directory::Capabilities& offered) const {
  return parts_.empty() && (offered.assertion || !directory::condition(change_));
}

void ChangeRun::run(Connection& connection, Deadline deadline) {
  const bool unasked = directory::condition(change_) && !connection.capabilities().assertion;
  if (unasked && !check_condition(connection, deadline)) return;
  if (!parts_.empty()) return run_parts(connection, deadline);
  run_one(connection, call_, deadline);
  finish(connection, deadline);
}

void ChangeRun::finish(Connection& connection, Deadline deadline) {
  const auto* m = modify();
  if (call_.result())
    succeed(connection, deadline);
  else if (condition_met_unique()) {
    if (check_condition(connection, deadline)) run_unconditionally(connection, deadline);
  } else if (m && m->permissive && is_needless(call_.code()))
    run_reduced(connection, deadline);
  else
    settle(call_);
}

bool ChangeRun::condition_met_unique() const {
  return modify() && modify()->only_if && call_.code() == code::assertion_failed &&
         call_.result().error().detail.find("unique_search failed") != std::string::npos;
}

void ChangeRun::run_unconditionally(Connection& connection, Deadline deadline) {
  directory::Modify unconditional = *modify();
  unconditional.only_if.reset();
  const directory::Change change{std::move(unconditional), change_.reason};
  ChangeRun rest(change, read_back_);
  rest.run(connection, deadline);
  result_ = std::move(rest.result_);
  open_ = rest.open_;
}

void ChangeRun::settle(const Call& call) {
  result_ = call.result().error();
  open_ = call.can_be_repeated();
}

void ChangeRun::fail(Error failure) {
  result_ = std::move(failure);
  open_ = false;
}

void ChangeRun::reset() {
  call_.reset();
  result_ = std::nullopt;
  open_ = true;
}

bool ChangeRun::check_condition(Connection& connection, Deadline deadline) {
  const auto& dn = directory::target(change_);
  const directory::SearchRequest request{
      dn, directory::Scope::Base, *directory::condition(change_), {"1.1"}, 0};
  SearchCall look(request, nullptr);
  run_one(connection, look, deadline);
  if (!look.result())
    settle(look);
  else if (look.entries().empty())
    fail(error(ErrorKind::PreconditionFailed, "the entry is not as expected: " + dn.str()));
  else
    return true;
  return false;
}

void ChangeRun::run_parts(Connection& connection, Deadline deadline) {
  static const std::vector<std::string> nothing;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const bool last = i + 1 == parts_.size();
    ChangeRun part(parts_[i], last ? read_back_ : nothing);
    run_one(connection, part.call_, deadline);
    part.finish(connection, deadline);
    result_ = std::move(part.result_);
    open_ = part.open_ && i == 0;
    if (result_) continue;
    if (i > 0) fail(half_made(result_.error()));
    return;
  }
}

// The server refused values that need no change: they are left out, as the server compares them.
void ChangeRun::run_reduced(Connection& connection, Deadline deadline) {
  for (int attempt = 0; attempt < permissive_attempts; ++attempt) {
    directory::Modify reduced = *modify();
    const auto known = find_values(connection, reduced, attempt > 0, deadline);
    if (known.failure) {
      result_ = *known.failure;
      open_ = known.repeatable;
      return;
    }
    remove_needless(reduced, known.values, attempt == 0 ? Additions::AllWanted : Additions::OnlyAbsent);
    if (reduced.modifications.empty()) return succeed(connection, deadline);
    const directory::Change change{std::move(reduced), change_.reason};
    ChangeCall again(change, read_back_);
    run_one(connection, again, deadline);
    if (again.result()) {
      call_.entry() = std::move(again.entry());
      return succeed(connection, deadline);
    }
    settle(again);
    if (!is_needless(again.code())) return;
  }
}

// The change is made. What is to be read back came with the answer or is fetched now.
void ChangeRun::succeed(Connection& connection, Deadline deadline) {
  open_ = false;
  result_ = std::nullopt;
  if (read_back_.empty() || std::holds_alternative<directory::Delete>(change_.operation)) return;
  if (call_.entry()) {
    result_ = std::move(call_.entry());
    return;
  }
  const directory::SearchRequest request = directory::at(resulting_dn(change_), read_back_);
  SearchCall look(request, nullptr);
  run_one(connection, look, deadline);
  if (look.result() && !look.entries().empty())
    result_ = std::move(look.entries().front());
  else
    result_ = error(ErrorKind::OutcomeUnknown,
                    "the change was made, but its result could not be read: " + resulting_dn(change_).str());
}

void Batch::run(Connection& connection, Deadline deadline) {
  std::vector<Call*> together;
  std::vector<ChangeRun*> flying;
  std::vector<ChangeRun*> others;
  for (auto& change : changes) {
    if (!change.open()) continue;
    if (started_) change.reset();
    if (!change.is_one_request(connection.capabilities())) {
      others.push_back(&change);
      continue;
    }
    flying.push_back(&change);
    together.push_back(&change.call());
  }
  for (auto& search : searches) {
    if (started_ && !search.can_be_repeated()) continue;
    search.reset();
    together.push_back(&search);
  }
  started_ = true;
  connection.run(together, deadline);
  for (auto* change : flying) change->finish(connection, deadline);
  for (auto* change : others) change->run(connection, deadline);
}

bool Batch::open() const {
  return !started_ || std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.open(); }) ||
         std::any_of(searches.begin(), searches.end(), [](const auto& s) { return s.can_be_repeated(); });
}

bool Batch::changed() const {
  return std::any_of(changes.begin(), changes.end(), [](const auto& c) { return !c.open() && c.result(); });
}

void Batch::doubt(const Error& why) {
  for (auto& change : changes)
    if (!change.open() && change.result())
      change.fail(error(ErrorKind::OutcomeUnknown,
                        "the change was made, but the server has gone since, maybe with it: " + why.detail));
}

bool Batch::referred() const {
  return std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.referred(); });
}

void Batch::fail_changes(const Error& failure) {
  for (auto& change : changes)
    if (change.open()) change.fail(failure);
}

void Batch::fail_open(const Error& failure) {
  for (auto& change : changes)
    if (change.open()) change.fail(failure);
  for (auto& search : searches)
    if (!started_ || search.can_be_repeated()) search.fail(failure);
}

}  // namespace dirbridge::ldap
