// What is checked of Active Directory in place of OpenLDAP's cn=config: it has its indexes and limits of
// itself.
#include "config/ldap_target.hpp"
#include "doctor/parts.hpp"

namespace dirbridge::doctor {

std::string access_fix(const config::DirectoryConfig& config, const directory::Dn& base,
                       std::string_view attributes, const directory::Dn& who, std::string_view right) {
  if (config::is_active_directory(config))
    return "delegate control of " + base.str() + " and what is below it to " + who.str() + ": " +
           std::string(right) + (attributes.empty() ? "" : " of " + std::string(attributes));
  return "olcAccess: to dn.subtree=\"" + base.str() + "\"" +
         (attributes.empty() ? "" : " attrs=" + std::string(attributes)) + " by dn.exact=\"" + who.str() +
         "\" " + std::string(right);
}

void check_active_directory(const CheckContext& context) {
  const auto offered = context.directory.capabilities(context.deadline);
  if (!offered) return;
  const bool is_one = offered->vendor.find("Active Directory") != std::string::npos ||
                      offered->vendor.find("Samba AD") != std::string::npos;
  if (!is_one) {
    context.findings.problem(Check::Dialect,
                             "dialect is active_directory, but the server says that it is " + offered->vendor,
                             "leave dialect out, or correct uris");
    return;
  }
  context.findings.ok(Check::Dialect, "the server is " + offered->vendor);
  if (offered->paged_results)
    context.findings.ok(Check::SizeLimit,
                        "size limit: the server gives any number of entries in pages of at most 1000");
  else
    context.findings.problem(Check::SizeLimit, "size limit: the server does not offer paged results",
                             "without them nobody gets more than 1000 entries");
  context.findings.ok(Check::Index, "indexes: they came with the schema (searchFlags)");
}

}  // namespace dirbridge::doctor
