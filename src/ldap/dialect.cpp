#include "ldap/dialect.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::ldap {

namespace {

// The order matters: Samba also says that it is an Active Directory.
constexpr Dialect dialects[] = {
    {"OpenLDAP", "objectClass", "OpenLDAProotDSE", true, false},
    {"389 Directory Server", "vendorName", "389 Project", false},
    {"Samba AD", "vendorName", "Samba Team", false},
    {"Active Directory", "supportedCapabilities", "1.2.840.113556.1.4.800", false},
    {"PingDS", "vendorVersion", "PingDS", false},
    {"OpenDJ", "vendorVersion", "OpenDJ", false},
    {"Oracle Unified Directory", "vendorVersion", "Oracle Unified Directory", false},
    {"ApacheDS", "vendorName", "Apache Software Foundation", false},
    {"lldap", "vendorName", "LLDAP", false},
    {"", "", "", false},
};

bool matches(const Dialect& dialect, const directory::Attributes& root_dse) {
  const auto* values = root_dse.find(dialect.attribute);
  const auto fragment = ascii_lower(dialect.fragment);
  return values && std::any_of(values->begin(), values->end(), [&](const std::string& value) {
           return ascii_lower(std::string_view(value)).find(fragment) != std::string::npos;
         });
}

}  // namespace

const Dialect& recognise(const directory::Attributes& root_dse) {
  const auto* at = std::find_if(std::begin(dialects), std::end(dialects) - 1,
                                [&](const Dialect& d) { return matches(d, root_dse); });
  return *at;
}

std::vector<std::string> root_dse_attributes() {
  return {"objectClass",           "vendorName",    "vendorVersion", "supportedControl",
          "supportedCapabilities", "namingContexts"};
}

bool has_context_csn(const directory::Attributes& root_dse) {
  return recognise(root_dse).vendor == dialects[0].vendor;
}

directory::Capabilities capabilities_of(const directory::Attributes& root_dse, const Settings& overrides) {
  const Dialect& dialect = recognise(root_dse);
  const auto offers = [&](std::string_view control) {
    return root_dse.has_value("supportedControl", control);
  };
  directory::Capabilities result;
  result.assertion = overrides.assertion.value_or(offers(oid::assertion));
  result.post_read = overrides.post_read.value_or(offers(oid::post_read));
  result.permissive_modify =
      overrides.permissive_modify.value_or(offers(oid::permissive_modify) || dialect.hides_permissive_modify);
  result.paged_results = offers(oid::paged_results);
  result.hides_bases = dialect.hides_bases;

  const auto name = root_dse.first("vendorName");
  const auto version = root_dse.first("vendorVersion");
  result.vendor = std::string(dialect.vendor.empty() ? (name.empty() ? "unknown" : name) : dialect.vendor);
  if (!version.empty()) result.vendor.append(" ").append(version);
  return result;
}

}  // namespace dirbridge::ldap
