// The directory as an Atlassian product sees it, compared with what the bridge sees.
#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"
#include "doctor/atlassian_form.hpp"
#include "doctor/parts.hpp"

namespace dirbridge::doctor {
namespace {

using directory::Dn;
using directory::Filter;

struct Reader {
  const CheckContext& context;
  directory::Directory& directory;
  const Dn& dn;

  std::string access(const Dn& base, std::string_view attributes, std::string_view right) const {
    return access_fix(context.config, base, attributes, dn, right) + ", before wider rules";
  }
};

// How many the bridge and the products find with the same filter.
struct Views {
  std::size_t all = 0;
  Count seen;
};

Result<Views> compare(const Reader& reader, const Dn& base, const Filter& filter) {
  const auto all = count_entries(reader.context.directory, base, filter, reader.context.deadline);
  if (!all) return all.error();
  const auto seen = count_entries(reader.directory, base, filter, reader.context.deadline);
  if (!seen && seen.error().kind != ErrorKind::MissingBase) return seen.error();
  return Views{all->entries, seen ? *seen : Count{}};
}

// X of Y users: too few is what empties a product.
bool report_views(const Reader& reader, const Views& views, Check check, const std::string& what,
                  const Dn& base) {
  auto& findings = reader.context.findings;
  const auto numbers = std::to_string(views.seen.entries) + " of " + std::to_string(views.all) + " " + what;
  if (views.all == 0) {
    findings.unknown(check, "products: there are no " + what + " yet, so that nothing can be compared",
                     "run this again after the first ones came");
    return false;
  }
  if (views.seen.cut) {
    findings.problem(check,
                     "products: the listing is cut at " + numbers + "; a product would delete the others",
                     limits_fix(reader.dn));
    return false;
  }
  if (views.seen.entries < views.all) {
    findings.problem(check, "products: their account sees " + numbers + "; a product would delete the others",
                     reader.access(base, "", "read"));
    return views.seen.entries > 0;
  }
  findings.ok(check, "products: their account sees " + numbers);
  return true;
}

// A filter on an attribute that the account may not search is undefined for every entry and matches nobody.
bool fell_into_the_filter_trap(const Reader& reader, const Views& views) {
  const auto& config = reader.context.config;
  if (!config.disable.mark || views.all == 0 || views.seen.entries > 0) return false;
  const auto plain =
      any_entry(reader.directory, config.user_base, Filter::equal("objectClass", "inetOrgPerson"), {"1.1"},
                reader.context.deadline);
  if (!plain || !*plain) return false;
  reader.context.findings.problem(
      Check::ProductsFilter,
      "products: their account may not search dirbridgeActive, so that the user filter matches nobody; a "
      "product would "
      "delete all " +
          std::to_string(views.all) + " users",
      reader.access(config.user_base, attr::active, "search"));
  return true;
}

void check_attributes(const Reader& reader, const Dn& base, const Filter& filter,
                      const std::vector<std::string>& required, const std::vector<std::string>& useful) {
  auto wanted = required;
  wanted.insert(wanted.end(), useful.begin(), useful.end());
  const auto mine = any_entry(reader.context.directory, base, filter, wanted, reader.context.deadline);
  if (!mine || !*mine) return;
  const auto theirs = directory::read(reader.directory, (*mine)->dn, wanted, reader.context.deadline);
  if (!theirs || !*theirs) return;  // has been reported as one that they do not see
  const auto hidden = [&](const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const auto& name : names) {
      if ((*mine)->attributes.find(name) && !(*theirs)->attributes.find(name)) out.push_back(name);
    }
    return join(out, ",");
  };
  if (const auto names = hidden(required); !names.empty()) {
    reader.context.findings.problem(Check::ProductsAttributes,
                                    "products: their account cannot read " + names + " of " +
                                        (*mine)->dn.str() +
                                        "; a synchronisation would fail or lose memberships",
                                    reader.access(base, "entry," + names, "read"));
  } else {
    reader.context.findings.ok(Check::ProductsAttributes,
                               "products: their account reads " + join(required, ", "));
  }
  if (const auto names = hidden(useful); !names.empty()) {
    reader.context.findings.warning(Check::ProductsAttributes, "products: their account cannot read " + names,
                                    reader.access(base, names, "read"));
  }
}

void check_users(const Reader& reader) {
  const auto& config = reader.context.config;
  const auto filter = atlassian_user_filter(config);
  const auto views = compare(reader, config.user_base, filter);
  if (!views) {
    reader.context.findings.problem(Check::ProductsUsers,
                                    "products: listing users failed: " + views.error().detail, "");
    return;
  }
  if (fell_into_the_filter_trap(reader, *views)) return;
  if (!report_views(reader, *views, Check::ProductsUsers, "users", config.user_base)) return;
  check_attributes(reader, config.user_base, filter,
                   {config::login_attribute_of(config).empty() ? config.user_naming_attribute : "uid", "cn",
                    config.unique_id_attribute},
                   {"sn", "givenName", "displayName", "mail"});
}

void check_other_class(const Reader& reader) {
  const auto& config = reader.context.config;
  if (config::is_active_directory(config)) return;
  const bool names = config.group_class == directory::GroupClass::Names;
  const std::string other = names ? "groupOfUniqueNames" : "groupOfNames";
  const auto one = any_entry(reader.directory, config.group_base, Filter::equal("objectClass", other),
                             {"1.1"}, reader.context.deadline);
  if (!one || !*one) return;
  reader.context.findings.warning(
      Check::ProductsGroupClass,
      "products: they do not read " + (*one)->dn.str() + " and other groups of class " + other +
          ", since their form has one class and one attribute of members",
      "set \"group_class\" to the class that most groups have, and give the others that one");
}

void check_groups(const Reader& reader) {
  const auto& config = reader.context.config;
  const auto views = compare(reader, config.group_base, atlassian_group_filter(config));
  if (!views) {
    reader.context.findings.problem(Check::ProductsGroups,
                                    "products: listing groups failed: " + views.error().detail, "");
    return;
  }
  if (!report_views(reader, *views, Check::ProductsGroups, "groups", config.group_base)) return;
  check_other_class(reader);
  check_attributes(reader, config.group_base, atlassian_group_filter(config),
                   {"cn", config::member_attribute_of(config)}, {"description"});
}

// Every user of the domain reads most attributes there; what is confidential to it, nobody does.
void check_secrets_of_active_directory(const Reader& reader) {
  const auto& context = reader.context;
  bool hidden = true;
  for (const auto& base : {context.config.user_base, context.config.group_base}) {
    const auto entry =
        any_entry(reader.directory, base, Filter::present(attr::id), {attr::resource}, context.deadline);
    if (entry && *entry && (*entry)->attributes.find(attr::resource)) hidden = false;
  }
  const auto record =
      any_entry(reader.directory, context.config.bridge_base,
                Filter::equal("objectClass", object_class::record), {"1.1"}, context.deadline);
  if (hidden && !(record && *record)) {
    context.findings.ok(Check::ProductsSecrets,
                        "products: their account sees no password and nothing of what is confidential");
    return;
  }
  context.findings.problem(
      Check::ProductsSecrets,
      "products: their account sees " +
          std::string(hidden ? "the bridge's records below bridge_base" : attr::resource),
      "take the right to control access (or full control) below the three bases from " + reader.dn.str());
}

// What only the bridge may read: its records hold personal data that products have no use for.
void check_secrets(const Reader& reader) {
  const auto& config = reader.context.config;
  if (config::is_active_directory(config)) return check_secrets_of_active_directory(reader);
  Names visible;
  auto secret = required_schema().attributes;
  secret.erase(attr::active);
  secret.insert("userPassword");
  for (const auto& base : {config.user_base, config.group_base}) {
    for (const auto& name : secret) {
      const auto entry =
          any_entry(reader.directory, base, Filter::present(name), {name}, reader.context.deadline);
      if (entry && *entry) visible.insert(name);
    }
  }
  const auto names = join({visible.begin(), visible.end()}, ",");
  if (visible.empty()) {
    reader.context.findings.ok(
        Check::ProductsSecrets,
        "products: their account sees no password and nothing of the bridge's own records");
  } else {
    const std::string text = "products: their account can see or search " + names;
    const auto fix = "olcAccess: to attrs=" + names + " by dn.exact=\"" + bridge_identity(config).str() +
                     "\" write by anonymous auth by * none, before wider rules";
    if (visible.contains("userPassword") || visible.contains(attr::resource)) {
      reader.context.findings.problem(Check::ProductsSecrets, text, fix);
    } else {
      reader.context.findings.warning(Check::ProductsSecrets, text, fix);
    }
  }
  const auto record =
      any_entry(reader.directory, config.bridge_base, Filter::equal("objectClass", object_class::record),
                {"1.1"}, reader.context.deadline);
  if (record && *record) {
    reader.context.findings.problem(
        Check::ProductsSecrets, "products: their account sees the bridge's records below bridge_base",
        "olcAccess: to dn.subtree=\"" + config.bridge_base.str() + "\" by dn.exact=\"" +
            bridge_identity(config).str() + "\" write by * none, before wider rules");
  }
}

}  // namespace

void check_reader(const CheckContext& context) {
  const auto& account = *context.config.atlassian;
  const auto settings = config::atlassian_ldap_settings(context.config);
  if (!settings) {
    context.findings.problem(Check::ProductsAccount, "products: not checked: " + settings.error().detail, "");
    return;
  }
  config::LdapTarget target(*settings, context.config);
  auto& directory = target.as_products_read();
  const auto bound = directory.capabilities(context.deadline);
  if (!bound) {
    context.findings.problem(
        Check::ProductsAccount,
        "products: their account " + account.dn.str() + " cannot bind: " + bound.error().detail,
        "check atlassian.bind_dn, and the password in the " + account.password.describe());
    return;
  }
  context.findings.ok(Check::ProductsAccount, "products: their account " + account.dn.str() + " can bind");
  const Reader reader{context, directory, account.dn};
  check_users(reader);
  check_groups(reader);
  check_secrets(reader);
  if (!config::is_active_directory(context.config))
    check_size_limits(context, directory, account.dn, "the products' account");
}

}  // namespace dirbridge::doctor
