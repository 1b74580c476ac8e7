#include "templates.hpp"

#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "http_load.hpp"
#include "scim_messages.hpp"

namespace dirbridge::bench {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

Result<std::string> send(HttpLoad& load, const std::string& bytes, int expected) {
  auto answer = load.exchange(bytes);
  if (!answer) return answer.error();
  if (answer->status != expected && answer->status != 204)
    return error(ErrorKind::Refused,
                 "the bridge answered " + std::to_string(answer->status) + ": " + answer->body);
  return answer->body;
}

Result<std::string> create(HttpLoad& load, const std::string& bytes) {
  auto body = send(load, bytes, 201);
  if (!body) return body;
  boost::system::error_code failure;
  const boost::json::value resource = boost::json::parse(*body, failure);
  const boost::json::value* id = failure ? nullptr : resource.find_pointer("/id", failure);
  if (id == nullptr || !id->is_string()) return error(ErrorKind::InvalidValue, "no id in " + *body);
  return std::string(id->get_string());
}

Result<EntryTemplate> capture(LdapConnection& directory, const std::string& suffix, const std::string& name,
                              const std::string& id) {
  auto entries = directory.search({suffix, LDAP_SCOPE_SUBTREE, "(dirbridgeId=" + id + ")", {}});
  if (!entries) return entries.error();
  if (entries->size() != 1) return error(ErrorKind::NotFound, "no single entry with dirbridgeId " + id);
  return EntryTemplate(entries->front(), name, id);
}

}  // namespace

std::string name_of(char series, std::size_t number) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%c%07zu", series, number);
  return digits.data();
}

std::string EntryTemplate::filled(std::string text, std::string_view name, std::string_view id) const {
  replace_all(text, name_, name);
  replace_all(text, id_, id);
  return text;
}

LdapEntry EntryTemplate::make(std::string_view name, std::string_view id) const {
  LdapEntry entry = entry_;
  entry.dn = dn_of(name);
  for (LdapAttribute& attribute : entry.attributes)
    for (std::string& value : attribute.values) value = filled(std::move(value), name, id);
  return entry;
}

std::string EntryTemplate::dn_of(std::string_view name) const {
  return filled(entry_.dn, name, id_);
}

Result<Templates> capture_templates(const Bridge& bridge, LdapConnection& directory,
                                    const std::string& suffix) {
  auto load = HttpLoad::connect(bridge.port(), 1);
  if (!load) return load.error();
  const std::string user = name_of('t', 1);
  const std::string group = name_of('t', 2);
  auto user_id = create(**load, bridge.request("POST", "/Users", user_message(user)));
  if (!user_id) return user_id.error();
  auto group_id = create(**load, bridge.request("POST", "/Groups", group_message(group, *user_id)));
  if (!group_id) return group_id.error();
  auto active_user = capture(directory, suffix, user, *user_id);
  if (!active_user) return active_user.error();
  auto disabled = send(**load, bridge.request("PATCH", "/Users/" + *user_id, active_message(false)), 200);
  if (!disabled) return disabled.error();
  auto disabled_user = capture(directory, suffix, user, *user_id);
  if (!disabled_user) return disabled_user.error();
  auto group_entry = capture(directory, suffix, group, *group_id);
  if (!group_entry) return group_entry.error();
  return Templates{*active_user, *disabled_user, *group_entry};
}

std::vector<LdapModification> replacements(const LdapEntry& before, const LdapEntry& after) {
  std::vector<LdapModification> list;
  for (const LdapAttribute& attribute : after.attributes)
    if (before.values(attribute.name) != attribute.values)
      list.push_back({LDAP_MOD_REPLACE, attribute.name, attribute.values});
  for (const LdapAttribute& attribute : before.attributes)
    if (after.values(attribute.name).empty()) list.push_back({LDAP_MOD_REPLACE, attribute.name, {}});
  return list;
}

std::vector<LdapModification> additions(const LdapEntry& entry) {
  std::vector<LdapModification> list;
  for (const LdapAttribute& attribute : entry.attributes)
    list.push_back({LDAP_MOD_ADD, attribute.name, attribute.values});
  return list;
}

}  // namespace dirbridge::bench
