#include "provision/store/names_in_use.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::SearchRequest;

// The name comes first: a server that finds nobody by it looks no further.
SearchRequest with_name(const directory::Dn& base, std::string_view attribute, std::string_view name,
                        Filter kind) {
  return {base,
          directory::Scope::Subtree,
          Filter::all_of({Filter::equal(attribute, name), std::move(kind)}),
          {attr::id, attr::connection, attr::deleted, attr::held},
          0};
}

bool is_nowhere(ErrorKind kind) {
  return kind == ErrorKind::NotFound || kind == ErrorKind::MissingBase;
}

}  // namespace

std::vector<SearchRequest> searches_for_login(const Context& context, std::string_view login) {
  const auto& rules = context.rules;
  const auto& attribute = mapping::login_attribute(rules);
  const auto person = Filter::equal("objectClass", "inetOrgPerson");
  std::vector<SearchRequest> out{with_name(rules.user_base, attribute, login, person)};
  if (rules.disable.move_to) out.push_back(with_name(*rules.disable.move_to, attribute, login, person));
  return out;
}

std::vector<SearchRequest> searches_for_group_name(const Context& context, std::string_view name) {
  const auto group = Filter::any_of(
      {Filter::equal("objectClass", "groupOfNames"), Filter::equal("objectClass", "groupOfUniqueNames")});
  return {with_name(context.rules.group_base, "cn", name, group)};
}

Result<std::optional<Entry>> other_holder(std::span<const Result<std::vector<Entry>>> found,
                                          std::string_view id, const directory::Dn& except) {
  for (const auto& entries : found) {
    if (!entries && is_nowhere(entries.error().kind)) continue;
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
      const auto theirs = entry.attributes.first(attr::id);
      const bool self = !theirs.empty() && iequals(theirs, id);
      if (!self && (except.empty() || !(entry.dn == except))) return std::optional(entry);
    }
  }
  return std::optional<Entry>();
}

Result<std::optional<Entry>> other_with_any_login(const Context& context,
                                                  const std::vector<std::string>& logins, std::string_view id,
                                                  Deadline deadline, const directory::Dn& except) {
  std::vector<SearchRequest> searches;
  for (const auto& login : logins)
    for (auto& search : searches_for_login(context, login)) searches.push_back(std::move(search));
  if (searches.empty()) return std::optional<Entry>();
  return other_holder(context.directory.search_all(searches, deadline), id, except);
}

std::string why_taken(const Context& context, const Entry& holder, std::string_view adopt) {
  const auto connection = std::string(holder.attributes.first(attr::connection));
  const auto& dn = holder.dn.str();
  const auto take_up = "let this connection take it up (" + std::string(adopt) + ")";
  if (connection.empty()) return "the entry " + dn + " has the name: " + take_up + ", or rename it";
  const auto id = "the resource " + std::string(holder.attributes.first(attr::id));
  if (connection == context.rules.connection) return id + " of this connection has the name, at " + dn;
  if (is_to_be_had(holder))
    return "the entry " + dn + " was deleted by connection " + connection +
           " and is kept, hidden: " + take_up + ", or delete it";
  return "the entry " + dn + " belongs to connection " + connection;
}

bool is_to_be_had(const Entry& entry) {
  const auto& a = entry.attributes;
  return !a.find(attr::connection) || (mapping::is_deleted(a) && !a.find(attr::held));
}

void log_conflict(const Context& context, std::string_view user_name, std::string_view detail) {
  log::warning("conflict", {{"connection", context.rules.connection},
                            {"userName", std::string(user_name)},
                            {"detail", std::string(detail)}});
}

Error user_name_in_use(std::string_view user_name, std::string_view why) {
  return error(ErrorKind::Uniqueness, "userName " + std::string(user_name) + ": " + std::string(why),
               "userName");
}

Error user_name_taken(const Context& context, std::string_view user_name, std::string_view why) {
  log_conflict(context, user_name, why);
  return user_name_in_use(user_name, why);
}

Error user_name_taken_by(const Context& context, std::string_view user_name, const Entry& holder) {
  return user_name_taken(context, user_name, why_taken(context, holder, "users.adopt"));
}

}  // namespace dirbridge::provision
