#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "ldap/endpoint.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::config {
namespace {

using directory::Dn;

constexpr auto uri_hint = "such as [\"ldaps://ldap.example.org\"]";

void read_uris(ObjectReader& reader, std::string_view key, std::vector<std::string>& out) {
  const auto uris = reader.texts(key);
  if (uris.empty() && reader.raw(key)->is_array()) reader.problem(key, "needs at least one URI", uri_hint);
  for (const auto& [text, path] : uris) {
    if (const auto uri = ldap::parse_endpoint(text))
      out.push_back(text);
    else
      reader.problem_at(path, uri.error().detail, "such as ldaps://ldap.example.org");
  }
}

bool all_are(const DirectoryConfig& directory, ldap::Endpoint::Kind kind) {
  return std::all_of(directory.uris.begin(), directory.uris.end(),
                     [&](const std::string& uri) { return ldap::parse_endpoint(uri)->kind == kind; });
}

// `cn={displayName}`; what the login alone makes is the default. Schemas of the administrator's own are not
// known yet.
void read_user_rdn(ObjectReader& reader, std::string_view key, DirectoryConfig& directory) {
  const auto text = reader.text(key);
  if (!text || *text == directory.user_naming_attribute + "={login}") return;
  const auto equals = std::min(text->find('='), text->size());
  const auto attribute = text->substr(0, equals);
  if (equals == text->size() || !is_ldap_attribute_name(attribute))
    return reader.problem(key, "is not an attribute and a template", "such as cn={displayName}");
  if (iequals(attribute, directory.user_naming_attribute) || iequals(attribute, "uid"))
    return reader.problem(key, "would make the login of something else",
                          "name entries by another attribute, such as cn={displayName}");
  auto made = mapping::Template::parse(text->substr(equals + 1), scim::standard_catalog().user);
  if (!made) return reader.problem(key, made.error().detail, "such as cn={displayName}");
  if (made->attribute().empty())
    return reader.problem(key, "is the same for everybody", "such as cn={displayName}");
  directory.user_rdn = mapping::ValueRule{attribute, std::move(*made)};
}

Type<std::optional<mapping::ValueRule>> user_rdn() {
  return {.values = text("attribute=template").values, .read = nullptr, .write = [](const auto& rdn) {
            return rdn ? boost::json::value(rdn->ldap_attribute + "=" + rdn->text->source())
                       : boost::json::value();
          }};
}

void read_protected(ObjectReader& reader, std::string_view key, std::vector<Dn>& out) {
  for (const auto& [text, path] : reader.texts(key)) {
    auto dn = Dn::parse(text);
    if (dn && !dn->empty())
      out.push_back(std::move(*dn));
    else
      reader.problem_at(path, dn ? "is the root of the directory" : dn.error().detail,
                        "such as cn=jira-administrators,ou=groups,dc=example,dc=org");
  }
}

constexpr Word<directory::GroupClass> group_classes[] = {
    {"groupOfNames", directory::GroupClass::Names},
    {"groupOfUniqueNames", directory::GroupClass::UniqueNames}};

constexpr Word<mapping::PasswordRule> password_rules[] = {{"ignore", mapping::PasswordRule::Ignore},
                                                          {"server_hash", mapping::PasswordRule::ServerHash},
                                                          {"hash", mapping::PasswordRule::Hash}};

Keys<BindConfig> make_bind_keys(std::string_view who) {
  return {{"bind_dn", &BindConfig::dn, dn(), "the account's entry", Effect::Restart, {.required = who}},
          {"bind_password",
           &BindConfig::password,
           secret(),
           "where its password is; never the password itself",
           Effect::Restart,
           {.required = secret_hint}}};
}

const Keys<BindConfig>& bind_keys() {
  static const auto keys =
      make_bind_keys("who the bridge is to the directory; or sasl_external with ldapi://");
  return keys;
}

const Keys<BindConfig>& atlassian_keys() {
  static const auto keys = make_bind_keys("who the Atlassian products are to the directory");
  return keys;
}

// With sasl_external it is absent.
template <class M>
Type<DirectoryConfig> of_bind(M BindConfig::*member, const Type<M>& type) {
  return {.values = type.values, .read = nullptr, .write = [=](const DirectoryConfig& directory) {
            return directory.bind ? type.write((*directory.bind).*member) : boost::json::value();
          }};
}

// Without one, nothing is counted for the directory as a whole.
Type<std::optional<sync::BudgetRules>> guard_of_directory() {
  auto type = switched_section(guard_keys(), "false: as if there were no `guard` here", Effect::Restart);
  type.write = [write = type.write](const std::optional<sync::BudgetRules>& rules) {
    return rules ? write(rules) : boost::json::value();
  };
  return type;
}

const Keys<DirectoryConfig>& control_keys() {
  static const Keys<DirectoryConfig> keys = {
      {"assertion", &DirectoryConfig::assertion, flag_or_auto(),
       "assertion control (RFC 4528): a change is made only while an entry is as it was read",
       Effect::Restart},
      {"post_read", &DirectoryConfig::post_read, flag_or_auto(),
       "post-read control (RFC 4527): a change answers the entry that it made", Effect::Restart},
      {"permissive_modify", &DirectoryConfig::permissive_modify, flag_or_auto(),
       "permissive modify control: a value that is there already, or is there no more, is no error",
       Effect::Restart},
  };
  return keys;
}

void read_bind(ObjectReader& reader, DirectoryConfig& directory) {
  if (!directory.sasl_external) return read_keys(reader, bind_keys(), directory.bind.emplace());
  for (const auto& key : bind_keys())
    if (reader.raw(key.name))
      reader.problem(key.name, "is not used together with sasl_external", "remove one of the two");
}

void check_connecting(ObjectReader& reader, const DirectoryConfig& directory) {
  if (directory.start_tls && !all_are(directory, ldap::Endpoint::Kind::Plain))
    reader.problem("start_tls", "works with ldap:// URIs only",
                   "ldaps:// is encrypted already, ldapi:// needs no TLS");
  if (directory.sasl_external && !all_are(directory, ldap::Endpoint::Kind::Local))
    reader.problem("sasl_external",
                   "needs ldapi:// URIs: the directory learns who we are from the local socket", {});
}

// What Atlassian products search must not hold the bridge's own records, and the other way round.
void check_bases(ObjectReader& reader, const DirectoryConfig& directory) {
  const auto check = [&](std::string_view key, const Dn& base) {
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

}  // namespace

const Keys<DirectoryConfig>& directory_keys() {
  using D = DirectoryConfig;
  constexpr auto restart = Effect::Restart;
  static const Keys<D> keys = {
      {"uris",
       &D::uris,
       read_by(read_uris, texts("URIs")),
       "ldap://, ldaps:// or ldapi://, in order of preference; the next one takes the place of one that is "
       "away, and keeps it",
       restart,
       {.required = uri_hint}},
      {"dialect", dialect(),
       "`standard`: OpenLDAP, 389 Directory Server and the like; `active_directory`: Active Directory, or "
       "Samba as one",
       restart},
      {"sasl_external", &D::sasl_external, flag(),
       "no `bind_dn` and `bind_password`: with ldapi:/// the directory knows the bridge by its system user",
       restart},
      {"bind_dn",
       of_bind(&BindConfig::dn, dn()),
       "who the bridge is to the directory",
       restart,
       {.otherwise = "none; required without `sasl_external`"}},
      {"bind_password",
       of_bind(&BindConfig::password, secret()),
       "where the password is; never the password itself",
       restart,
       {.otherwise = "none; required without `sasl_external`"}},
      {"start_tls", &D::start_tls, flag(), "upgrades ldap:// to TLS before the bind", restart},
      {"ca_file",
       &D::ca_file,
       file(),
       "the authority that signed the directory's certificate, PEM",
       restart,
       {.otherwise = "the system's"}},
      {"verify_hostname", &D::verify_hostname, flag(),
       "false accepts a certificate made for another host: for experiments only", restart},
      {"connect_timeout_ms", &D::connect_timeout, milliseconds(100, 300'000), "TCP, TLS and bind together",
       restart},
      {"pool_size", &D::pool_size, count(1, 256), "connections to the directory, at most", restart},
      {"user_base",
       &D::user_base,
       dn(),
       "users are written below it, and the Atlassian products search there; must exist",
       restart,
       {.required = "the entry below which users are written"}},
      {"group_base",
       &D::group_base,
       dn(),
       "the same for groups",
       restart,
       {.required = "the entry below which groups are written"}},
      {"bridge_base",
       &D::bridge_base,
       dn(),
       "the bridge keeps its own records below it; must exist, apart from the other two",
       restart,
       {.required = "the entry below which the bridge keeps its own records"}},
      {"user_naming_attribute",
       &D::user_naming_attribute,
       ldap_attribute(),
       "names a user's entry, and is the login name in the products",
       restart,
       {.otherwise = "`uid`; `sAMAccountName` in Active Directory"}},
      {"user_rdn",
       read_by(read_user_rdn, of_member(&D::user_rdn, user_rdn())),
       "names the entries of new users by another attribute, such as `cn={displayName}`",
       restart,
       {.otherwise = "the login name"}},
      {"unique_id_attribute",
       &D::unique_id_attribute,
       ldap_attribute(),
       "the server's own attribute that stays for life: by it the products know a renamed user again",
       restart,
       {.otherwise = "`entryUUID`; `objectGUID` in Active Directory"}},
      {"group_class",
       &D::group_class,
       word(group_classes),
       "the class of new groups; not for Active Directory",
       restart,
       {.useless = [](const D& directory) -> const char* {
         return is_active_directory(directory) ? "here: groups of Active Directory are of class group"
                                               : nullptr;
       }}},
      {"placeholder_member", &D::placeholder_member, dn(),
       "stands in for \"no member\" in a group, which cannot be empty; never a real entry", restart},
      {"protected", &D::protected_entries, read_by(read_protected, dns()),
       "entries that no rule touches, nor anything below them", restart},
      {"disable", read_by(read_disable, of_member(&D::disable, section(disable_keys()))),
       "what disabling does to a user's entry; several together", restart},
      {"password", &D::password, word(password_rules),
       "passwords that identity providers send: dropped, hashed by the server, or hashed by the bridge",
       restart},
      {"controls", section(control_keys()), "LDAP controls, where the server is wrong about itself", restart},
      {"atlassian", &D::atlassian, optional_section(atlassian_keys()),
       "the account of the Atlassian products, for `dirbridge check` and `dirbridge atlassian-settings`",
       restart},
      {"guard", &D::guard, guard_of_directory(),
       "how many removals all connections of this directory may make together, beside the `guard` of each",
       restart},
  };
  return keys;
}

DirectoryConfig read_directory(ObjectReader& reader) {
  auto directory = default_directory(Dialect::Standard);
  read_keys(reader, directory_keys(), directory);
  read_bind(reader, directory);
  check_connecting(reader, directory);
  check_bases(reader, directory);
  check_useless(reader, directory_keys(), directory);
  if (is_active_directory(directory)) check_active_directory(reader, directory);
  return directory;
}

}  // namespace dirbridge::config
