#include "provision/users/concession.hpp"

#include <algorithm>

#include "provision/store/names_in_use.hpp"

namespace dirbridge::provision {

namespace {

using Naming = mapping::Extent::Naming;

constexpr const char* name_field = "userName";

bool is_about_name(const Error& why) {
  return why.kind == ErrorKind::Uniqueness || why.field == name_field;
}

}  // namespace

bool Concession::give_up(const Error& why, const Attempt& attempt) {
  const bool nowhere = attempt.moves && why.kind == ErrorKind::MissingBase;
  if (!(concerns_content(why.kind) || nowhere) || !(attempt.leaves || attempt.may_keep_name)) return false;
  if (attempt.leaves && give_up_lock(why, attempt)) return true;
  if (!give_up_more(why, attempt)) return false;
  lock_again();
  return true;
}

bool Concession::give_up_more(const Error& why, const Attempt& attempt) {
  if (give_up_name(why, attempt) || give_up_place(why, attempt)) return true;
  if (!attempt.leaves) return false;
  // No value that was sent can have caused a denial: groups are what a rename touches beside.
  const bool of_groups = why.kind == ErrorKind::Denied && give_up_alias(why, attempt);
  return of_groups || give_up_rest(why) || give_up_alias(why, attempt);
}

// The entry keeps its name: that of today's rules is somebody else's, or none, or cannot be given.
bool Concession::give_up_name(const Error& why, const Attempt& attempt) {
  const bool helps = is_about_name(why) || (attempt.renames && why.kind == ErrorKind::Denied);
  if (extent_.naming != Naming::ByRules || !helps) return false;
  extent_.naming = Naming::KeepName;
  left_.push_back({name_field, why.detail, What::Name});
  return true;
}

// It stays where it is, hidden by its mark alone.
bool Concession::give_up_place(const Error& why, const Attempt& attempt) {
  const bool helps = attempt.moves && (is_about_name(why) || why.kind == ErrorKind::Denied ||
                                       why.kind == ErrorKind::MissingBase);
  if (extent_.stays() || !helps) return false;
  extent_.naming = Naming::KeepPlace;
  left_.push_back({"place", why.detail, attempt.leaves ? What::Place : What::Rest});
  return true;
}

// Groups name the entry by another name than it has, and cannot be brought to it: they wait.
bool Concession::give_up_alias(const Error& why, const Attempt& attempt) {
  if (keeps_alias() || !attempt.unfinished) return false;
  extent_.naming = Naming::KeepAlias;
  left_.push_back({"rename", why.detail, What::Alias});
  return true;
}

// A server that does not know the lock, or does not let it be set, says no more than that it refuses.
bool Concession::give_up_lock(const Error& why, const Attempt& attempt) {
  const bool helps = why.kind == ErrorKind::Denied || why.kind == ErrorKind::Refused;
  if (!attempt.locks || !extent_.locked || !helps) return false;
  extent_.locked = false;
  left_.push_back({"lock", why.detail, What::Lock});
  return true;
}

// It was not the lock alone that was refused, and perhaps not at all.
void Concession::lock_again() {
  extent_.locked = true;
  std::erase_if(left_, [](const Left& left) { return left.what == What::Lock; });
}

bool Concession::give_up_rest(const Error& why) {
  if (extent_.described) {
    extent_.described = false;
    left_.push_back({field_of(why), why.detail});
    return true;
  }
  if (nothing_else_) return false;
  nothing_else_ = true;
  extent_.naming = std::max(extent_.naming, Naming::KeepPlace);
  left_.push_back({field_of(why), why.detail});
  return true;
}

void Concession::tell(const Context& context, const directory::Dn& home) const {
  for (const auto& left : left_) {
    if (left.what == What::Name) log_conflict(context, home.rdn().value(), left.reason);
    if (left.what == What::Place)
      log_incomplete(context, home, "the entry stays where it is: " + left.reason);
    if (left.what == What::Lock)
      log_incomplete(context, home, "the entry is marked, and not locked: " + left.reason);
    if (left.what == What::Alias)
      log_incomplete(context, home, "an interrupted rename stays unfinished: " + left.reason);
    context.reconciler.left(home, left.field, left.reason);
  }
}

}  // namespace dirbridge::provision
