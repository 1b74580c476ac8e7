// Indexes, size limits and overlays: what cn=config says, or what can be seen without it.
#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"
#include "doctor/limits.hpp"
#include "doctor/parts.hpp"

namespace dirbridge::doctor {
namespace {

using directory::Filter;

std::string index_list(const Names& names) {
  return join({names.begin(), names.end()}, ",");
}

Names wanted_indexes(const config::DirectoryConfig& config) {
  Names out{"objectClass", config.unique_id_attribute, "cn", "mail", config.user_naming_attribute};
  for (const auto index : {directory::Index::Equality, directory::Index::PresenceAndEquality})
    for (auto& name : directory::own_attributes_with(index)) out.insert(std::move(name));
  return out;
}

void check_member_index(const CheckContext& context) {
  const auto member = config::member_attribute_of(context.config);
  const auto asked = "(" + member + "=dn), which a delete, a rename and each login in a product asks, ";
  if (context.backend->equality_indexes.contains(member)) {
    context.findings.ok(
        Check::MemberIndex,
        "index: " + member + " has an eq index; " + asked +
            "is fast, but every change of a group of 1,000 to 10,000 members is several times "
            "dearer than without");
  } else {
    context.findings.warning(Check::MemberIndex,
                             "index: " + member + " has no eq index; " + asked +
                                 "reads every group, while changes of groups of 1,000 to 10,000 members are "
                                 "several times cheaper than with it",
                             "with more than some hundred groups add olcDbIndex: " + member + " eq");
  }
}

struct Measured {
  std::size_t entries = 0;  // the largest number a search delivered
  bool cut = false;
  std::string where;
};

Result<Measured> measure(const CheckContext& context, directory::Directory& as_who) {
  Measured measured;
  for (const auto& base : {context.config.user_base, context.config.group_base}) {
    const auto count = count_entries(as_who, base, Filter::everything(), context.deadline);
    if (!count && count.error().kind == ErrorKind::MissingBase)
      continue;  // has been reported as a missing base
    if (!count) return count.error();
    if (count->cut) return Measured{count->entries, true, base.str()};
    if (count->entries >= measured.entries) measured = {count->entries, false, base.str()};
  }
  return measured;
}

void report_configured_limit(const CheckContext& context, const directory::Dn& who, std::string_view name,
                             const Measured& measured) {
  const auto& backend = *context.backend;
  const auto limit =
      who == backend.root_dn ? unlimited : size_limit_of(who, backend.limits, backend.size_limit);
  if (limit == unlimited) {
    context.findings.ok(Check::SizeLimit, "size limit: none for " + std::string(name));
  } else if (limit) {
    context.findings.problem(
        Check::SizeLimit,
        "size limit: " + std::string(name) + " gets " + std::to_string(*limit) +
            " entries at most; whoever is beyond is missing, and products delete whoever is missing",
        limits_fix(who));
  } else {
    context.findings.unknown(Check::SizeLimit,
                             "size limit: olcLimits has a rule for " + std::string(name) +
                                 " that cannot be judged from here; " + std::to_string(measured.entries) +
                                 " entries were read without being cut",
                             "if in doubt, put this first: " + limits_fix(who));
  }
}

}  // namespace

void check_indexes(const CheckContext& context) {
  const auto wanted = wanted_indexes(context.config);
  if (!context.backend) {
    context.findings.unknown(
        Check::Index, "indexes cannot be seen: cn=config is not readable for the bridge's account",
        "on the LDAP server, as root: ldapsearch -Y EXTERNAL -H ldapi:/// -b cn=config '(olcDbIndex=*)' "
        "olcDbIndex; eq "
        "is wanted on " +
            index_list(wanted) + "; eq on " + config::member_attribute_of(context.config) +
            " makes finding a user's groups fast and changes of large groups several times dearer");
    return;
  }
  Names missing;
  for (const auto& name : wanted) {
    if (!context.backend->equality_indexes.contains(name)) missing.insert(name);
  }
  if (missing.empty()) {
    context.findings.ok(Check::Index, "index: every attribute that is searched has its eq index");
  } else {
    context.findings.warning(
        Check::Index,
        "index: no eq index on " + index_list(missing) + "; each search for them reads every entry",
        "olcDbIndex: " + index_list(missing) + " eq");
  }
  check_member_index(context);
}

void check_size_limits(const CheckContext& context, directory::Directory& as_who, const directory::Dn& who,
                       std::string_view name) {
  const auto measured = measure(context, as_who);
  if (!measured) {
    context.findings.problem(
        Check::SizeLimit,
        "size limit: counting as " + std::string(name) + " failed: " + measured.error().detail, "");
    return;
  }
  if (measured->cut) {
    context.findings.problem(Check::SizeLimit,
                             "size limit: " + std::string(name) + " gets only " +
                                 std::to_string(measured->entries) + " entries below " + measured->where +
                                 "; products delete whoever is missing",
                             limits_fix(who));
    return;
  }
  if (context.backend) {
    report_configured_limit(context, who, name, *measured);
  } else if (measured->entries > 500) {
    context.findings.ok(Check::SizeLimit,
                        "size limit: " + std::string(name) + " gets " + std::to_string(measured->entries) +
                            " entries in one search, more than slapd's default limit of 500");
  } else {
    context.findings.unknown(Check::SizeLimit,
                             "size limit: cannot tell for " + std::string(name) +
                                 ": cn=config is not readable, and with " +
                                 std::to_string(measured->entries) + " entries there is nothing to cut yet",
                             "make sure of it before there are more than 500: " + limits_fix(who));
  }
}

namespace {

void check_lock_policy(const CheckContext& context) {
  constexpr auto fix =
      "without a policy that applies and has pwdLockout TRUE, a locked user can still log in: "
      "olcPPolicyDefault";
  const auto& policy = context.backend->default_policy;
  if (!policy) {
    context.findings.warning(Check::Ppolicy, "ppolicy: there is no default policy", fix);
    return;
  }
  const auto entry = directory::read(context.directory, *policy, {"pwdLockout"}, context.deadline);
  if (!entry || !*entry) {
    context.findings.unknown(Check::Ppolicy,
                             "ppolicy: the default policy " + policy->str() + " cannot be read", fix);
  } else if ((*entry)->attributes.first("pwdLockout") != "TRUE") {
    context.findings.problem(
        Check::Ppolicy, "ppolicy: the default policy " + policy->str() + " does not have pwdLockout: TRUE",
        fix);
  } else {
    context.findings.ok(Check::Ppolicy, "ppolicy: the default policy locks");
  }
}

void check_ppolicy(const CheckContext& context) {
  constexpr auto fix =
      "load the ppolicy overlay with a default policy that has pwdLockout TRUE, or set disable.ppolicy_lock "
      "to false";
  const bool wanted = context.config.disable.ppolicy_lock;
  const bool in_schema = context.schema.attributes.contains("pwdAccountLockedTime");
  const bool loaded = context.backend ? context.backend->overlays.contains("ppolicy") : in_schema;
  if (wanted && !loaded) {
    context.findings.problem(
        Check::Ppolicy,
        "disable.ppolicy_lock is on, but the server has no ppolicy overlay: disabling would fail", fix);
  } else if (wanted && context.backend) {
    check_lock_policy(context);
  } else if (wanted) {
    context.findings.unknown(
        Check::Ppolicy,
        "ppolicy is loaded, but cn=config is not readable: does a policy with pwdLockout TRUE apply?",
        "lock a test user, and see that its login is refused");
  }
}

void check_account_lock(const CheckContext& context) {
  if (!context.config.disable.account_lock || context.schema.attributes.contains("nsAccountLock")) return;
  context.findings.problem(
      Check::AccountLock,
      "disable.account_lock is on, but the server does not know nsAccountLock: disabling would fail",
      "389 Directory Server has it; for OpenLDAP use ppolicy_lock");
}

}  // namespace

void check_overlays(const CheckContext& context) {
  check_ppolicy(context);
  check_account_lock(context);
  if (!context.backend) {
    const bool member_of = context.schema.attributes.contains("memberOf");
    context.findings.unknown(Check::Overlays,
                             std::string("overlays cannot be seen: cn=config is not readable (memberOf is ") +
                                 (member_of ? "" : "not ") + "in the schema)",
                             "nothing to do: the bridge needs neither refint nor memberof");
    return;
  }
  const auto& overlays = context.backend->overlays;
  if (overlays.contains("refint")) {
    context.findings.ok(
        Check::Overlays,
        "overlay refint: not needed, as the bridge keeps memberships right itself; every delete and rename "
        "costs the server a search of all groups");
  }
  if (overlays.contains("memberof")) {
    context.findings.ok(Check::Overlays,
                        "overlay memberof: not needed; every membership change also writes the user's entry");
  }
  if (!overlays.contains("refint") && !overlays.contains("memberof")) {
    context.findings.ok(Check::Overlays,
                        "overlays: neither refint nor memberof, which the bridge does not need");
  }
}

}  // namespace dirbridge::doctor
