#include "provision/users/names.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;

// One filter for each property that the connection adopts by, in its order; none where the user has no value.
std::vector<Filter> likenesses(const mapping::Rules& rules, const boost::json::object& content,
                               const std::string& login) {
  std::vector<Filter> out;
  const auto add = [&](std::string_view attribute, std::string_view value) {
    if (!value.empty()) out.push_back(Filter::equal(attribute, value));
  };
  for (const auto by : rules.user_options.adopt) {
    switch (by) {
      case mapping::MatchBy::UserName:
        add(mapping::login_attribute(rules), login);
        break;
      case mapping::MatchBy::Mail:
        add("mail", mapping::shown_mail(content));
        break;
      case mapping::MatchBy::ExternalId: {
        const auto external_id = text_at(content, "externalId");
        if (!external_id.empty())
          out.push_back(Filter::any_of({Filter::equal(attr::external_id, external_id),
                                        Filter::equal(rules.unique_id_attribute, external_id)}));
        break;
      }
      case mapping::MatchBy::EmployeeNumber:
        add("employeeNumber", text_at(object_at(content, scim::enterprise_urn), "employeeNumber"));
        break;
    }
  }
  return out;
}

// Where entries may be that a connection takes up.
std::vector<directory::Dn> places(const Context& context) {
  std::vector<directory::Dn> out{context.rules.user_base};
  if (context.rules.disable.move_to) out.push_back(*context.rules.disable.move_to);
  return out;
}

directory::SearchRequest alike(const Context& context, const directory::Dn& base, const Filter& filter) {
  return {base, Scope::Subtree, Filter::all_of({filter, Filter::equal("objectClass", "inetOrgPerson")}),
          mapping::user_attributes(context.rules), 0};
}

// What was found, without what is the connection's own.
Result<std::vector<Entry>> adoptable(std::span<const Result<std::vector<Entry>>> found,
                                     std::string_view connection) {
  std::vector<Entry> out;
  for (const auto& entries : found) {
    if (!entries && entries.error().kind == ErrorKind::MissingBase) continue;
    if (!entries) return entries.error();
    for (const auto& entry : *entries)
      if (entry.attributes.first(attr::connection) != connection) out.push_back(entry);
  }
  return out;
}

// The first property by which something is found counts; later ones tell apart what it leaves open.
std::vector<Entry> narrowed(std::vector<Entry> candidates, std::vector<Entry> more) {
  if (candidates.empty()) return more;
  auto both = candidates;
  std::erase_if(both, [&](const Entry& one) {
    return std::none_of(more.begin(), more.end(), [&](const Entry& other) { return other.dn == one.dn; });
  });
  return both.empty() ? candidates : both;
}

Error conflict(const Context& context, const boost::json::object& content, std::string detail) {
  log_conflict(context, text_at(content, "userName"), detail);
  return error(ErrorKind::Uniqueness, std::move(detail), "userName");
}

}  // namespace

bool names_need_a_look(const mapping::Rules& rules) {
  const auto& options = rules.user_options;
  return !rules.login_attribute.empty() || !options.name_rules.empty() || !options.import ||
         !options.update || !options.adopt.empty() || rules.disable.delete_entry || rules.disable.move_to;
}

Result<std::optional<Entry>> other_with_user_name(const Context& context, std::string_view user_name,
                                                  std::string_view id, Deadline deadline) {
  std::vector<directory::SearchRequest> searches;
  const auto filter = Filter::all_of(
      {Filter::equal(attr::user_name, user_name), Filter::equal(attr::connection, context.rules.connection)});
  for (auto& base : homes(context, context.catalog.user))
    searches.push_back({std::move(base), Scope::Subtree, filter, mapping::user_attributes(context.rules), 0});
  std::optional<Entry> deleted;
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found) return found.error();
    for (auto& entry : *found) {
      if (iequals(entry.attributes.first(attr::id), id)) continue;
      if (!mapping::is_deleted(entry.attributes)) return std::optional(std::move(entry));
      deleted = std::move(entry);
    }
  }
  return deleted;
}

Result<Likeness> find_likeness(const Context& context, const boost::json::object& content,
                               const std::string& login, std::string_view id, Deadline deadline) {
  const auto filters = likenesses(context.rules, content, login);
  const auto bases = places(context);
  auto searches = searches_for_login(context, login);
  const auto named = searches.size();
  for (const auto& filter : filters)
    for (const auto& base : bases) searches.push_back(alike(context, base, filter));
  const auto found = context.directory.search_all(searches, deadline);
  if (!found.front()) return found.front().error();
  Likeness out;
  std::vector<Entry> candidates;
  for (std::size_t i = 0; i < filters.size() && candidates.size() != 1; ++i) {
    auto more =
        adoptable({found.begin() + static_cast<std::ptrdiff_t>(named + i * bases.size()), bases.size()},
                  context.rules.connection);
    if (!more) return more.error();
    candidates = narrowed(std::move(candidates), std::move(*more));
  }
  if (candidates.size() > 1)
    return conflict(
        context, content,
        "several entries may be this user: " + candidates[0].dn.str() + " and " + candidates[1].dn.str());
  if (!candidates.empty()) out.match = std::move(candidates.front());
  if (out.match && !is_to_be_had(*out.match))
    return conflict(context, content, why_taken(context, *out.match, "users.adopt"));
  auto holder = other_holder({found.begin(), named}, id, out.match ? out.match->dn : directory::Dn());
  if (!holder) return holder.error();
  out.holder = std::move(*holder);
  return out;
}

}  // namespace dirbridge::provision
