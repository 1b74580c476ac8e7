#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "ldap/endpoint.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::config {
namespace {

constexpr auto default_placeholder = "cn=dirbridge-placeholder";

std::optional<directory::Dn> read_dn(ObjectReader& reader, std::string_view key, const std::string& text) {
  auto dn = directory::Dn::parse(text);
  if (dn) return *dn;
  reader.problem(key, dn.error().detail, "such as ou=people,dc=example,dc=org");
  return std::nullopt;
}

directory::Dn read_base(ObjectReader& reader, std::string_view key, std::string_view hint) {
  const auto text = reader.required_text(key, hint);
  if (!text) return {};
  return read_dn(reader, key, *text).value_or(directory::Dn());
}

std::optional<BindConfig> read_bind(ObjectReader& reader, const std::string& folder, std::string_view hint) {
  const auto text = reader.required_text("bind_dn", hint);
  auto password = read_secret_source(reader, "bind_password", folder);
  if (!text) return std::nullopt;
  auto dn = read_dn(reader, "bind_dn", *text);
  if (!dn || !password) return std::nullopt;
  return BindConfig{std::move(*dn), std::move(*password)};
}

void read_uris(ObjectReader& reader, DirectoryConfig& directory, std::vector<ldap::Endpoint>& parsed) {
  const auto uris = reader.texts("uris");
  if (uris.empty() && !reader.raw("uris")) reader.missing("uris", "such as [\"ldaps://ldap.example.org\"]");
  if (uris.empty() && reader.raw("uris") && reader.raw("uris")->is_array()) {
    reader.problem("uris", "needs at least one URI", "such as [\"ldaps://ldap.example.org\"]");
  }
  for (const auto& [text, path] : uris) {
    auto uri = ldap::parse_endpoint(text);
    if (!uri) {
      reader.problem_at(path, uri.error().detail, "such as ldaps://ldap.example.org");
      continue;
    }
    directory.uris.push_back(text);
    parsed.push_back(*uri);
  }
}

void read_connecting(ObjectReader& reader, const std::string& folder, DirectoryConfig& directory) {
  std::vector<ldap::Endpoint> uris;
  read_uris(reader, directory, uris);
  const auto all = [&](ldap::Endpoint::Kind kind) {
    return std::all_of(uris.begin(), uris.end(), [&](const ldap::Endpoint& uri) { return uri.kind == kind; });
  };
  directory.sasl_external = reader.boolean("sasl_external").value_or(false);
  directory.start_tls = reader.boolean("start_tls").value_or(false);
  directory.verify_hostname = reader.boolean("verify_hostname").value_or(true);
  if (const auto file = reader.text("ca_file")) directory.ca_file = absolute_file(*file, folder);
  if (const auto ms = reader.number("connect_timeout_ms", 100, 300'000)) {
    directory.connect_timeout = std::chrono::milliseconds(*ms);
  }
  directory.pool_size = reader.number("pool_size", 1, 256).value_or(directory.pool_size);
  if (directory.start_tls && !all(ldap::Endpoint::Kind::Plain)) {
    reader.problem("start_tls", "works with ldap:// URIs only",
                   "ldaps:// is encrypted already, ldapi:// needs no TLS");
  }
  if (!directory.sasl_external) {
    directory.bind =
        read_bind(reader, folder, "who the bridge is to the directory; or sasl_external with ldapi://");
    return;
  }
  if (!all(ldap::Endpoint::Kind::Local)) {
    reader.problem("sasl_external",
                   "needs ldapi:// URIs: the directory learns who we are from the local socket", {});
  }
  for (const auto* const key : {"bind_dn", "bind_password"}) {
    if (reader.raw(key))
      reader.problem(key, "is not used together with sasl_external", "remove one of the two");
  }
}

// What Atlassian products search must not hold the bridge's own records, and the other way round.
void check_bases(ObjectReader& reader, const DirectoryConfig& directory) {
  const auto check = [&](std::string_view key, const directory::Dn& base) {
    if (base.empty() || directory.bridge_base.empty()) return;
    if (!directory.bridge_base.is_within(base) && !base.is_within(directory.bridge_base)) return;
    reader.problem("bridge_base", "overlaps with " + std::string(key),
                   "the bridge's own records must lie outside of what Atlassian products search");
  };
  check("user_base", directory.user_base);
  check("group_base", directory.group_base);
  const auto& placeholder = directory.placeholder_member;
  if (!directory.user_base.empty() && placeholder.is_within(directory.user_base)) {
    reader.problem("placeholder_member", "lies within user_base",
                   "it must never be a user: choose a DN elsewhere");
  }
}

void read_controls(ObjectReader& reader, DirectoryConfig& directory) {
  auto section = reader.object("controls");
  if (!section) return;
  const auto take = [&](std::string_view key, std::optional<bool>& target) {
    const auto* value = section->raw(key);
    if (!value || (value->is_string() && value->get_string() == "auto")) return;
    if (value->is_bool()) {
      target = value->get_bool();
    } else {
      section->problem(key, "must be true, false or \"auto\"", "\"auto\": as the server says");
    }
  };
  take("assertion", directory.assertion);
  take("post_read", directory.post_read);
  take("permissive_modify", directory.permissive_modify);
  section->finish();
}

void read_attribute_name(ObjectReader& reader, std::string_view key, std::string& name) {
  const auto text = reader.text(key);
  if (!text) return;
  if (!is_ldap_attribute_name(*text))
    reader.problem(key, "is not an attribute name", "leave it out for " + name);
  name = *text;
}

void read_dialect(ObjectReader& reader, DirectoryConfig& directory) {
  if (reader.choice("dialect", {"standard", "active_directory"}) != 1) return;
  directory.dialect = Dialect::ActiveDirectory;
  directory.user_naming_attribute = "sAMAccountName";
  directory.unique_id_attribute = "objectGUID";
}

// Passwords, and much else, Active Directory takes over encrypted connections only.
bool is_encrypted(const DirectoryConfig& directory) {
  return std::all_of(directory.uris.begin(), directory.uris.end(), [&](const std::string& text) {
    const auto uri = ldap::parse_endpoint(text);
    return directory.start_tls || !uri || uri->kind != ldap::Endpoint::Kind::Plain;
  });
}

// `cn={displayName}`; what the login alone makes is the default. Schemas of the administrator's own are not
// known yet.
void read_user_rdn(ObjectReader& reader, DirectoryConfig& directory) {
  const auto text = reader.text("user_rdn");
  if (!text || *text == directory.user_naming_attribute + "={login}") return;
  const auto equals = std::min(text->find('='), text->size());
  const auto attribute = text->substr(0, equals);
  if (equals == text->size() || !is_ldap_attribute_name(attribute))
    return reader.problem("user_rdn", "is not an attribute and a template", "such as cn={displayName}");
  if (iequals(attribute, directory.user_naming_attribute) || iequals(attribute, "uid"))
    return reader.problem("user_rdn", "would make the login of something else",
                          "name entries by another attribute, such as cn={displayName}");
  auto made = mapping::Template::parse(text->substr(equals + 1), scim::standard_catalog().user);
  if (!made) return reader.problem("user_rdn", made.error().detail, "such as cn={displayName}");
  if (made->attribute().empty())
    return reader.problem("user_rdn", "is the same for everybody", "such as cn={displayName}");
  directory.user_rdn = mapping::ValueRule{attribute, std::move(*made)};
}

void check_active_directory(ObjectReader& reader, const DirectoryConfig& directory) {
  constexpr std::string_view logins[] = {"sAMAccountName", "userPrincipalName", "cn"};
  const auto& login = directory.user_naming_attribute;
  if (!is_any_of(logins, login))
    reader.problem("user_naming_attribute", "is none that users of Active Directory log in with",
                   "sAMAccountName, userPrincipalName or cn");
  if (!is_encrypted(directory))
    reader.problem("uris", "Active Directory takes changes of accounts over encrypted connections only",
                   "use ldaps://, or set start_tls");
  if (reader.raw("group_class"))
    reader.problem("group_class", "means nothing here: groups of Active Directory are of class group",
                   "remove it");
  if (directory.password == mapping::PasswordRule::Hash)
    reader.problem("password", "Active Directory hashes passwords itself", "\"server_hash\" or \"ignore\"");
  if (directory.disable.ppolicy_lock)
    reader.problem_at(reader.path_of("disable") + ".ppolicy_lock",
                      "Active Directory does not know pwdAccountLockedTime",
                      "account_lock disables the account (userAccountControl)");
}

}  // namespace

bool is_ldap_attribute_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

DirectoryConfig read_directory(ObjectReader& reader, const std::string& folder) {
  DirectoryConfig directory;
  read_connecting(reader, folder, directory);
  directory.user_base = read_base(reader, "user_base", "the entry below which users are written");
  directory.group_base = read_base(reader, "group_base", "the entry below which groups are written");
  directory.bridge_base =
      read_base(reader, "bridge_base", "the entry below which the bridge keeps its own records");
  const auto placeholder = reader.text("placeholder_member").value_or(default_placeholder);
  directory.placeholder_member = read_dn(reader, "placeholder_member", placeholder).value_or(directory::Dn());
  check_bases(reader, directory);
  if (reader.choice("group_class", {"groupOfNames", "groupOfUniqueNames"}) == 1)
    directory.group_class = directory::GroupClass::UniqueNames;
  read_dialect(reader, directory);
  read_attribute_name(reader, "user_naming_attribute", directory.user_naming_attribute);
  read_user_rdn(reader, directory);
  read_attribute_name(reader, "unique_id_attribute", directory.unique_id_attribute);
  directory.protected_entries = read_protected(reader);
  read_disable(reader, directory, directory.disable);
  using Password = mapping::PasswordRule;
  constexpr Password rules[] = {Password::Ignore, Password::ServerHash, Password::Hash};
  if (const auto choice = reader.choice("password", {"ignore", "server_hash", "hash"}))
    directory.password = rules[*choice];
  if (is_active_directory(directory)) check_active_directory(reader, directory);
  read_controls(reader, directory);
  directory.guard = read_guard(reader, std::nullopt);
  if (auto atlassian = reader.object("atlassian")) {
    directory.atlassian = read_bind(*atlassian, folder, "who the Atlassian products are to the directory");
    atlassian->finish();
  }
  return directory;
}

}  // namespace dirbridge::config
