#include "ldap/dialect.hpp"

#include <gtest/gtest.h>

namespace dirbridge::ldap {
namespace {

using directory::Attributes;

const Attributes openldap{{"objectClass", {"top", "OpenLDAProotDSE"}},
                          {"supportedControl", {oid::assertion, oid::post_read, oid::paged_results}}};

TEST(Dialect, ServersAreRecognised) {
  const auto vendor = [](const Attributes& dse) { return recognise(dse).vendor; };
  EXPECT_EQ(vendor(openldap), "OpenLDAP");
  EXPECT_EQ(vendor({{"vendorName", {"389 Project"}}, {"vendorVersion", {"389-Directory/2.3.1"}}}),
            "389 Directory Server");
  EXPECT_EQ(vendor({{"supportedCapabilities", {"1.2.840.113556.1.4.800"}}}), "Active Directory");
  EXPECT_EQ(vendor({{"vendorName", {"Samba Team (https://www.samba.org)"}},
                    {"supportedCapabilities", {"1.2.840.113556.1.4.800"}}}),
            "Samba AD");
  EXPECT_EQ(vendor({{"vendorName", {"ForgeRock AS."}}, {"vendorVersion", {"OpenDJ Server 4.5.0"}}}),
            "OpenDJ");
  EXPECT_EQ(vendor({{"vendorName", {"Apache Software Foundation"}}}), "ApacheDS");
  EXPECT_EQ(vendor({}), "");
}

TEST(Capabilities, AreWhatTheRootDseLists) {
  const auto offered = capabilities_of({{"supportedControl", {oid::post_read, oid::permissive_modify}}}, {});
  EXPECT_FALSE(offered.assertion);
  EXPECT_TRUE(offered.post_read);
  EXPECT_TRUE(offered.permissive_modify);
  EXPECT_FALSE(offered.paged_results);
}

TEST(Capabilities, OpenLdapHidesPermissiveModify) {
  EXPECT_TRUE(capabilities_of(openldap, {}).permissive_modify);
}

TEST(Capabilities, UnknownServerPromisesNothing) {
  const auto offered = capabilities_of({}, {});
  EXPECT_FALSE(offered.assertion || offered.post_read || offered.permissive_modify || offered.paged_results);
  EXPECT_EQ(offered.vendor, "unknown");
}

TEST(Capabilities, SettingsHaveTheLastWord) {
  Settings settings;
  settings.assertion = false;
  settings.post_read = false;
  settings.permissive_modify = false;
  const auto without = capabilities_of(openldap, settings);
  EXPECT_FALSE(without.assertion || without.post_read || without.permissive_modify);
  settings.assertion = settings.post_read = settings.permissive_modify = true;
  const auto with = capabilities_of({}, settings);
  EXPECT_TRUE(with.assertion && with.post_read && with.permissive_modify);
}

TEST(Capabilities, VendorHasItsVersion) {
  EXPECT_EQ(capabilities_of({{"vendorName", {"389 Project"}}, {"vendorVersion", {"389-Directory/2.3.1"}}}, {})
                .vendor,
            "389 Directory Server 389-Directory/2.3.1");
  EXPECT_EQ(capabilities_of({{"vendorName", {"Somebody"}}}, {}).vendor, "Somebody");
}

}  // namespace
}  // namespace dirbridge::ldap
