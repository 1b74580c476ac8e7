// What an administrator chose for groups: "groups" of a connection, "protected" of a directory.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::config {
namespace {

using directory::Dn;
using mapping::DefaultGroups;
using mapping::GroupOptions;
using mapping::MappedGroup;

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

constexpr Word<DefaultGroups::For> receivers[] = {{"none", DefaultGroups::For::None},
                                                  {"new", DefaultGroups::For::New},
                                                  {"existing", DefaultGroups::For::Existing},
                                                  {"all", DefaultGroups::For::All}};

const Keys<DefaultGroups>& default_groups_keys() {
  static const Keys<DefaultGroups> keys = {
      {"groups",
       &DefaultGroups::groups,
       dns("group names or DNs"),
       "which they get",
       Effect::Reload,
       {.otherwise = "none; required unless `for` is `none`"}},
      {"for",
       &DefaultGroups::whom,
       word(receivers),
       "`new`: users who arrive from now on; `existing`: those who are there when the rule is applied first",
       Effect::Reload,
       {.required = "which users get them: none, new, existing or all"}},
  };
  return keys;
}

void read_default_groups(ObjectReader& groups, const DirectoryConfig& directory, GroupOptions& options) {
  auto section = groups.object("default_groups");
  if (!section) return;
  auto& defaults = options.defaults;
  read_keys(*section, default_groups_keys(), defaults);
  defaults.groups = TargetReader(*section, directory).read("groups");
  if (defaults.whom != DefaultGroups::For::None && !section->raw("groups"))
    section->missing("groups", "the directory groups that these users get");
  if (defaults.whom != DefaultGroups::For::None && section->raw("groups") &&
      section->raw("groups")->is_array() && section->raw("groups")->get_array().empty())
    section->problem("groups", "is empty", "name a directory group, or set \"for\" to \"none\"");
  section->finish();
}

constexpr Word<GroupOptions::OnRename> renames[] = {{"keep", GroupOptions::OnRename::Keep},
                                                    {"follow", GroupOptions::OnRename::Follow}};

constexpr Word<GroupOptions::OnDelete> deletions[] = {{"empty", GroupOptions::OnDelete::Empty},
                                                      {"delete", GroupOptions::OnDelete::Delete}};

void read_flatten(ObjectReader& groups, std::string_view key, GroupOptions::Flatten& out) {
  using Flatten = GroupOptions::Flatten;
  if (const auto flatten = groups.boolean(key)) out = *flatten ? Flatten::Always : Flatten::Never;
}

boost::json::value write_flatten(const GroupOptions::Flatten& flatten) {
  if (flatten == GroupOptions::Flatten::WhereMapped) return nullptr;
  return boost::json::value(flatten == GroupOptions::Flatten::Always);
}

Type<std::vector<MappedGroup>> mapping_to_groups() {
  auto targets = dns("group names or DNs");
  return {.values = Values::map("group", targets.values),
          .read = nullptr,
          .write = [write = targets.write](const std::vector<MappedGroup>& mapping) {
            boost::json::object out;
            for (const auto& one : mapping) out[one.source] = write(one.targets);
            return boost::json::value(std::move(out));
          }};
}

const char* without_mapping(const GroupOptions& options) {
  return options.mapping.empty() ? "without a mapping" : nullptr;
}

const char* off_the_fly(const GroupOptions& options) {
  return options.on_the_fly ? nullptr : "while on_the_fly is off: it is about groups on the fly";
}

const char* without_merging(const GroupOptions& options) {
  if (!options.on_the_fly) return off_the_fly(options);
  return options.mapping.empty() && options.names.empty()
             ? "without name_rules, name_case or a mapping: no two groups can become one"
             : nullptr;
}

const char* without_names(const GroupOptions& options) {
  return !options.on_the_fly && options.mapping.empty() ? "without groups on the fly and without a mapping"
                                                        : nullptr;
}

}  // namespace

const Keys<GroupOptions>& group_keys() {
  using G = GroupOptions;
  constexpr auto reload = Effect::Reload;
  static const Keys<G> keys = {
      {"mapping", &G::mapping, mapping_to_groups(),
       "directory groups, by name or DN, for a group of the identity provider, many to many", reload},
      {"on_the_fly", &G::on_the_fly, flag(),
       "a group that is not in the mapping becomes the directory group of its name; false: products do not "
       "see it",
       reload},
      {"filter", &G::filter, group_filter(),
       "which groups count; the others are kept for the identity provider only", reload},
      {"name_rules",
       &G::names,
       name_rules(),
       "make the directory name of a group on the fly, one after the other",
       reload,
       {.useless = off_the_fly}},
      {"name_case", &G::names, name_case(), "its letter case", reload, {.useless = off_the_fly}},
      {"merge",
       &G::merge,
       flag(),
       "two groups that become one name: both fill it; false: the second is answered 409",
       reload,
       {.useless = without_merging}},
      {"keep_existing_users",
       &G::keep_existing_users,
       flag(),
       "who was in a directory group of the mapping before stays; false: goes with the next `dirbridge "
       "apply`",
       reload,
       {.useless = without_mapping}},
      {"keep_existing_user_groups",
       &G::keep_existing_user_groups,
       optional_flag(),
       "the same for groups on the fly, and this connection's users only",
       reload,
       {.otherwise = "true for groups that were there before, false for those that the bridge made",
        .useless = off_the_fly}},
      {"adopt",
       &G::adopt,
       flag(),
       "a group whose name one of yours has fills that one; false: it is answered 409",
       reload,
       {.useless = off_the_fly}},
      {"default_groups", &G::defaults, by_code(section(default_groups_keys())),
       "directory groups that users of this connection get, whatever their groups are", reload},
      {"on_rename",
       &G::on_rename,
       word(renames),
       "the directory group keeps its name, on which permissions hang, or follows",
       reload,
       {.useless = without_names}},
      {"on_delete", &G::on_delete, word(deletions),
       "the directory group loses its members and stays, or goes", reload},
      {"delete_after_days", &G::delete_after, days(most_days), "with `delete`: so long it is only emptied",
       reload},
      {"flatten",
       &G::flatten,
       Type<G::Flatten>{flag().values, read_flatten, write_flatten},
       "users of inner groups are in the directory groups of the outer ones",
       reload,
       {.otherwise = "true where another option of `groups` is used"}},
  };
  return keys;
}

GroupOptions read_groups(ObjectReader& connection, const DirectoryConfig& directory) {
  GroupOptions options;
  auto groups = connection.object("groups");
  if (!groups) return options;
  read_keys(*groups, group_keys(), options);
  read_mapping(*groups, directory, options);
  options.names = compile_rules(*groups, "name_rules", "name_case");
  read_default_groups(*groups, directory, options);
  const auto days = options.delete_after.count();
  if (days > 0 && options.on_delete == GroupOptions::OnDelete::Empty)
    groups->problem("delete_after_days", "means nothing while on_delete is \"empty\"",
                    "set on_delete to \"delete\"");
  check_useless(*groups, group_keys(), options);
  groups->finish();
  return options;
}

}  // namespace dirbridge::config
