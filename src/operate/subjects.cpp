// Who goes by a name.
#include <iterator>
#include <set>

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "operate/entry_search.hpp"
#include "operate/state.hpp"

namespace dirbridge::operate {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;

const std::vector<std::string> attributes{"objectClass",
                                          "uid",
                                          "cn",
                                          attr::id,
                                          attr::connection,
                                          attr::user_name,
                                          attr::display_name,
                                          attr::active,
                                          attr::deleted,
                                          attr::held,
                                          attr::target,
                                          attr::kind,
                                          mapping::mapped_as_attribute};

Filter named(const provision::Context& context, const std::string& name) {
  std::vector<Filter> any{Filter::equal(mapping::login_attribute(context.rules), name),
                          Filter::equal("cn", name), Filter::equal(attr::user_name, name),
                          Filter::equal(attr::display_name, name)};
  if (is_uuid(name)) any.push_back(Filter::equal(attr::id, name));
  return Filter::any_of(std::move(any));
}

bool is_user(const Entry& entry) {
  return entry.attributes.has_value("objectClass", "inetOrgPerson") ||
         entry.attributes.has_value("objectClass", object_class::user);
}

bool is_group(const Entry& entry) {
  return entry.attributes.has_value("objectClass", "groupOfNames") ||
         entry.attributes.has_value("objectClass", object_class::group);
}

Result<std::vector<Entry>> candidates(const provision::Context& context, const std::string& name,
                                      Deadline deadline) {
  if (const auto dn = Dn::parse(name); dn && !dn->empty())
    return entries_at(context, *dn, Scope::Base, Filter::everything(), deadline);
  std::vector<Entry> out;
  for (const auto& base : mapping::bases_of(context.rules)) {
    auto found = entries_below(context, base, named(context, name), deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace

Result<std::vector<Entry>> entries_at(const provision::Context& context, const Dn& base, Scope scope,
                                      const Filter& filter, Deadline deadline) {
  auto found = directory::search(context.directory, {base, scope, filter, attributes, 0}, deadline);
  if (!found && found.error().kind == ErrorKind::NotFound) return std::vector<Entry>();
  return found;
}

Result<std::vector<Entry>> entries_below(const provision::Context& context, const Dn& base,
                                         const Filter& filter, Deadline deadline) {
  return entries_at(context, base, Scope::Subtree, filter, deadline);
}

Result<std::vector<Subject>> find_subjects(const provision::Context& context, const std::string& name,
                                           Deadline deadline) {
  auto found = candidates(context, name, deadline);
  if (!found) return found.error();
  std::vector<Subject> out;
  std::set<std::string> seen;
  for (auto& entry : *found) {
    const bool user = is_user(entry);
    if ((user || is_group(entry)) && seen.insert(entry.dn.normalized()).second)
      out.push_back({std::move(entry), user});
  }
  return out;
}

}  // namespace dirbridge::operate
