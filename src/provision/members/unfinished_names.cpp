#include "provision/members/unfinished_names.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "directory/dn_set.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

using directory::DnSet;
using directory::Filter;

// Beyond so many all that are noted are read: at any time that is hardly anybody.
constexpr std::size_t most_named = 64;

}  // namespace

std::vector<directory::SearchRequest> searches_for_unfinished(const Context& context,
                                                              std::span<const std::string> users) {
  std::vector<directory::SearchRequest> out;
  if (users.empty()) return out;
  std::vector<Filter> any;
  if (users.size() > most_named)
    any.push_back(Filter::present(attr::alias));
  else
    for (const auto& user : users) any.push_back(Filter::equal(attr::alias, user));
  for (auto& base : homes(context, context.catalog.user))
    out.push_back({std::move(base), directory::Scope::Subtree, Filter::any_of(any), {attr::alias}, 0});
  return out;
}

UserNames all_names(std::vector<std::string> users, const std::vector<directory::Entry>& noted) {
  UserNames out;
  out.asked = users.size();
  out.names = std::move(users);
  out.user.resize(out.asked);
  std::iota(out.user.begin(), out.user.end(), std::size_t{0});
  if (noted.empty()) return out;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < out.asked; ++i) places.emplace(DnSet::key(out.names[i]), i);
  for (const auto& entry : noted) {
    auto names = sync::aliases(entry);
    names.push_back(entry.dn.str());
    const auto known = std::find_if(names.begin(), names.end(),
                                    [&](const auto& name) { return places.contains(DnSet::key(name)); });
    if (known == names.end()) continue;
    const auto user = out.user[places.at(DnSet::key(*known))];
    for (auto& name : names) {
      const auto [place, is_new] = places.emplace(DnSet::key(name), out.names.size());
      if (is_new) {
        out.names.push_back(std::move(name));
        out.user.push_back(user);
      } else {
        out.user[place->second] = user;
      }
    }
  }
  return out;
}

}  // namespace dirbridge::provision
