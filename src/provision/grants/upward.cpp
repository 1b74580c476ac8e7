#include "provision/grants/upward.hpp"

#include "base/text.hpp"
#include "directory/dn_set.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::provision {

using directory::DnSet;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

Upward::Upward(const Context& context, Deadline deadline, Filter which, const Without* without)
    : context_(context),
      deadline_(deadline),
      which_(std::move(which)),
      without_(without),
      since_(context.locks.names()) {}

Result<std::vector<const Upward::Group*>> Upward::above(const std::string& name) {
  for (;;) {
    auto out = look_above(name);
    if (!out) return out;
    const auto renamed = any_renamed(*out);
    if (!renamed) return renamed.error();
    if (!*renamed) return out;
  }
}

Result<> Upward::ask(std::span<const std::string> names) {
  std::vector<std::string> keys;
  std::vector<SearchRequest> searches;
  for (const auto& name : names) {
    auto key = DnSet::key(name);
    if (parents_.contains(key)) continue;
    const auto lists = Filter::equal(context_.rules.group_shape.member_attribute, name);
    searches.push_back({context_.rules.bridge_base,
                        Scope::Subtree,
                        Filter::all_of({lists, which_}),
                        {attr::id, attr::target},
                        0});
    keys.push_back(std::move(key));
  }
  if (searches.empty()) return {};
  auto found = context_.directory.search_all(searches, deadline_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) return found[i].error();
    auto& groups = parents_[keys[i]];
    groups.clear();
    for (const auto& entry : *found[i])
      groups.push_back({entry.dn.str(), std::string(entry.attributes.first(attr::id)), targets_in(entry)});
  }
  return {};
}

Result<std::vector<const Upward::Group*>> Upward::look_above(const std::string& name) {
  DnSet seen;
  std::vector<const Group*> out;
  std::vector<std::string> names{name};
  while (!names.empty()) {
    if (auto done = ask(names); !done) return done.error();
    std::vector<std::string> next;
    for (const auto& one : names)
      for (const auto& group : parents_.at(DnSet::key(one))) {
        if (leaves(group, one) || !seen.insert(group.dn)) continue;
        out.push_back(&group);
        next.push_back(group.dn);
      }
    if (!mapping::flattens(context_.rules)) break;
    names = std::move(next);
  }
  return out;
}

Result<bool> Upward::any_renamed(const std::vector<const Group*>& groups) {
  std::vector<std::string> names;
  for (const auto* group : groups) names.push_back(group->dn);
  auto now = asked_at_;
  auto renamed = since_.follow(names, now, deadline_);
  if (renamed && *renamed) {
    parents_.clear();
    asked_at_ = now;
  }
  return renamed;
}

bool Upward::leaves(const Group& group, const std::string& member) const {
  return without_ && iequals(group.id, without_->source) &&
         (!without_->members || without_->members->contains(member));
}

}  // namespace dirbridge::provision
