// The sections "guard" of a connection and a directory, and "audit" of the root.
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

const Keys<sync::Limit>& limit_keys() {
  using sync::Limit;
  static const Keys<Limit> keys = {
      {"count", &Limit::count, count(0, 1'000'000'000), "this many within the window; 0: everything waits",
       Effect::Reload},
      {"percent", &Limit::percent, percent(),
       "this part of all there are, but never fewer than 10; of it and `count` the smaller one counts; 100: "
       "no limit but "
       "`count`",
       Effect::Reload},
  };
  return keys;
}

}  // namespace

const Keys<sync::BudgetRules>& guard_keys() {
  using sync::BudgetRules;
  static const Keys<BudgetRules> keys = {
      {"window_minutes", &BudgetRules::window, minutes(1, 7 * 24 * 60),
       "a removal counts for so long after it was made", Effect::Reload},
      {"disables", &BudgetRules::disables, section(limit_keys()), "users who become inactive",
       Effect::Reload},
      {"deletes", &BudgetRules::deletes, section(limit_keys()),
       "users who are deleted, whatever becomes of their entries", Effect::Reload},
      {"group_deletes", &BudgetRules::group_deletes, section(limit_keys()), "groups that are deleted",
       Effect::Reload},
      {"member_removals", &BudgetRules::member_removals, section(limit_keys()),
       "of each directory group: who loses it in the end", Effect::Reload},
  };
  return keys;
}

const Keys<audit::FileSettings>& audit_keys() {
  using audit::FileSettings;
  static const Keys<FileSettings> keys = {
      {"file", &FileSettings::path, file(), "where it is written; its folder is made when it is not there",
       Effect::Restart},
      {"max_bytes", &FileSettings::max_bytes, count(64 * 1024, 1024UL * 1024 * 1024 * 1024),
       "a larger file becomes FILE.1, what was FILE.1 becomes FILE.2, and so on", Effect::Restart},
      {"files", &FileSettings::files, count(0, 10'000), "of these at most; the oldest goes", Effect::Restart},
  };
  return keys;
}

}  // namespace dirbridge::config
