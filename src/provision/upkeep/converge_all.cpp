#include "provision/upkeep/converge_all.hpp"

#include "base/uuid.hpp"
#include "provision/doors/resources.hpp"
#include "provision/upkeep/converge.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::chrono::minutes listing_limit{10};
constexpr std::chrono::minutes resource_limit{5};

bool is_away(ErrorKind kind) {
  return kind == ErrorKind::Unavailable || kind == ErrorKind::MissingBase || kind == ErrorKind::Timeout ||
         kind == ErrorKind::Unauthorized;
}

// How many there are.
Result<std::size_t> converge_each(Resources& resources, Converged& out) {
  const auto all = resources.select({}, Age::Fresh, deadline_in(listing_limit));
  if (!all) return all.error();
  const auto& order = *all->order;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto id = unpack_uuid(order[i].id);
    const auto changed = resources.converge(id, deadline_in(resource_limit));
    if (!changed && is_away(changed.error().kind)) return changed.error();
    if (!changed && changed.error().kind == ErrorKind::NotFound) continue;  // deleted meanwhile
    if (!changed) out.failures.push_back({std::string(resources.type().name) + " " + id, changed.error()});
    out.changed += changed && *changed ? 1 : 0;
  }
  return order.size();
}

}  // namespace

Result<Converged> converge_all(const Context& context) {
  Converged out;
  const auto users = converge_each(*make_users(context), out);
  if (!users) return users.error();
  out.users = *users;
  const auto groups = converge_each(*make_groups(context), out);
  if (!groups) return groups.error();
  out.groups = *groups;
  const auto rest = converge_groups(context, deadline_in(listing_limit));
  if (!rest) return rest.error();
  out.changed += *rest ? 1 : 0;
  return out;
}

}  // namespace dirbridge::provision
