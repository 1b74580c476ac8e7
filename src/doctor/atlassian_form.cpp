#include "doctor/atlassian_form.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"
#include "ldap/endpoint.hpp"

namespace dirbridge::doctor {
namespace {

namespace json = boost::json;
using directory::Filter;

struct Bases {
  std::string common;
  std::string users;  // relative to common; empty: common itself
  std::string groups;
};

std::string joined(const std::vector<directory::Rdn>& rdns, std::size_t first, std::size_t last) {
  std::vector<std::string> parts;
  for (auto i = first; i < last; ++i) parts.push_back(rdns[i].str());
  return join(parts, ",");
}

Result<Bases> split_bases(const config::DirectoryConfig& directory) {
  const auto users = directory::parse_rdns(directory.user_base.str());
  const auto groups = directory::parse_rdns(directory.group_base.str());
  if (!users) return users.error();
  if (!groups) return groups.error();
  const auto common =
      std::mismatch(users->rbegin(), users->rend(), groups->rbegin(), groups->rend(),
                    [](const auto& a, const auto& b) { return a.normalized() == b.normalized(); });
  const auto shared = static_cast<std::size_t>(common.first - users->rbegin());
  if (shared == 0) {
    return error(
        ErrorKind::InvalidValue,
        "user_base and group_base have nothing in common, but the products' form has one base DN for both");
  }
  return Bases{joined(*users, users->size() - shared, users->size()),
               joined(*users, 0, users->size() - shared), joined(*groups, 0, groups->size() - shared)};
}

struct Server {
  std::string host;
  int port = 389;
  bool ssl = false;
  std::string why;

  std::string url() const {
    const auto shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return (ssl ? "ldaps://" : "ldap://") + shown + ":" + std::to_string(port);
  }
};

Server server_of(const config::DirectoryConfig& directory) {
  for (const auto& text : directory.uris) {
    const auto endpoint = ldap::parse_endpoint(text);
    if (!endpoint || endpoint->kind == ldap::Endpoint::Kind::Local) continue;
    Server server{endpoint->host, endpoint->port, endpoint->kind == ldap::Endpoint::Kind::Tls, {}};
    if (config::is_loopback(endpoint->host))
      server.why = "this machine; a product on another machine needs the server's name";
    return server;
  }
  return {"localhost", 389, false,
          "the bridge uses a local socket (ldapi), which products cannot: give the server's name"};
}

class Form {
 public:
  void section(std::string name) { section_ = std::move(name); }
  void add(std::string label, std::string property, std::string value, std::string why = {}) {
    fields_.push_back({section_, std::move(label), std::move(property), value, value, std::move(why)});
  }
  void tick(std::string label, std::string property, bool on, std::string why = {}) {
    add(std::move(label), std::move(property), on ? "on" : "off", std::move(why));
    fields_.back().kept = on ? "true" : "false";
  }
  // The product keeps the last value in another form than it is typed.
  void keep_as(std::string kept) { fields_.back().kept = std::move(kept); }
  std::vector<FormField> take() { return std::move(fields_); }

 private:
  std::string section_;
  std::vector<FormField> fields_;
};

void add_server(Form& form, const config::DirectoryConfig& directory) {
  const auto server = server_of(directory);
  form.section("Server settings");
  form.add("Directory type", "",
           config::is_active_directory(directory) ? "Microsoft Active Directory" : "OpenLDAP",
           "choose it first: choosing it fills in the rest of the form");
  form.add("Hostname", "", server.host, server.why);
  form.add("Port", "", std::to_string(server.port));
  form.tick(
      "Use SSL", "", server.ssl,
      directory.start_tls ? "the form has no StartTLS; use the server's ldaps port, if it has one" : "");
  form.add("URL", "ldap.url", server.url(), "made of the three above; Crowd asks for it instead");
  if (directory.atlassian) {
    form.add("Username", "ldap.userdn", directory.atlassian->dn.str());
    form.add("Password", "", "(" + directory.atlassian->password.describe() + ")");
  } else {
    form.add(
        "Username", "", "(the DN of a read-only account)",
        "name it as \"atlassian\" in the bridge's configuration, and `dirbridge check` sees what it sees");
  }
}

void add_bases(Form& form, const Bases& bases) {
  form.section("LDAP schema");
  form.add("Base DN", "ldap.basedn", bases.common);
  form.add("Additional user DN", "ldap.user.dn", bases.users);
  form.add("Additional group DN", "ldap.group.dn", bases.groups);
  form.section("LDAP permissions");
  form.add("Permissions", "", "Read Only", "the identity provider is where users and groups are changed");
}

void add_advanced(Form& form) {
  form.section("Advanced settings");
  form.tick("Enable nested groups", "ldap.nestedgroups.disabled", false,
            "the bridge writes users as members, not groups");
  form.keep_as("true");
  form.tick("Use paged results", "ldap.pagedresults", true, "default off: paging keeps single answers small");
  form.add("Page size", "ldap.pagedresults.size", "1000");
  form.tick("Follow referrals", "ldap.referral", false, "on makes every synchronisation slower for nothing");
  form.tick(
      "Naive DN matching", "ldap.relaxed.dn.standardisation", true,
      "fast, and safe for what the bridge writes: members are spelled as the server spells their entries. "
      "Off where members written by hand are spelled otherwise and the server keeps it so (OpenLDAP and "
      "Active Directory do not)");
  form.add("Synchronisation interval (minutes)", "directory.cache.synchronise.interval", "60",
           "how long until a change shows in the product, at most");
  form.keep_as("3600");
}

// What the disabled look like to a product, and why the filter says so.
std::string why_of_user_filter(const config::DirectoryConfig& directory) {
  if (directory.disable.mark)
    return "hides disabled users; an account without the right to search dirbridgeActive sees nobody: run "
           "`dirbridge check`";
  if (directory.disable.move_to || directory.disable.delete_entry)
    return "disabled users are not below the user base (disable.mark is off)";
  if (config::is_active_directory(directory) && directory.disable.account_lock)
    return "disabled users stay listed, as inactive (disable.mark is off)";
  return "disabled users stay listed, and only cannot log in (disable.mark is off)";
}

void add_users(Form& form, const config::DirectoryConfig& directory) {
  const auto& name = directory.user_naming_attribute;
  const std::string rdn = directory.user_rdn                       ? directory.user_rdn->ldap_attribute
                          : config::is_active_directory(directory) ? "cn"
                                                                   : name;
  form.section("User schema");
  form.add("User object class", "ldap.user.objectclass",
           config::is_active_directory(directory) ? "user" : "inetOrgPerson");
  form.add("User object filter", "ldap.user.filter", atlassian_user_filter(directory).str(),
           why_of_user_filter(directory));
  form.add("User name attribute", "ldap.user.username", name,
           name == "cn" ? "" : "default cn: not the login name");
  form.add("User name RDN attribute", "ldap.user.username.rdn", rdn,
           rdn == "cn" ? "" : "default cn; used only by products that create users");
  form.add("User first name attribute", "ldap.user.firstname", "givenName");
  form.add("User last name attribute", "ldap.user.lastname", "sn");
  form.add("User display name attribute", "ldap.user.displayname", "displayName");
  form.add("User email attribute", "ldap.user.email", "mail");
  form.add("User password attribute", "ldap.user.password",
           config::is_active_directory(directory) ? "unicodePwd" : "userPassword");
  form.add("User unique ID attribute", "ldap.external.id", directory.unique_id_attribute,
           "without it a renamed user is a deleted and a new one to the product");
}

void add_groups(Form& form, const config::DirectoryConfig& directory) {
  const bool standard = !config::is_active_directory(directory);
  const bool names = standard && directory.group_class == directory::GroupClass::Names;
  form.section("Group schema");
  form.add("Group object class", "ldap.group.objectclass", config::group_class_of(directory),
           names ? "default groupOfUniqueNames" : "");
  form.add("Group object filter", "ldap.group.filter", atlassian_group_filter(directory).str(),
           names ? "default (objectclass=groupOfUniqueNames)" : "");
  form.add("Group name attribute", "ldap.group.name", "cn");
  form.add("Group description attribute", "ldap.group.description", "description");
  form.section("Membership schema");
  form.add("Group members attribute", "ldap.group.usernames", config::member_attribute_of(directory),
           names ? "default uniqueMember" : "");
  form.add("User membership attribute", "ldap.user.group", "memberOf", "not used with the next two off");
  form.tick("Use the user membership attribute, when finding the user's group membership",
            "ldap.usermembership.use.for.groups", false,
            standard ? "memberOf needs an overlay and may be incomplete" : "");
  form.tick("Use the user membership attribute, when finding the members of a group",
            "ldap.usermembership.use", false,
            standard ? "on without the memberof overlay, every membership vanishes without an error" : "");
}

}  // namespace

Filter atlassian_user_filter(const config::DirectoryConfig& directory) {
  auto users = config::is_active_directory(directory)
                   ? Filter::all_of({Filter::equal("objectCategory", "Person"),
                                     Filter::present(directory.user_naming_attribute)})
                   : Filter::equal("objectClass", "inetOrgPerson");
  if (!directory.disable.mark) return users;
  return Filter::all_of({users, Filter::negation(Filter::equal(attr::active, "FALSE"))});
}

Filter atlassian_group_filter(const config::DirectoryConfig& directory) {
  if (config::is_active_directory(directory)) return Filter::equal("objectCategory", "Group");
  return Filter::equal("objectClass", config::group_class_of(directory));
}

Result<std::vector<FormField>> atlassian_settings(const config::DirectoryConfig& directory) {
  const auto bases = split_bases(directory);
  if (!bases) return bases.error();
  Form form;
  add_server(form, directory);
  add_bases(form, *bases);
  add_advanced(form);
  add_users(form, directory);
  add_groups(form, directory);
  return form.take();
}

json::object to_json(const std::vector<FormField>& fields) {
  json::array list;
  for (const auto& field : fields) {
    json::object one{{"section", field.section}, {"label", field.label}, {"value", field.value}};
    if (!field.property.empty()) {
      one["property"] = field.property;
      one["kept"] = field.kept;
    }
    if (!field.why.empty()) one["why"] = field.why;
    list.push_back(std::move(one));
  }
  return {{"fields", std::move(list)}};
}

json::object properties_of(const std::vector<FormField>& fields) {
  json::object out;
  for (const auto& field : fields)
    if (!field.property.empty()) out[field.property] = field.kept;
  return out;
}

}  // namespace dirbridge::doctor
