#include "provision/user_names.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "mapping/content.hpp"
#include "mapping/user_entry.hpp"
#include "provision/homes.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;

void add_equal(std::vector<Filter>& any, std::string_view attribute, std::string_view value) {
  if (!value.empty()) any.push_back(Filter::equal(attribute, value));
}

std::vector<Filter> likenesses(const mapping::Rules& rules, const boost::json::object& content,
                               const std::string& login) {
  std::vector<Filter> any;
  for (const auto by : rules.user_options.adopt) {
    switch (by) {
      case mapping::MatchBy::UserName:
        add_equal(any, mapping::login_attribute(rules), login);
        break;
      case mapping::MatchBy::Mail:
        add_equal(any, "mail", mapping::shown_mail(content));
        break;
      case mapping::MatchBy::ExternalId: {
        const auto external_id = text_at(content, "externalId");
        add_equal(any, "dirbridgeExternalId", external_id);
        add_equal(any, rules.unique_id_attribute, external_id);
        break;
      }
      case mapping::MatchBy::EmployeeNumber:
        add_equal(any, "employeeNumber", text_at(object_at(content, scim::enterprise_urn), "employeeNumber"));
        break;
    }
  }
  return any;
}

Error conflict(const Context& context, const boost::json::object& content, std::string detail) {
  log_conflict(context, text_at(content, "userName"), detail);
  return error(ErrorKind::Uniqueness, std::move(detail), "userName");
}

}  // namespace

bool names_need_a_look(const mapping::Rules& rules) {
  const auto& options = rules.user_options;
  return !rules.login_attribute.empty() || !options.name_rules.empty() || !options.import ||
         !options.update || rules.disable.delete_entry || rules.disable.move_to;
}

Result<std::optional<Entry>> other_with_user_name(const Context& context, std::string_view user_name,
                                                  std::string_view id, Deadline deadline) {
  std::vector<directory::SearchRequest> searches;
  const auto filter = Filter::all_of({Filter::equal("dirbridgeUserName", user_name),
                                      Filter::equal("dirbridgeConnection", context.rules.connection)});
  for (auto& base : homes(context, context.catalog.user))
    searches.push_back({std::move(base), Scope::Subtree, filter, mapping::user_attributes(context.rules), 0});
  std::optional<Entry> deleted;
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found) return found.error();
    for (auto& entry : *found) {
      if (iequals(entry.attributes.first("dirbridgeId"), id)) continue;
      if (!mapping::is_deleted(entry.attributes)) return std::optional(std::move(entry));
      deleted = std::move(entry);
    }
  }
  return deleted;
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

Result<std::optional<Entry>> find_adoptable(const Context& context, const boost::json::object& content,
                                            const std::string& login, Deadline deadline) {
  auto any = likenesses(context.rules, content, login);
  if (any.empty()) return std::optional<Entry>();
  const auto filter =
      Filter::all_of({Filter::equal("objectClass", "inetOrgPerson"), Filter::any_of(std::move(any))});
  auto found = directory::search(
      context.directory,
      {context.rules.user_base, Scope::Subtree, filter, mapping::user_attributes(context.rules), 0},
      deadline);
  if (!found) return found.error();
  std::erase_if(*found, [&](const auto& entry) {
    return entry.attributes.first("dirbridgeConnection") == context.rules.connection;
  });
  if (found->empty()) return std::optional<Entry>();
  if (found->size() > 1)
    return conflict(
        context, content,
        "several entries may be this user: " + found->front().dn.str() + " and " + (*found)[1].dn.str());
  auto& match = found->front();
  if (match.attributes.find("dirbridgeConnection"))
    return conflict(context, content,
                    "the entry " + match.dn.str() + " belongs to connection " +
                        std::string(match.attributes.first("dirbridgeConnection")));
  return std::optional(std::move(match));
}

}  // namespace dirbridge::provision
