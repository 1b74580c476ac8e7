#pragma once
// Which directory groups a group of the identity provider becomes: filter, mapping, on the fly. Plain values,
// set at start, and pure functions.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/dn.hpp"
#include "mapping/name_rules.hpp"

namespace dirbridge::mapping {

// Judges the name as the identity provider wrote it, before any rule changes it. Letter case does not count,
// except in regular expressions, which match the whole name.
class GroupFilter {
 public:
  enum class Mode { All, Include, Exclude, Prefix, Contains, IncludeRegex, ExcludeRegex };

  GroupFilter() = default;  // all
  // InvalidValue: a regular expression is none; the field is its place: "[1]".
  static Result<GroupFilter> make(Mode mode, std::vector<std::string> values);

  Mode mode() const { return mode_; }
  const std::vector<std::string>& values() const { return given_; }
  // InvalidValue: a regular expression takes too long on this name.
  Result<bool> admits(std::string_view name) const;

  friend bool operator==(const GroupFilter& a, const GroupFilter& b) {
    return a.mode_ == b.mode_ && a.given_ == b.given_;
  }

 private:
  Mode mode_ = Mode::All;
  std::vector<std::string> given_;
  std::vector<std::string> values_;  // folded, unless they are regular expressions
  std::vector<NameRules> patterns_;  // each empties the names that it matches
};

struct MappedGroup {
  std::string source;                  // name at the identity provider
  std::vector<directory::Dn> targets;  // directory groups
  friend bool operator==(const MappedGroup&, const MappedGroup&) = default;
};

struct DefaultGroups {
  enum class For { None, New, Existing, All };
  For whom = For::None;
  std::vector<directory::Dn> groups;
  friend bool operator==(const DefaultGroups&, const DefaultGroups&) = default;
};

struct GroupOptions {
  std::vector<MappedGroup> mapping;
  bool on_the_fly = true;  // a group that is not in the mapping becomes the directory group of its name
  GroupFilter filter;
  NameRules names;     // of groups on the fly
  bool merge = false;  // several groups on the fly may become one
  bool keep_existing_users = true;
  // Absent: who was in a group on the fly before the bridge took it up stays, and nobody else.
  std::optional<bool> keep_existing_user_groups{};
  bool adopt = false;  // new groups use the administrator's groups of their names
  DefaultGroups defaults;
  enum class OnRename { Keep, Follow };
  OnRename on_rename = OnRename::Keep;
  enum class OnDelete { Empty, Delete };
  OnDelete on_delete = OnDelete::Empty;
  std::chrono::days delete_after{0};
  enum class Flatten { WhereMapped, Never, Always };
  Flatten flatten = Flatten::WhereMapped;
  friend bool operator==(const GroupOptions&, const GroupOptions&) = default;
};

// Whether source groups have to be kept apart from directory groups. Otherwise each is the directory group of
// its name, and one entry holds both.
bool needs_source_groups(const GroupOptions& options);

// Where groups may be written.
struct GroupPlace {
  const directory::Dn& base;
  const std::vector<directory::Dn>& protected_entries;
};

struct Targets {
  std::vector<directory::Dn> groups;
  bool on_the_fly = false;
};

// The directory groups that a source group of this name is mapped to; none when it is filtered out. `kept`:
// the directory name that it had before it was renamed and keeps; empty: none. InvalidValue: the name rules
// make no usable name of it. Protected entries are left out.
Result<Targets> targets_of(const GroupOptions& options, const GroupPlace& place, std::string_view name,
                           std::string_view kept = {});

// The directory name of a group on the fly.
Result<std::string> on_the_fly_name(const GroupOptions& options, std::string_view name);

// How the mapping spells the name of a source group; empty: it does not have it.
std::string_view mapping_name(const GroupOptions& options, std::string_view name);

// Changes with the mapping: two of the same say the same of every name.
std::string mapping_version(const GroupOptions& options);

// The mapping names this directory group.
bool is_mapping_target(const GroupOptions& options, const directory::Dn& group);

bool is_protected(const std::vector<directory::Dn>& protected_entries, const directory::Dn& dn);

}  // namespace dirbridge::mapping
