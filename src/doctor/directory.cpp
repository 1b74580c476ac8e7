#include <unistd.h>

#include "base/uuid.hpp"
#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"
#include "doctor/limits.hpp"
#include "doctor/parts.hpp"

namespace dirbridge::doctor {
namespace {

using directory::Dn;
using directory::Modification;

constexpr auto active_directory_fix =
    "as a schema administrator: ldifde -i -k -f dirbridge-ad.ldif -c DC=X <the root domain's DN>";
constexpr auto schema_fix =
    "on the LDAP server, as root: ldapadd -Y EXTERNAL -H ldapi:/// -f "
    "/usr/share/dirbridge/schema/dirbridge.ldif";

std::string listed(const Names& names) {
  return join({names.begin(), names.end()}, ", ");
}

Names missing_from(const Names& wanted, const Names& present) {
  Names missing;
  for (const auto& name : wanted) {
    if (!present.contains(name)) missing.insert(name);
  }
  return missing;
}

std::string connect_fix(const config::DirectoryConfig& config, const Error& failure) {
  if (failure.kind != ErrorKind::Unauthorized)
    return "is the server up, the URI right, the certificate trusted?";
  if (!config.bind) return "the server must allow SASL EXTERNAL over ldapi and know this system user";
  return "check bind_dn, and the password in the " + config.bind->password.describe();
}

// False when no server can be used. A server that is away while another one answers is a warning.
bool check_connecting(ldap::Pool& pool, const config::DirectoryConfig& config, Findings& findings,
                      Deadline deadline) {
  const auto diagnoses = pool.diagnose(deadline);
  bool usable = false;
  for (const auto& diagnosis : diagnoses) usable |= !diagnosis.failure;
  for (const auto& diagnosis : diagnoses) {
    if (!diagnosis.failure) {
      const auto how = diagnosis.encrypted ? ", encrypted" : "";
      findings.ok(Check::Connect, "connected and bound to " + diagnosis.uri + how);
      continue;
    }
    const auto& detail = diagnosis.failure->detail;
    const auto what =
        detail.find(diagnosis.uri) == std::string::npos ? diagnosis.uri + ": " + detail : detail;
    const auto fix = connect_fix(config, *diagnosis.failure);
    usable ? findings.warning(Check::Connect, what, fix) : findings.problem(Check::Connect, what, fix);
  }
  return usable;
}

void check_controls(const CheckContext& context) {
  const auto offered = context.directory.capabilities(context.deadline);
  if (!offered) return;
  std::vector<std::string> absent;
  if (!offered->paged_results) absent.emplace_back("paged results");
  if (!offered->assertion) absent.emplace_back("assertion");
  if (!offered->post_read) absent.emplace_back("post-read");
  if (!offered->permissive_modify) absent.emplace_back("permissive modify");
  if (absent.empty()) {
    context.findings.ok(Check::Controls, "the server offers every LDAP control the bridge makes use of");
  } else {
    context.findings.warning(Check::Controls, "the server does not offer: " + join(absent, ", "),
                             "the bridge works without them, with more requests per change");
  }
}

void check_base(const CheckContext& context, std::string_view key, const Dn& base) {
  const auto entry = directory::read(context.directory, base, {"1.1"}, context.deadline);
  const auto name = std::string(key) + " " + base.str();
  if (!entry) {
    context.findings.problem(Check::Base, name + ": " + entry.error().detail,
                             "may the bridge's account read it?");
  } else if (!*entry) {
    context.findings.problem(Check::Base, name + " does not exist, or the bridge's account may not see it",
                             "ldapadd an entry with this DN, such as objectClass: organizationalUnit");
  } else {
    context.findings.ok(Check::Base, name + " exists");
  }
}

// The probe entry: what a record of the bridge looks like, under a connection that cannot be configured.
directory::Add probe_entry(const Dn& dn, const std::string& id) {
  return {dn,
          {{"objectClass", {object_class::record}},
           {attr::id, {id}},
           {attr::connection, {"(check)"}},
           {attr::pending_member, {"first"}}}};
}

bool probe_modify(const CheckContext& context, const Dn& dn) {
  directory::Modify modify{dn, {}, false, std::nullopt};
  modify.modifications = {{Modification::Op::Add, attr::pending_member, {"second"}},
                          {Modification::Op::Delete, attr::pending_member, {"first"}}};
  const auto changed = context.directory.apply(
      {modify, "check"}, {"modifyTimestamp", context.config.unique_id_attribute, attr::pending_member},
      context.deadline);
  if (!changed) {
    context.findings.problem(Check::WriteAccess,
                             "cannot change an entry below bridge_base: " + changed.error().detail,
                             "grant write, not only add");
    return false;
  }
  const auto& entry = *changed;
  const auto& unique_id = context.config.unique_id_attribute;
  if (!entry || entry->attributes.first("modifyTimestamp").empty() ||
      entry->attributes.first(unique_id).empty()) {
    context.findings.problem(Check::WriteAccess,
                             "cannot read back modifyTimestamp and " + unique_id + " of an entry it wrote",
                             "grant read on all attributes below the three bases, operational ones too");
    return false;
  }
  return true;
}

}  // namespace

directory::Dn bridge_identity(const config::DirectoryConfig& config) {
  if (config.bind) return config.bind->dn;
  // How slapd names a local user (slapd.access(5), SASL EXTERNAL over ldapi), unless it is configured to map
  // it.
  return Dn::parse("gidNumber=" + std::to_string(::getegid()) + "+uidNumber=" + std::to_string(::geteuid()) +
                   ",cn=peercred,cn=external,cn=auth")
      .value();
}

std::string limits_fix(const Dn& who) {
  return "olcLimits: dn.exact=\"" + who.str() +
         "\" size.soft=unlimited size.hard=unlimited time.soft=unlimited time.hard=unlimited";
}

void check_schema(const CheckContext& context) {
  const auto required = required_schema();
  const auto attributes = missing_from(required.attributes, context.schema.attributes);
  const auto classes = missing_from(required.classes, context.schema.classes);
  if (attributes.empty() && classes.empty()) {
    context.findings.ok(Check::Schema, "the schema has the bridge's classes and attributes");
  } else if (classes.size() == required.classes.size()) {
    context.findings.problem(Check::Schema,
                             "the schema of the bridge is not loaded: no class " + listed(classes),
                             config::is_active_directory(context.config) ? active_directory_fix : schema_fix);
  } else {
    Names all = attributes;
    all.insert(classes.begin(), classes.end());
    context.findings.problem(Check::Schema,
                             "the schema of the bridge is an older one, without " + listed(all),
                             config::is_active_directory(context.config)
                                 ? active_directory_fix
                                 : "replace cn=dirbridge,cn=schema,cn=config by the one of this version");
  }
  const auto common =
      missing_from({"inetOrgPerson", config::group_class_of(context.config)}, context.schema.classes);
  if (!common.empty()) {
    context.findings.problem(Check::Schema, "the schema has no " + listed(common),
                             "load inetorgperson.ldif and its core and cosine");
  }
}

void check_bases(const CheckContext& context) {
  check_base(context, "user_base", context.config.user_base);
  check_base(context, "group_base", context.config.group_base);
  check_base(context, "bridge_base", context.config.bridge_base);
  if (const auto& aside = context.config.disable.move_to) check_base(context, "disable.move_to", *aside);
  const auto placeholder =
      directory::read(context.directory, context.config.placeholder_member, {"1.1"}, context.deadline);
  if (placeholder && *placeholder) {
    context.findings.problem(
        Check::Placeholder,
        "placeholder_member " + context.config.placeholder_member.str() + " is a real entry",
        "choose a DN that never exists");
  }
}

void check_writing(const CheckContext& context) {
  const auto id = new_uuid(SystemClock().now());
  const auto dn = context.config.bridge_base.child({attr::id, id});
  const auto who = bridge_identity(context.config);
  const auto fix = access_fix(context.config, context.config.bridge_base, "", who, "write") +
                   ", and the same for user_base and group_base";
  const auto added = context.directory.apply({probe_entry(dn, id), "check"}, {}, context.deadline);
  if (!added) {
    context.findings.problem(Check::WriteAccess,
                             "cannot add an entry below bridge_base: " + added.error().detail, fix);
    return;
  }
  const bool changed = probe_modify(context, dn);
  const auto removed = context.directory.apply({directory::Delete{dn}, "check"}, {}, context.deadline);
  if (!removed) {
    context.findings.problem(Check::WriteAccess, "cannot delete below bridge_base: " + removed.error().detail,
                             fix + "; then remove " + dn.str());
  } else if (changed) {
    context.findings.ok(Check::WriteAccess, "adds, changes, reads back and deletes below bridge_base");
  }
  context.findings.unknown(
      Check::WriteAccess,
      "write access below user_base and group_base is not tried, since products read there",
      "it shows with the first user; needed: " +
          access_fix(context.config, context.config.user_base, "", who, "write") +
          ", and the same for group_base");
}

std::vector<Finding> check_directory(const std::string& name, const config::DirectoryConfig& config,
                                     Deadline deadline) {
  Findings findings(name);
  const auto settings = config::ldap_settings(config);
  if (!settings) {
    findings.problem(Check::Connect, "not checked: " + settings.error().detail, "");
    return findings.take();
  }
  config::LdapTarget target(*settings, config);
  auto& directory = target.as_products_read();
  if (!check_connecting(target.pool(), config, findings, deadline)) return findings.take();
  const auto schema = read_schema(directory, deadline);
  if (!schema) {
    findings.problem(Check::Schema, "the schema cannot be read: " + schema.error().detail,
                     "olcAccess: to dn.base=\"cn=Subschema\" by * read");
    return findings.take();
  }
  const auto backend = read_backend(directory, config.user_base, deadline);
  const CheckContext context{config, directory, *schema, backend, findings, deadline};
  check_controls(context);
  check_schema(context);
  check_bases(context);
  check_writing(context);
  if (config::is_active_directory(config)) {
    check_active_directory(context);
  } else {
    check_size_limits(context, directory, bridge_identity(config), "the bridge's account");
    check_indexes(context);
    check_overlays(context);
  }
  check_passwords(context);
  check_extensions(context);
  if (config.atlassian) {
    check_reader(context);
  } else {
    findings.unknown(Check::ProductsAccount,
                     "what Atlassian products see is not checked: their account is not configured",
                     "set $.directories." + name + ".atlassian");
  }
  return findings.take();
}

}  // namespace dirbridge::doctor
