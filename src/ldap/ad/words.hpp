#pragma once
// Active Directory's words for what the bridge writes and reads: names, values and attributes, each way. The
// bridge speaks of inetOrgPerson and groupOfNames as everywhere; config/README.md and schema/README.md say
// what stands for what. Pure functions.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/entry.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::ldap::ad {

struct Settings {
  std::string login_attribute;  // stands for uid: "sAMAccountName"; empty: uid stays uid
  directory::Dn placeholder;    // never becomes a member: groups may be empty here
};

// The lock of userAccountControl (MS-ADTS 2.2.16): ACCOUNTDISABLE.
inline constexpr unsigned long account_disabled = 0x2;
inline constexpr unsigned long normal_account = 0x200;

// Records are named by one attribute of one class: dirbridgeUserName=ann is dirbridgeName=u:ann here.
directory::Dn to_ad(const directory::Dn& dn);
directory::Rdn to_ad(const directory::Rdn& rdn);
// Spelled as the bridge spells DNs: types in lower case, special characters as hex pairs.
directory::Dn from_ad(const directory::Dn& dn);

std::string attribute_to_ad(const Settings& settings, std::string_view attribute);
// What stands for `member` of a record, which is no group to the server.
inline constexpr const char* record_member = attr::ad_record_member;
// Whether an entry is a record, by its name in either language.
bool is_record(const directory::Dn& dn);
// Of a request; each once.
std::vector<std::string> attributes_to_ad(const Settings& settings, const std::vector<std::string>& names);

// `attribute` is the bridge's name of it. A password becomes quoted UTF-16 (MS-ADTS 3.1.1.3.1.5.1).
std::string value_to_ad(std::string_view attribute, std::string_view value);

directory::Entry entry_from_ad(const Settings& settings, directory::Entry entry);

// A password that nobody knows, and that every policy takes: an enabled account must have one.
std::string unknown_password();

// The number of userAccountControl; nothing when the text is none.
std::optional<unsigned long> account_control(std::string_view text);

}  // namespace dirbridge::ldap::ad
