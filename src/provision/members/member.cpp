#include "provision/members/member.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

constexpr std::size_t ids_per_search = 100;

const std::vector<std::string> member_attributes{"objectClass",     attr::id,           attr::connection,
                                                 attr::external_id, attr::display_name, attr::user_name,
                                                 attr::deleted,     attr::alias};

std::vector<std::string> other_names(const Entry& entry) {
  auto out = sync::aliases(entry);
  std::erase_if(out, [&](const auto& alias) {
    const auto dn = directory::Dn::parse(alias);
    return !dn || *dn == entry.dn;
  });
  return out;
}

}  // namespace

std::vector<std::string> names_of(const Member& member) {
  std::vector<std::string> out{member.dn.str()};
  out.insert(out.end(), member.other_names.begin(), member.other_names.end());
  return out;
}

std::vector<directory::Dn> names_of(const Entry& home) {
  std::vector<directory::Dn> out{home.dn};
  for (const auto& name : other_names(home)) out.push_back(*directory::Dn::parse(name));
  return out;
}

std::optional<Member> to_member(const Context& context, const Entry& entry) {
  const auto& a = entry.attributes;
  if (a.first(attr::connection) != context.rules.connection || a.first(attr::id).empty() ||
      a.find(attr::deleted))
    return std::nullopt;
  const bool group = a.has_value("objectClass", object_class::group);
  auto display = a.first(attr::display_name);
  if (display.empty()) display = a.first(attr::user_name);
  return Member{ascii_lower(a.first(attr::id)), group ? "Group" : "User", std::string(display), entry.dn,
                other_names(entry)};
}

Result<std::vector<Entry>> find_by_values(const Context& context, const std::vector<directory::Dn>& bases,
                                          std::string_view attribute, std::span<const std::string> values,
                                          Deadline deadline) {
  std::vector<SearchRequest> searches;
  for (std::size_t from = 0; from < values.size(); from += ids_per_search) {
    std::vector<Filter> any;
    for (const auto& value : values.subspan(from, std::min(ids_per_search, values.size() - from)))
      any.push_back(Filter::equal(attribute, value));
    for (const auto& base : bases)
      searches.push_back({base, Scope::Subtree, Filter::any_of(any), member_attributes, 0});
  }
  std::vector<Entry> out;
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

std::vector<directory::Dn> other_homes(const Context& context) {
  std::vector<directory::Dn> out;
  for (const auto* type : {&context.catalog.user, &context.catalog.group})
    for (auto& base : homes(context, *type))
      if (!(base == context.rules.user_base) && std::find(out.begin(), out.end(), base) == out.end())
        out.push_back(std::move(base));
  return out;
}

}  // namespace dirbridge::provision
