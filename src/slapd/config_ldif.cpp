#include "slapd/config_ldif.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::slapd {
namespace {

std::string listed(const std::vector<std::string>& names) {
  return join(names, ",");
}

class Ldif {
 public:
  Ldif& line(std::string_view name, std::string_view value) {
    const bool safe = is_ascii(value) && !has_control(value) && trim(value) == value &&
                      !value.starts_with(':') && !value.starts_with('<');
    text_.append(name)
        .append(safe ? ": " : ":: ")
        .append(safe ? std::string(value) : to_base64(value))
        .append("\n");
    return *this;
  }
  Ldif& entry(std::string_view dn) {
    text_.append("\n");
    return line("dn", dn);
  }
  Ldif& raw(std::string_view text) {
    text_.append(text).append("\n");
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string quoted(std::string_view dn) {
  return "\"" + std::string(dn) + "\"";
}
std::string local_user(const ConfigInput& in) {
  return "dn.exact=" + quoted("gidNumber=" + std::to_string(in.gid) + "+uidNumber=" + std::to_string(in.uid) +
                              ",cn=peercred,cn=external,cn=auth");
}

void add_global(Ldif& out, const ConfigInput& in) {
  out.entry("cn=config").line("objectClass", "olcGlobal").line("cn", "config");
  out.line("olcPidFile", in.directory + "/slapd.pid");
  out.line("olcLogLevel", "none");
  out.line("olcConnMaxPending", "200").line("olcConnMaxPendingAuth", "4000");
  if (in.options.threads != 0)
    out.line("olcThreads", std::to_string(std::max<std::size_t>(2, in.options.threads)));
  if (in.options.tls) {
    out.line("olcTLSCACertificateFile", in.directory + "/tls/ca.pem");
    out.line("olcTLSCertificateFile", in.directory + "/tls/server.pem");
    out.line("olcTLSCertificateKeyFile", in.directory + "/tls/server.key");
  }
}

void add_modules(Ldif& out, const ConfigInput& in) {
  if (in.installation.module_folder.empty()) return;
  out.entry("cn=module,cn=config").line("objectClass", "olcModuleList").line("cn", "module");
  out.line("olcModulePath", in.installation.module_folder).line("olcModuleLoad", "back_mdb");
  if (in.options.ppolicy) out.line("olcModuleLoad", "ppolicy");
  if (in.options.refint) out.line("olcModuleLoad", "refint");
  if (in.options.memberof) out.line("olcModuleLoad", "memberof");
  if (in.options.unique_mail) out.line("olcModuleLoad", "unique");
}

void add_schema(Ldif& out, const ConfigInput& in) {
  out.entry("cn=schema,cn=config").line("objectClass", "olcSchemaConfig").line("cn", "schema");
  for (const char* name : {"core", "cosine", "nis", "inetorgperson"}) {
    out.raw("").line("include", "file://" + in.installation.schema_folder + "/" + name + ".ldif");
  }
  out.raw("").raw(in.dirbridge_schema);
}

void add_config_database(Ldif& out, const ConfigInput& in) {
  out.entry("olcDatabase={-1}frontend,cn=config");
  out.line("objectClass", "olcDatabaseConfig").line("objectClass", "olcFrontendConfig");
  out.line("olcDatabase", "{-1}frontend");
  if (in.options.sort_values) out.line("olcSortVals", "member");
  out.line("olcAccess", "to dn.base=\"\" by * read")
      .line("olcAccess", "to dn.base=\"cn=Subschema\" by * read");
  out.entry("olcDatabase={0}config,cn=config");
  out.line("objectClass", "olcDatabaseConfig").line("olcDatabase", "{0}config");
  out.line("olcAccess",
           "to *" + (in.options.ldapi ? " by " + local_user(in) + " manage" : "") + " by * none");
}

void add_indexes(Ldif& out, const Options& options) {
  using directory::Index;
  for (const auto& names : {std::string("objectClass,entryUUID,entryCSN"), std::string("uid,cn,mail"),
                            listed(directory::own_attributes_with(Index::Equality))})
    out.line("olcDbIndex", names + " eq");
  out.line("olcDbIndex", listed(directory::own_attributes_with(Index::PresenceAndEquality)) + " pres,eq");
  if (options.member_index) out.line("olcDbIndex", "member eq");
  if (options.memberof) out.line("olcDbIndex", "memberOf eq");
}

void add_limits(Ldif& out, const ConfigInput& in) {
  const auto limits = [](std::string_view dn, const std::string& size) {
    return "dn.exact=" + quoted(dn) + " size.soft=" + size + " size.hard=" + size +
           " time.soft=unlimited time.hard=unlimited";
  };
  const std::size_t reader = in.options.reader_size_limit;
  out.line("olcLimits", limits(in.names.bridge_dn, "unlimited"));
  out.line("olcLimits", limits(in.names.reader_dn, reader == 0 ? "unlimited" : std::to_string(reader)));
}

void add_access(Ldif& out, const ConfigInput& in) {
  const Names& names = in.names;
  const std::string bridge = " by dn.exact=" + quoted(names.bridge_dn);
  const std::string reader = " by dn.exact=" + quoted(names.reader_dn);
  const std::string users = "to dn.children=" + quoted(names.user_base);
  const std::string groups = "to dn.children=" + quoted(names.group_base);
  const std::string records = "to dn.children=" + quoted(names.bridge_base);
  const std::string suffix = "to dn.subtree=" + quoted(names.suffix);
  const std::string mine =
      " attrs=" + listed(directory::own_attributes_for_the_bridge_alone()) + bridge + " write by * none";
  const std::string status = attr::active + std::string(in.options.ppolicy ? ",pwdAccountLockedTime" : "");
  if (in.options.ldapi) out.line("olcAccess", "to * by " + local_user(in) + " manage by * break");
  out.line("olcAccess", users + " attrs=userPassword" + bridge + " =w by anonymous auth by * none");
  out.line("olcAccess", suffix + " attrs=userPassword by anonymous auth by * none");
  out.line("olcAccess", users + mine);
  out.line("olcAccess", users + " attrs=" + status + bridge + " write" + reader + " search by * none");
  out.line("olcAccess", users + bridge + " write" + reader + " read by * none");
  out.line("olcAccess", groups + mine);
  out.line("olcAccess", groups + bridge + " write" + reader + " read by * none");
  out.line("olcAccess", records + bridge + " write by * none");
  for (const std::string& base : {names.user_base, names.group_base, names.bridge_base}) {
    out.line("olcAccess", "to dn.base=" + quoted(base) + " attrs=children" + bridge + " write by * none");
  }
  out.line("olcAccess", "to dn.base=" + quoted(names.bridge_base) + bridge + " read by * none");
  out.line("olcAccess", suffix + bridge + " read" + reader + " read by * none");
}

void add_database(Ldif& out, const ConfigInput& in) {
  out.entry("olcDatabase={1}mdb,cn=config");
  out.line("objectClass", "olcDatabaseConfig")
      .line("objectClass", "olcMdbConfig")
      .line("olcDatabase", "{1}mdb");
  out.line("olcSuffix", in.names.suffix).line("olcRootDN", in.names.admin_dn);
  out.line("olcRootPW", in.admin_password);
  out.line("olcDbDirectory", in.directory + "/data");
  out.line("olcDbMaxSize", std::to_string(in.options.map_bytes));
  if (!in.options.fsync) out.line("olcDbNoSync", "TRUE");
  add_indexes(out, in.options);
  add_limits(out, in);
  add_access(out, in);
}

void add_overlays(Ldif& out, const ConfigInput& in) {
  const auto overlay = [&](const std::string& name, const char* object_class) {
    out.entry("olcOverlay=" + name + ",olcDatabase={1}mdb,cn=config");
    out.line("objectClass", "olcOverlayConfig").line("objectClass", object_class).line("olcOverlay", name);
  };
  if (in.options.ppolicy) {
    overlay("ppolicy", "olcPPolicyConfig");
    out.line("olcPPolicyDefault", in.names.policy_dn);
    if (in.options.ppolicy_hash) out.line("olcPPolicyHashCleartext", "TRUE");
  }
  if (in.options.refint) {
    overlay("refint", "olcRefintConfig");
    out.line("olcRefintAttribute", "member").line("olcRefintNothing", in.options.placeholder);
  }
  if (in.options.memberof) overlay("memberof", "olcMemberOf");
  if (in.options.unique_mail) {
    overlay("unique", "olcUniqueConfig");
    out.line("olcUniqueURI", "ldap:///" + in.options.suffix + "?mail?sub");
  }
}

std::string_view first_value(std::string_view dn) {
  const std::string_view rdn = dn.substr(0, dn.find_first_of(",+"));
  return rdn.substr(rdn.find('=') + 1);
}

void add_suffix(Ldif& out, std::string_view suffix) {
  out.line("objectClass", "top");
  if (istarts_with(suffix, "dc=")) {
    out.line("objectClass", "dcObject").line("objectClass", "organization");
    out.line("dc", first_value(suffix)).line("o", first_value(suffix));
  } else if (istarts_with(suffix, "o=")) {
    out.line("objectClass", "organization").line("o", first_value(suffix));
  } else {
    out.line("objectClass", "organizationalUnit").line("ou", first_value(suffix));
  }
}

}  // namespace

std::string config_ldif(const ConfigInput& input) {
  Ldif out;
  add_global(out, input);
  add_modules(out, input);
  add_schema(out, input);
  add_config_database(out, input);
  add_database(out, input);
  add_overlays(out, input);
  return out.take();
}

std::string folded_dn(std::string_view dn) {
  std::string folded;
  for (const std::string_view part : split(dn, ',')) {
    const std::size_t equals = part.find('=');
    if (!folded.empty()) folded += ',';
    folded += ascii_lower(trim(part.substr(0, equals)));
    if (equals == std::string_view::npos) continue;
    folded += '=' + ascii_lower(trim(part.substr(equals + 1)));
  }
  return folded;
}

InitialContent initial_content(const Names& names, const AccountPasswords& passwords,
                               const std::vector<std::string>& already_given) {
  const auto given = [&](std::string_view dn) {
    return std::find(already_given.begin(), already_given.end(), folded_dn(dn)) != already_given.end();
  };
  Ldif out;
  if (!given(names.suffix)) {
    out.entry(names.suffix);
    add_suffix(out, names.suffix);
  }
  for (const std::string& dn : {names.user_base, names.group_base, names.bridge_base, names.service_base}) {
    if (!given(dn)) out.entry(dn).line("objectClass", "organizationalUnit").line("ou", first_value(dn));
  }
  const auto account = [&](const std::string& dn, std::string_view password, std::string_view description) {
    if (given(dn)) return;
    out.entry(dn).line("objectClass", "organizationalRole").line("objectClass", "simpleSecurityObject");
    out.line("cn", first_value(dn)).line("description", description).line("userPassword", password);
  };
  account(names.bridge_dn, passwords.bridge, "Account of dirbridge");
  account(names.reader_dn, passwords.reader, "Account that Atlassian products bind with");
  return {out.take(), given(names.suffix)};
}

std::string policy_ldif(const Names& names) {
  Ldif out;
  out.entry(names.policy_dn).line("objectClass", "applicationProcess").line("objectClass", "pwdPolicy");
  out.line("cn", first_value(names.policy_dn))
      .line("pwdAttribute", "userPassword")
      .line("pwdLockout", "TRUE");
  return out.take();
}

}  // namespace dirbridge::slapd
