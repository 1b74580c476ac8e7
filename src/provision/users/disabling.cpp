#include "provision/users/disabling.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"
#include "mapping/user_state.hpp"
#include "provision/store/count.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;

constexpr const char* attribute = attr::held;

std::vector<std::string> without(const Entry& home, std::initializer_list<std::string_view> what) {
  std::vector<std::string> out;
  if (const auto* all = home.attributes.find(attribute)) out = *all;
  std::erase_if(out,
                [&](const auto& value) { return std::find(what.begin(), what.end(), value) != what.end(); });
  return out;
}

}  // namespace

Result<Entry> within_budget(const Context& context, Permission& permission, const json::object& content,
                            Entry home, Deadline deadline) {
  const bool disables = mapping::becomes_disabled(context.rules, content, home) &&
                        !mapping::is_disabled(home.attributes) && !mapping::is_record(context.rules, home.dn);
  if (!disables) return home;
  const auto allowed = permission.ask(1, [&](Removals::Whose whose) {
    return count_resources(context, {context.rules.user_base}, object_class::user, whose, deadline);
  });
  if (!allowed) return allowed.error();
  if (!*allowed) home.attributes.add(attribute, held::disable);
  return home;
}

Result<Entry> decided(sync::Decision decision, Entry home) {
  if (!held::has(home.attributes, held::disable)) return nothing_waits(home.attributes.first(attr::id));
  auto values = without(home, {held::disable, held::disable_rejected});
  if (decision == sync::Decision::Rejected) values.emplace_back(held::disable_rejected);
  home.attributes.set(attribute, std::move(values));
  return home;
}

void remember_held(sync::EntryGoal& goal, const json::object& content, const Entry& home) {
  auto rest = home;
  if (!mapping::is_false(content, "active"))
    rest.attributes.set(attribute, without(rest, {held::disable, held::disable_rejected}));
  if (mapping::is_deleted(home.attributes))  // the user comes back
    rest.attributes.set(attribute, without(rest, {held::removal, held::removal_rejected}));
  goal.attributes.push_back(sync::exactly(attribute, without(rest, {})));
}

}  // namespace dirbridge::provision
