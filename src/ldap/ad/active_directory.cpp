#include "ldap/ad/active_directory.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "ldap/ad/requests.hpp"

namespace dirbridge::ldap::ad {

namespace {

using directory::Change;
using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Modification;
using directory::Modify;
using directory::SearchRequest;

constexpr int most_attempts = 5;
constexpr const char* control = "userAccountControl";

bool has_range(const Entry& entry) {
  return std::any_of(entry.attributes.begin(), entry.attributes.end(),
                     [](const auto& attribute) { return part_of(attribute.name).has_value(); });
}

// Takes over what came without a range, and the values of parts; gives what to ask for next.
std::vector<std::string> merge(Entry& whole, const Entry& more) {
  std::vector<std::string> next;
  for (const auto& [name, values] : more.attributes) {
    const auto part = part_of(name);
    for (const auto& value : values) whole.attributes.add(part ? part->attribute : name, value);
    if (part && part->next) next.push_back(*part->next);
  }
  return next;
}

const char* member_of(const Change& change) {
  return is_record(directory::target(change)) ? record_member : "member";
}

// The members that a change names.
std::vector<std::string> named_members(const Change& change) {
  const auto* member = member_of(change);
  std::vector<std::string> out;
  if (const auto* add = std::get_if<directory::Add>(&change.operation)) out = add->attributes.values(member);
  if (const auto* modify = std::get_if<Modify>(&change.operation))
    for (const auto& m : modify->modifications)
      if (iequals(m.attribute, member)) out.insert(out.end(), m.values.begin(), m.values.end());
  return out;
}

bool adds_class(const Modification& m) {
  return m.op == Modification::Op::Add && iequals(m.attribute, "objectClass");
}

// Samba looks at attributes before it adds the class that allows them: taken out, to go first.
std::optional<Change> take_classes(Change& change) {
  auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify || modify->modifications.size() < 2) return std::nullopt;
  auto& all = modify->modifications;
  const auto at = std::find_if(all.begin(), all.end(), adds_class);
  if (at == all.end()) return std::nullopt;
  Modify first{modify->dn, {std::move(*at)}, modify->permissive, modify->only_if};
  all.erase(at);
  return Change{std::move(first), change.reason};
}

bool takes_two_steps(const Change& change) {
  Change copy = change;
  return take_classes(copy).has_value();
}

// Whether the failure of a change may come from its members.
bool may_be_members(const Error& e) {
  return e.kind == ErrorKind::NotFound || e.kind == ErrorKind::MissingBase ||
         e.kind == ErrorKind::Uniqueness || e.kind == ErrorKind::ValueExists ||
         e.kind == ErrorKind::Refused || e.kind == ErrorKind::Denied;
}

std::vector<std::string> those_in(const std::vector<std::string>& values, const std::vector<std::string>& all,
                                  bool in) {
  std::vector<std::string> out;
  for (const auto& value : values)
    if ((std::find(all.begin(), all.end(), value) != all.end()) == in) out.push_back(value);
  return out;
}

// Active Directory says "exists" of a value that is there as of a name that is another account's.
ErrorKind kind_of_failure(const Change& change, ErrorKind kind) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify || kind != ErrorKind::Uniqueness) return kind;
  const auto names_account = [](const auto& m) { return iequals(m.attribute, "sAMAccountName"); };
  const auto& all = modify->modifications;
  return std::any_of(all.begin(), all.end(), names_account) ? kind : ErrorKind::ValueExists;
}

// The entry as it is, for a change that did not have to be made.
Result<std::optional<Entry>> as_it_is(directory::Directory& server, const Dn& dn,
                                      const std::vector<std::string>& read_back, Deadline deadline) {
  if (read_back.empty()) return std::optional<Entry>();
  return directory::read(server, dn, read_back, deadline);
}

struct Members {
  std::string attribute;
  std::vector<std::string> existing;  // are entries
  std::vector<std::string> present;   // are members
};

void keep(directory::Add& add, const Members& members) {
  add.attributes.set(members.attribute, members.existing);
}

void keep(Modify& modify, const Members& members) {
  for (auto& m : modify.modifications) {
    if (!iequals(m.attribute, members.attribute)) continue;
    m.values = those_in(m.values, members.existing, true);
    if (!modify.permissive || m.op == Modification::Op::Replace) continue;
    m.values = those_in(m.values, members.present, m.op == Modification::Op::Delete);
  }
  std::erase_if(modify.modifications, [&](const auto& m) {
    return iequals(m.attribute, members.attribute) && m.values.empty() && m.op != Modification::Op::Replace;
  });
}

const std::string* single_member(const Modify& modify, Modification::Op op) {
  for (const auto& m : modify.modifications)
    if (m.op == op && iequals(m.attribute, "member"))
      return m.values.size() == 1 ? &m.values.front() : nullptr;
  return nullptr;
}

// A member of a group goes, and one comes: perhaps the same one, in another spelling.
bool may_respell(const Change& change) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  return modify && !is_record(modify->dn) && single_member(*modify, Modification::Op::Delete) &&
         single_member(*modify, Modification::Op::Add);
}

}  // namespace

ActiveDirectory::ActiveDirectory(directory::Directory& server, Settings settings)
    : server_(server), settings_(std::move(settings)) {}

std::vector<SearchRequest> ActiveDirectory::translated(std::span<const SearchRequest> requests) const {
  std::vector<SearchRequest> out;
  out.reserve(requests.size());
  for (const auto& request : requests) out.push_back(to_ad(settings_, request));
  return out;
}

Result<Entry> ActiveDirectory::taken_in(Entry entry, Deadline deadline) {
  if (!has_range(entry)) return entry_from_ad(settings_, std::move(entry));
  Entry whole{entry.dn, {}};
  auto next = merge(whole, entry);
  while (!next.empty()) {
    auto more = directory::read(server_, entry.dn, next, deadline);
    if (!more) return more.error();
    if (!*more) return error(ErrorKind::NotFound, "the entry " + entry.dn.str() + " went while it was read");
    next = merge(whole, **more);
  }
  return entry_from_ad(settings_, std::move(whole));
}

Result<std::vector<Entry>> ActiveDirectory::all_taken_in(Result<std::vector<Entry>> found,
                                                         Deadline deadline) {
  if (!found) return found;
  for (auto& entry : *found) {
    auto taken = taken_in(std::move(entry), deadline);
    if (!taken) return taken.error();
    entry = std::move(*taken);
  }
  return found;
}

Result<> ActiveDirectory::search(const SearchRequest& request, Deadline deadline, const Sink& sink) {
  return search_each({&request, 1}, deadline, sink);
}

std::vector<Result<std::vector<Entry>>> ActiveDirectory::search_all(std::span<const SearchRequest> requests,
                                                                    Deadline deadline) {
  auto out = server_.search_all(translated(requests), deadline);
  for (auto& found : out) found = all_taken_in(std::move(found), deadline);
  return out;
}

// An entry that came in part waits for the end: the search holds its connection until then.
Result<> ActiveDirectory::search_each(std::span<const SearchRequest> requests, Deadline deadline,
                                      const Sink& sink) {
  std::vector<Entry> in_part;
  bool ended = false;
  const Sink take = [&](Entry&& entry) {
    if (has_range(entry)) {
      in_part.push_back(std::move(entry));
      return true;
    }
    ended = !sink(entry_from_ad(settings_, std::move(entry)));
    return !ended;
  };
  const auto asked = translated(requests);
  auto done = asked.size() == 1 ? server_.search(asked.front(), deadline, take)
                                : server_.search_each(asked, deadline, take);
  if (!done || ended) return done;
  for (auto& entry : in_part) {
    auto taken = taken_in(std::move(entry), deadline);
    if (!taken) return taken.error();
    if (!sink(std::move(*taken))) return {};
  }
  return {};
}

ActiveDirectory::Answer ActiveDirectory::apply(const Change& change,
                                               const std::vector<std::string>& read_back, Deadline deadline) {
  auto theirs = to_ad(settings_, change);
  const auto wanted = attributes_to_ad(settings_, read_back);
  const auto lock = new_lock(change);
  auto done = lock     ? apply_lock(change, std::move(theirs), *lock, wanted, deadline)
              : theirs ? apply_translated(*theirs, wanted, deadline)
                       : as_it_is(server_, to_ad(directory::target(change)), wanted, deadline);
  if (done) follow_rename(change, deadline);
  if (!done || !*done) return done;
  auto taken = taken_in(std::move(**done), deadline);
  if (!taken) return taken.error();
  return std::optional(std::move(*taken));
}

ActiveDirectory::Answer ActiveDirectory::apply_translated(const Change& change,
                                                          const std::vector<std::string>& read_back,
                                                          Deadline deadline) {
  auto done = apply_possible(change, read_back, deadline);
  if (done) return done;
  auto why = done.error();
  why.kind = kind_of_failure(change, why.kind);
  return why;
}

// References to members follow renames by themselves, spelling included: who would go and come is left alone.
// False: nothing else is to be changed.
Result<bool> ActiveDirectory::leave_spelling(Change& change, Deadline deadline) {
  auto& modify = std::get<Modify>(change.operation);
  std::vector<SearchRequest> searches;
  for (const auto op : {Modification::Op::Delete, Modification::Op::Add}) {
    auto dn = Dn::parse(*single_member(modify, op));
    if (!dn) return true;
    searches.push_back(directory::at(*dn, {"1.1"}));
  }
  const auto found = server_.search_all(searches, deadline);
  for (const auto& one : found) {
    if (!one && one.error().kind != ErrorKind::NotFound) return one.error();
    if (!one || one->empty()) return true;
  }
  if (found[0]->front().dn.str() != found[1]->front().dn.str()) return true;
  std::erase_if(modify.modifications, [](const auto& m) { return iequals(m.attribute, "member"); });
  return !modify.modifications.empty();
}

// Tried as it is first: what it costs to ask after each member is paid when it is needed only.
ActiveDirectory::Answer ActiveDirectory::apply_possible(Change change,
                                                        const std::vector<std::string>& read_back,
                                                        Deadline deadline) {
  if (may_respell(change)) {
    const auto left = leave_spelling(change, deadline);
    if (!left) return left.error();
    if (!*left) return as_it_is(server_, directory::target(change), read_back, deadline);
  }
  if (const auto first = take_classes(change))
    if (auto done = server_.apply(*first, {}, deadline); !done) return done;
  auto done = server_.apply(change, read_back, deadline);
  if (const auto other = without_taken_name(change, done, deadline)) {
    change = *other;
    done = server_.apply(change, read_back, deadline);
  }
  for (int attempt = 1; attempt < most_attempts; ++attempt) {
    if (done || !may_be_members(done.error()) || named_members(change).empty()) return done;
    Change possible = change;
    const auto left = keep_what_applies(possible, deadline);
    if (!left) return left.error();
    const bool same = *left && named_members(possible) == named_members(change);
    if (same && attempt > 1) return done;  // it is not about members
    if (!*left) return as_it_is(server_, directory::target(change), read_back, deadline);
    done = server_.apply(possible, read_back, deadline);
  }
  return done;
}

// A new group whose pre-Windows 2000 name is somebody's already does without: the products read the other
// one.
std::optional<Change> ActiveDirectory::without_taken_name(const Change& change, const Answer& done,
                                                          Deadline deadline) {
  const auto* add = std::get_if<directory::Add>(&change.operation);
  if (done || done.error().kind != ErrorKind::Uniqueness || !add) return std::nullopt;
  if (!add->attributes.has_value("objectClass", "group") || !add->attributes.find("sAMAccountName"))
    return std::nullopt;
  const auto there = directory::read(server_, add->dn, {"1.1"}, deadline);
  if (!there || *there) return std::nullopt;
  log::warning("account_name_taken", {{"dn", add->dn.str()}});
  auto out = *add;
  out.attributes.set("sAMAccountName", {});
  return Change{std::move(out), change.reason};
}

// False when nothing is left to be changed.
Result<bool> ActiveDirectory::keep_what_applies(Change& change, Deadline deadline) {
  const auto all = named_members(change);
  std::vector<SearchRequest> searches;
  for (const auto& name : all) {
    auto dn = Dn::parse(name);
    if (!dn) return dn.error();
    searches.push_back(directory::at(*dn, {"1.1"}));
    searches.push_back(directory::at(directory::target(change), {"1.1"}));
    searches.back().filter = Filter::equal(member_of(change), name);
  }
  const auto found = server_.search_all(searches, deadline);
  const auto holds = [&](std::size_t i) { return found[i] && !found[i]->empty(); };
  Members members{member_of(change), {}, {}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto at : {2 * i, 2 * i + 1})
      if (!found[at] && found[at].error().kind != ErrorKind::NotFound) return found[at].error();
    if (holds(2 * i)) members.existing.push_back(all[i]);
    if (holds(2 * i + 1)) members.present.push_back(all[i]);
  }
  if (members.existing.size() < all.size())
    log::warning("members_unknown", {{"dn", directory::target(change).str()},
                                     {"members", std::to_string(all.size() - members.existing.size())}});
  if (auto* add = std::get_if<directory::Add>(&change.operation)) keep(*add, members);
  auto* modify = std::get_if<Modify>(&change.operation);
  if (modify && !all.empty() && !found[1]) return found[1].error();  // it is gone
  if (modify) keep(*modify, members);
  return !modify || !modify->modifications.empty();
}

// Compares before it replaces: another one may change the other bits at the same time.
ActiveDirectory::Answer ActiveDirectory::apply_lock(const Change& change, std::optional<Change> rest,
                                                    bool locked, const std::vector<std::string>& read_back,
                                                    Deadline deadline) {
  const auto dn = to_ad(directory::target(change));
  if (!rest) rest = Change{Modify{dn, {}, true, {}}, change.reason};
  const auto& asked = std::get<Modify>(rest->operation);
  if (const auto& only_if = std::get<Modify>(change.operation).only_if; only_if && !asked.only_if)
    std::get<Modify>(rest->operation).only_if = to_ad(settings_, *only_if);
  Answer done = std::nullopt;
  std::string before;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto entry = directory::read(server_, dn, {control}, deadline);
    if (!entry) return entry.error();
    const std::string now(*entry ? (*entry)->attributes.first(control) : std::string_view());
    const auto number = account_control(now);
    if (!number) return error(ErrorKind::NotFound, "no account is at " + dn.str());
    if (attempt > 0 && now == before) return done;
    before = now;
    Change whole = *rest;
    auto& modify = std::get<Modify>(whole.operation);
    const auto wanted = locked ? *number | account_disabled : *number & ~account_disabled;
    if (wanted != *number)
      modify.modifications.push_back({Modification::Op::Replace, control, {std::to_string(wanted)}});
    const auto same = Filter::equal(control, now);
    modify.only_if = modify.only_if ? Filter::all_of({*modify.only_if, same}) : same;
    if (modify.modifications.empty()) return as_it_is(server_, dn, read_back, deadline);
    done = apply_translated(whole, read_back, deadline);
    if (done || done.error().kind != ErrorKind::PreconditionFailed) return done;
  }
  return done;
}

// What cannot be a group's pre-Windows 2000 name, or is another's already, leaves it as it is: the products
// read the other one.
void ActiveDirectory::follow_rename(const Change& change, Deadline deadline) {
  const auto* rename = std::get_if<directory::Rename>(&change.operation);
  if (!rename || settings_.login_attribute.empty() || !iequals(rename->new_rdn.attribute(), "cn")) return;
  const auto dn = to_ad(rename->new_superior.value_or(rename->dn.parent()).child(rename->new_rdn));
  const auto entry = directory::read(server_, dn, {"objectClass", "sAMAccountName"}, deadline);
  if (!entry || !*entry || !(*entry)->attributes.has_value("objectClass", "group")) return;
  const auto& name = rename->new_rdn.value();
  if (!is_account_name(name) || (*entry)->attributes.first("sAMAccountName") == name) return;
  const auto done = server_.apply(
      {Modify{dn, {{Modification::Op::Replace, "sAMAccountName", {name}}}, false, {}}, change.reason}, {},
      deadline);
  if (!done) log::warning("account_name_stays", {{"dn", dn.str()}, {"detail", done.error().detail}});
}

// Those that are sent as they are go together; a failure or more than a translation goes on its own.
std::vector<Result<>> ActiveDirectory::apply_all(std::span<const Change> changes, Deadline deadline) {
  std::vector<Result<>> out(changes.size());
  std::vector<Change> together;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto theirs = to_ad(settings_, changes[i]);
    if (new_lock(changes[i]) || takes_two_steps(changes[i]) || may_respell(changes[i])) {
      if (auto done = apply(changes[i], {}, deadline); !done) out[i] = done.error();
    } else if (theirs) {
      together.push_back(std::move(*theirs));
      places.push_back(i);
    }
  }
  const auto results = server_.apply_all(together, deadline);
  for (std::size_t i = 0; i < together.size(); ++i) {
    auto& result = out[places[i]];
    result = results[i];
    if (!result && may_be_members(result.error()) && !named_members(together[i]).empty()) {
      const auto again = apply_translated(together[i], {}, deadline);
      result = again ? Result<>() : Result<>(again.error());
    } else if (!result) {
      auto why = result.error();
      why.kind = kind_of_failure(together[i], why.kind);
      result = std::move(why);
    }
    if (result) follow_rename(changes[places[i]], deadline);
  }
  return out;
}

directory::Directory::Mixed ActiveDirectory::apply_and_search(const Change& change,
                                                              const std::vector<std::string>& read_back,
                                                              std::span<const SearchRequest> searches,
                                                              Deadline deadline) {
  return {apply(change, read_back, deadline), search_all(searches, deadline)};
}

Result<directory::Capabilities> ActiveDirectory::capabilities(Deadline deadline) {
  return server_.capabilities(deadline);
}

}  // namespace dirbridge::ldap::ad
