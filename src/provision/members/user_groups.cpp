#include "provision/members/user_groups.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

constexpr std::size_t names_per_look = 16;

struct Group {
  std::string id;
  std::string display;
  std::vector<std::string> parents;  // keys of the groups that list this one
};

class Nesting {
 public:
  Nesting(const Context& context, Deadline deadline)
      : context_(context), deadline_(deadline), bases_(homes(context, context.catalog.group)) {}

  // For each name the keys of the groups that list it; new groups are remembered.
  Result<std::vector<std::vector<std::string>>> listing(std::span<const Dn> names) {
    std::vector<SearchRequest> searches;
    for (const auto& name : names) search(lists(context_, name.str()), searches);
    std::vector<std::vector<std::string>> out(names.size());
    const auto found = context_.directory.search_all(searches, deadline_);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) return found[i].error();
      auto& keys = out[i / bases_.size()];
      for (const auto& entry : *found[i])
        if (auto key = remember(entry)) keys.push_back(std::move(*key));
    }
    return out;
  }

  // Until every group that was found knows its parents.
  Result<> complete() {
    while (!unasked_.empty()) {
      const auto names = std::exchange(unasked_, {});
      auto any = any_listed(names);
      if (!any) return any.error();
      if (!*any) continue;
      auto parents = listing(names);
      if (!parents) return parents.error();
      for (std::size_t i = 0; i < names.size(); ++i)
        groups_.at(names[i].normalized()).parents = std::move((*parents)[i]);
    }
    return {};
  }

  boost::json::array shown(const std::vector<std::string>& direct) const {
    std::set<std::string> seen(direct.begin(), direct.end());
    auto reached = direct;
    for (std::size_t i = 0; i < reached.size(); ++i)
      for (const auto& parent : groups_.at(reached[i]).parents)
        if (seen.insert(parent).second) reached.push_back(parent);
    boost::json::array out;
    append(out, {reached.begin(), reached.begin() + static_cast<std::ptrdiff_t>(direct.size())}, "direct");
    append(out, {reached.begin() + static_cast<std::ptrdiff_t>(direct.size()), reached.end()}, "indirect");
    return out;
  }

 private:
  const std::string& member() const { return context_.rules.group_shape.member_attribute; }

  // One search for each base.
  void search(const Filter& filter, std::vector<SearchRequest>& searches) const {
    for (const auto& base : bases_)
      searches.push_back({base,
                          Scope::Subtree,
                          filter,
                          {attr::id, attr::connection, attr::display_name, attr::deleted, attr::kind},
                          0});
  }

  // Groups in groups are rare: one look for many tells that there are none.
  Result<bool> any_listed(std::span<const Dn> names) const {
    std::vector<SearchRequest> searches;
    for (std::size_t at = 0; at < names.size(); at += names_per_look) {
      std::vector<Filter> any;
      for (const auto& name : names.subspan(at, std::min(names_per_look, names.size() - at)))
        any.push_back(Filter::equal(member(), name.str()));
      search(Filter::any_of(std::move(any)), searches);
    }
    bool listed = false;
    for (const auto& found : context_.directory.search_all(searches, deadline_)) {
      if (!found) return found.error();
      listed = listed || !found->empty();
    }
    return listed;
  }

  std::optional<std::string> remember(const directory::Entry& entry) {
    const auto& a = entry.attributes;
    if (a.first(attr::connection) != context_.rules.connection || a.first(attr::id).empty() ||
        !a.first(attr::deleted).empty() || !a.first(attr::kind).empty())
      return std::nullopt;
    auto key = entry.dn.normalized();
    const bool is_new =
        groups_
            .emplace(key, Group{ascii_lower(a.first(attr::id)), std::string(a.first(attr::display_name)), {}})
            .second;
    if (is_new) unasked_.push_back(entry.dn);
    return key;
  }

  void append(boost::json::array& out, std::vector<std::string> keys, std::string_view type) const {
    std::vector<const Group*> groups;
    for (const auto& key : keys) groups.push_back(&groups_.at(key));
    std::sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    for (const auto* group : groups) {
      boost::json::object element{{"value", group->id}, {"type", type}};
      if (!group->display.empty()) element["display"] = group->display;
      out.emplace_back(std::move(element));
    }
  }

  const Context& context_;
  Deadline deadline_;
  const std::vector<Dn> bases_;
  std::unordered_map<std::string, Group> groups_;  // by normalized DN
  std::vector<Dn> unasked_;
};

}  // namespace

Result<std::vector<boost::json::array>> groups_of(const Context& context, std::span<const Dn> users,
                                                  Deadline deadline) {
  Nesting nesting(context, deadline);
  auto direct = nesting.listing(users);
  if (!direct) return direct.error();
  if (auto done = nesting.complete(); !done) return done.error();
  std::vector<boost::json::array> out;
  for (const auto& keys : *direct) out.push_back(nesting.shown(keys));
  return out;
}

}  // namespace dirbridge::provision
