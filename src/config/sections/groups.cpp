// What an administrator chose for groups: "groups" of a connection, "protected" of a directory.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::config {
namespace {

using directory::Dn;
using mapping::DefaultGroups;
using mapping::GroupFilter;
using mapping::GroupOptions;

constexpr std::size_t most_days = 3650;

// A directory group is written as its name, or as a DN.
class TargetReader {
 public:
  TargetReader(ObjectReader& reader, const DirectoryConfig& directory)
      : reader_(reader), directory_(directory) {}

  std::vector<Dn> read(std::string_view key) {
    std::vector<Dn> out;
    for (const auto& [text, path] : reader_.texts(key)) {
      auto group = target(text, path);
      if (!group) continue;
      if (std::find(out.begin(), out.end(), *group) != out.end())
        reader_.problem_at(path, "is there already", "names compare without case");
      else
        out.push_back(std::move(*group));
    }
    return out;
  }

 private:
  std::optional<Dn> target(const std::string& text, const std::string& path) {
    const auto parsed = Dn::parse(text);
    const bool is_dn = parsed && !parsed->empty() && !parsed->parent().empty();
    if (!is_dn)
      if (auto usable = mapping::check_name(text, path); !usable) {
        reader_.problem_at(path, usable.error().detail, "the name of a directory group, or its DN");
        return std::nullopt;
      }
    auto group = is_dn ? *parsed : directory_.group_base.child({"cn", text});
    if (directory_.group_base.empty()) return std::nullopt;  // reported where it is missing
    if (!group.is_within(directory_.group_base) || group == directory_.group_base) {
      reader_.problem_at(path, "lies outside of group_base",
                         "the bridge writes groups below group_base only");
      return std::nullopt;
    }
    if (mapping::is_protected(directory_.protected_entries, group)) {
      reader_.problem_at(path, "is protected: no rule may touch it", "see \"protected\" of the directory");
      return std::nullopt;
    }
    return group;
  }

  ObjectReader& reader_;
  const DirectoryConfig& directory_;
};

void read_mapping(ObjectReader& groups, const DirectoryConfig& directory, GroupOptions& options) {
  const auto* value = groups.raw("mapping");
  auto section = groups.object("mapping");
  if (!section || !value->is_object()) return;
  for (const auto& [key, list] : value->get_object()) {
    const std::string source(key);
    if (source.empty()) section->problem(source, "the name of the identity provider's group is empty");
    const auto folded = fold_case(source);
    if (std::any_of(options.mapping.begin(), options.mapping.end(),
                    [&](const auto& one) { return fold_case(one.source) == folded; }))
      section->problem(source, "is there already", "group names compare without case");
    options.mapping.push_back({source, TargetReader(*section, directory).read(source)});
  }
  section->finish();
}

void read_filter(ObjectReader& groups, GroupOptions& options) {
  auto section = groups.object("filter");
  if (!section) return;
  using Mode = GroupFilter::Mode;
  constexpr Mode modes[] = {Mode::All,      Mode::Include,      Mode::Exclude,     Mode::Prefix,
                            Mode::Contains, Mode::IncludeRegex, Mode::ExcludeRegex};
  const auto choice = section->choice(
      "mode", {"all", "include", "exclude", "prefix", "contains", "include_regex", "exclude_regex"});
  const auto mode = modes[choice.value_or(0)];
  std::vector<std::string> values;
  for (const auto& [text, path] : section->texts("values")) {
    if (text.empty()) section->problem_at(path, "must not be empty", {});
    values.push_back(text);
  }
  if (!section->raw("mode"))
    section->missing("mode", "one of all, include, exclude, prefix, contains, include_regex, exclude_regex");
  else if (choice && mode == Mode::All && section->raw("values"))
    section->problem("values", "means nothing with mode \"all\"", "choose another mode, or remove it");
  else if (choice && mode != Mode::All && values.empty())
    section->problem("values", "is missing", "names, or parts of names, of the identity provider's groups");
  auto filter = GroupFilter::make(mode, std::move(values));
  if (filter)
    options.filter = std::move(*filter);
  else
    section->problem_at(section->path_of("values") + filter.error().field, filter.error().detail, {});
  section->finish();
}

void read_default_groups(ObjectReader& groups, const DirectoryConfig& directory, GroupOptions& options) {
  auto section = groups.object("default_groups");
  if (!section) return;
  using For = DefaultGroups::For;
  constexpr For all[] = {For::None, For::New, For::Existing, For::All};
  auto& defaults = options.defaults;
  defaults.groups = TargetReader(*section, directory).read("groups");
  const auto choice = section->choice("for", {"none", "new", "existing", "all"});
  if (!section->raw("for")) section->missing("for", "which users get them: none, new, existing or all");
  defaults.whom = all[choice.value_or(0)];
  if (defaults.whom != For::None && !section->raw("groups"))
    section->missing("groups", "the directory groups that these users get");
  if (defaults.whom != For::None && section->raw("groups") && section->raw("groups")->is_array() &&
      section->raw("groups")->get_array().empty())
    section->problem("groups", "is empty", "name a directory group, or set \"for\" to \"none\"");
  section->finish();
}

void read_fates(ObjectReader& groups, GroupOptions& options) {
  if (groups.choice("on_rename", {"keep", "follow"}) == 1) options.on_rename = GroupOptions::OnRename::Follow;
  const auto on_delete = groups.choice("on_delete", {"empty", "delete"});
  if (on_delete == 1) options.on_delete = GroupOptions::OnDelete::Delete;
  const auto days = groups.number("delete_after_days", 0, most_days);
  if (days) options.delete_after = std::chrono::days(*days);
  if (days && *days > 0 && options.on_delete == GroupOptions::OnDelete::Empty)
    groups.problem("delete_after_days", "means nothing while on_delete is \"empty\"",
                   "set on_delete to \"delete\"");
}

// What an administrator set and what has no effect beside the rest is a mistake that is better told.
void check_combination(ObjectReader& groups, const GroupOptions& options) {
  const auto useless = [&](std::string_view key, const char* why) {
    if (groups.raw(key)) groups.problem(key, std::string("means nothing ") + why, "remove it");
  };
  if (options.mapping.empty()) useless("keep_existing_users", "without a mapping");
  if (!options.on_the_fly) {
    for (const auto* key : {"name_rules", "name_case", "merge", "keep_existing_user_groups", "adopt"})
      useless(key, "while on_the_fly is off: it is about groups on the fly");
    if (options.mapping.empty()) useless("on_rename", "without groups on the fly and without a mapping");
  } else if (options.mapping.empty() && options.names.empty()) {
    useless("merge", "without name_rules, name_case or a mapping: no two groups can become one");
  }
}

}  // namespace

std::vector<Dn> read_protected(ObjectReader& directory) {
  std::vector<Dn> out;
  for (const auto& [text, path] : directory.texts("protected")) {
    auto dn = Dn::parse(text);
    if (dn && !dn->empty())
      out.push_back(std::move(*dn));
    else
      directory.problem_at(path, dn ? "is the root of the directory" : dn.error().detail,
                           "such as cn=jira-administrators,ou=groups,dc=example,dc=org");
  }
  return out;
}

GroupOptions read_groups(ObjectReader& connection, const DirectoryConfig& directory) {
  GroupOptions options;
  auto groups = connection.object("groups");
  if (!groups) return options;
  const auto flag = [&](std::string_view key, bool& target) {
    target = groups->boolean(key).value_or(target);
  };
  read_mapping(*groups, directory, options);
  flag("on_the_fly", options.on_the_fly);
  read_filter(*groups, options);
  options.names = compile_rules(*groups, "name_rules", "name_case");
  flag("merge", options.merge);
  flag("keep_existing_users", options.keep_existing_users);
  options.keep_existing_user_groups = groups->boolean("keep_existing_user_groups");
  flag("adopt", options.adopt);
  read_default_groups(*groups, directory, options);
  read_fates(*groups, options);
  if (const auto flatten = groups->boolean("flatten"))
    options.flatten = *flatten ? GroupOptions::Flatten::Always : GroupOptions::Flatten::Never;
  check_combination(*groups, options);
  groups->finish();
  return options;
}

}  // namespace dirbridge::config
