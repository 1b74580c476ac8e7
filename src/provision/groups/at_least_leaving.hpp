#pragma once
// Members leave a group, whatever is asked for beside it and whatever today's rules say of the group (design
// rule 15). The members who come with them come, where that can be done.
#include <functional>
#include <optional>

#include "provision/context.hpp"
#include "provision/groups/leaving_members.hpp"
#include "provision/refusal.hpp"

namespace dirbridge::provision {

// How much of a request one try makes. MembersAgain: those who leave have left.
enum class Share { All, Members, Leavers, MembersAgain };

template <class Done>
struct GroupRequest {
  std::optional<Error> unreadable{};  // what of the request cannot be read, beside its members
  bool names_members = false;         // false: nobody leaves by it
  std::function<Result<Done>(Share)> run;
  std::function<directory::Dn(const Done&)> home;
  std::function<bool()> anybody_leaves = [] { return true; };  // by the last try
};

// What is left out is told to the journal. Errors: why all of it was refused, when nobody leaves by the rest.
template <class Done>
Result<Done> run_at_least_leaving(const Context& context, const GroupRequest<Done>& request) {
  auto done = request.unreadable ? Result<Done>(*request.unreadable) : request.run(Share::All);
  if (done || !request.names_members || !concerns_content(done.error().kind)) return done;
  const auto refused = done.error();
  std::optional<Error> not_added;
  done = request.run(Share::Members);
  if (!done && concerns_content(done.error().kind)) {
    not_added = done.error();
    done = request.run(Share::Leavers);
    if (done && request.anybody_leaves()) {
      if (auto come = request.run(Share::MembersAgain)) {
        done = std::move(come);
        not_added.reset();
      }
    }
  }
  if (!done) return the_one_to_tell(refused, done.error());
  if (!request.anybody_leaves()) return refused;  // what an interrupted try owed is done by now
  const auto home = request.home(*done);
  context.reconciler.left(home, field_of(refused), refused.detail);
  if (not_added) context.reconciler.left(home, "members", not_added->detail);
  return done;
}

}  // namespace dirbridge::provision
