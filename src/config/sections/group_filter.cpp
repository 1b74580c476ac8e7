// Which groups of the identity provider count: "filter" of "groups" of a connection.
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

using mapping::GroupFilter;

// A filter as it stands in the file.
struct FilterText {
  GroupFilter::Mode mode = GroupFilter::Mode::All;
  std::vector<std::string> values;
};

constexpr Word<GroupFilter::Mode> modes[] = {{"all", GroupFilter::Mode::All},
                                             {"include", GroupFilter::Mode::Include},
                                             {"exclude", GroupFilter::Mode::Exclude},
                                             {"prefix", GroupFilter::Mode::Prefix},
                                             {"contains", GroupFilter::Mode::Contains},
                                             {"include_regex", GroupFilter::Mode::IncludeRegex},
                                             {"exclude_regex", GroupFilter::Mode::ExcludeRegex}};

void read_filter_values(ObjectReader& section, std::string_view key, std::vector<std::string>& values) {
  for (const auto& [text, path] : section.texts(key)) {
    if (text.empty()) section.problem_at(path, "must not be empty", {});
    values.push_back(text);
  }
}

const Keys<FilterText>& filter_keys() {
  static const Keys<FilterText> keys = {
      {"mode",
       &FilterText::mode,
       word(modes),
       "`include`, `exclude`: whole names; `prefix`, `contains`: parts of names; `include_regex`, "
       "`exclude_regex`: patterns for the whole name",
       Effect::Reload,
       {.required = "one of all, include, exclude, prefix, contains, include_regex, exclude_regex"}},
      {"values",
       &FilterText::values,
       read_by(read_filter_values, texts("texts")),
       "compared with the name that the identity provider gives; letter case counts in patterns only",
       Effect::Reload,
       {.otherwise = "none; required unless `mode` is `all`"}},
  };
  return keys;
}

void read_filter(ObjectReader& groups, std::string_view key, GroupFilter& out) {
  auto section = groups.object(key);
  if (!section) return;
  constexpr auto not_read = static_cast<GroupFilter::Mode>(-1);
  FilterText text{not_read, {}};
  read_keys(*section, filter_keys(), text);
  if (text.mode == GroupFilter::Mode::All && section->raw("values"))
    section->problem("values", "means nothing with mode \"all\"", "choose another mode, or remove it");
  else if (text.mode != not_read && text.mode != GroupFilter::Mode::All && text.values.empty())
    section->problem("values", "is missing", "names, or parts of names, of the identity provider's groups");
  if (text.mode == not_read) text.mode = GroupFilter::Mode::All;
  auto made = GroupFilter::make(text.mode, std::move(text.values));
  if (made)
    out = std::move(*made);
  else
    section->problem_at(section->path_of("values") + made.error().field, made.error().detail, {});
  section->finish();
}

boost::json::value write_filter(const GroupFilter& filter) {
  auto out = write_keys(filter_keys(), {filter.mode(), filter.values()});
  if (filter.mode() == GroupFilter::Mode::All) out["values"] = nullptr;
  return out;
}

}  // namespace

Type<GroupFilter> group_filter() {
  return {.values = section(filter_keys()).values, .read = read_filter, .write = write_filter};
}

}  // namespace dirbridge::config
