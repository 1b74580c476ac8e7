#include "mapping/group_options.hpp"

#include <algorithm>
#include <set>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::mapping {

namespace {

using directory::Dn;

bool is_regex(GroupFilter::Mode mode) {
  return mode == GroupFilter::Mode::IncludeRegex || mode == GroupFilter::Mode::ExcludeRegex;
}

bool is_exclusion(GroupFilter::Mode mode) {
  return mode == GroupFilter::Mode::Exclude || mode == GroupFilter::Mode::ExcludeRegex;
}

const MappedGroup* mapped(const GroupOptions& options, std::string_view name) {
  const auto folded = fold_case(name);
  const auto at = std::find_if(options.mapping.begin(), options.mapping.end(),
                               [&](const auto& one) { return fold_case(one.source) == folded; });
  return at == options.mapping.end() ? nullptr : &*at;
}

void add(std::vector<Dn>& out, const GroupPlace& place, const Dn& group) {
  if (is_protected(place.protected_entries, group)) return;
  if (std::find(out.begin(), out.end(), group) == out.end()) out.push_back(group);
}

}  // namespace

Result<GroupFilter> GroupFilter::make(Mode mode, std::vector<std::string> values) {
  GroupFilter out;
  out.mode_ = mode;
  out.given_ = values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_regex(mode)) {
      out.values_.push_back(fold_case(values[i]));
      continue;
    }
    auto pattern = NameRules::compile({{values[i], ""}}, LetterCase::Keep);
    if (!pattern)
      return error(ErrorKind::InvalidValue, pattern.error().detail, "[" + std::to_string(i) + "]");
    out.patterns_.push_back(std::move(*pattern));
  }
  return out;
}

Result<bool> GroupFilter::admits(std::string_view name) const {
  if (mode_ == Mode::All) return true;
  bool matched = false;
  for (const auto& pattern : patterns_) {
    auto rest = pattern.apply_text(name);
    if (!rest) return error(ErrorKind::InvalidValue, rest.error().detail, "displayName");
    matched = matched || (rest->empty() && !name.empty());
  }
  const auto folded = fold_case(name);
  for (const auto& value : values_) {
    const auto at = folded.find(value);
    matched = matched || (mode_ == Mode::Prefix     ? at == 0
                          : mode_ == Mode::Contains ? at != std::string::npos
                                                    : folded == value);
  }
  return matched != is_exclusion(mode_);
}

bool needs_source_groups(const GroupOptions& options) {
  return !options.mapping.empty() || !options.on_the_fly || options.filter.mode() != GroupFilter::Mode::All ||
         !options.names.empty() || options.adopt || options.keep_existing_user_groups.value_or(false) ||
         options.defaults.whom != DefaultGroups::For::None ||
         options.flatten == GroupOptions::Flatten::Always;
}

Result<std::string> on_the_fly_name(const GroupOptions& options, std::string_view name) {
  auto made = options.names.apply(name);
  if (!made) return error(ErrorKind::InvalidValue, made.error().detail, "displayName");
  if (auto usable = check_name(*made, "displayName"); !usable) return usable.error();
  if (auto fits = check_length({"cn", *made}, "displayName"); !fits) return fits.error();
  return made;
}

Result<Targets> targets_of(const GroupOptions& options, const GroupPlace& place, std::string_view name,
                           std::string_view kept) {
  Targets out;
  const auto admitted = options.filter.admits(name);
  if (!admitted) return admitted.error();
  if (!*admitted) return out;
  if (const auto* group = mapped(options, name)) {
    for (const auto& target : group->targets) add(out.groups, place, target);
    return out;
  }
  if (!options.on_the_fly) return out;
  out.on_the_fly = true;
  auto made = kept.empty() ? on_the_fly_name(options, name) : Result<std::string>(std::string(kept));
  if (!made) return made.error();
  add(out.groups, place, place.base.child({"cn", std::move(*made)}));
  return out;
}

std::string_view mapping_name(const GroupOptions& options, std::string_view name) {
  const auto* group = mapped(options, name);
  return group ? std::string_view(group->source) : std::string_view();
}

std::string mapping_version(const GroupOptions& options) {
  std::set<std::string> lines;
  for (const auto& [source, targets] : options.mapping) {
    std::set<std::string> groups;
    for (const auto& target : targets) groups.insert(target.normalized());
    auto line = fold_case(source);
    for (const auto& group : groups) line.append(1, '\n').append(group);
    lines.insert(std::move(line));
  }
  std::string all;
  for (const auto& line : lines) all.append(line).append("\n\n");
  return to_hex(sha256(all)).substr(0, 32);
}

bool is_mapping_target(const GroupOptions& options, const Dn& group) {
  return std::any_of(options.mapping.begin(), options.mapping.end(),
                     [&](const auto& one) { return names_any(one.targets, group); });
}

bool is_protected(const std::vector<Dn>& protected_entries, const Dn& dn) {
  return std::any_of(protected_entries.begin(), protected_entries.end(),
                     [&](const auto& entry) { return dn.is_within(entry); });
}

}  // namespace dirbridge::mapping
