#pragma once
// Requests of the bridge as Active Directory takes them. Pure functions.
#include <optional>

#include "directory/directory.hpp"
#include "ldap/ad/words.hpp"

namespace dirbridge::ldap::ad {

// MaxPageSize, unless an administrator has raised it: more than that is never answered without paging.
inline constexpr std::size_t most_per_page = 1'000;

directory::Filter to_ad(const Settings& settings, const directory::Filter& filter);
directory::SearchRequest to_ad(const Settings& settings, const directory::SearchRequest& request);

// Nothing: there is nothing to change here. The lock (nsAccountLock) of a Modify is left out; see new_lock().
std::optional<directory::Change> to_ad(const Settings& settings, const directory::Change& change);

// Whether a change disables (true) or enables an account that is there.
std::optional<bool> new_lock(const directory::Change& change);

// Whether a group's name can be its pre-Windows 2000 name (sAMAccountName) as well.
bool is_account_name(std::string_view name);

// What an attribute with a range (MS-ADTS 3.1.1.3.1.3.3) lacks: "member;range=1500-*" after
// "member;range=0-1499". Nothing when it is the last part, or has no range.
struct Part {
  std::string attribute;            // without the range
  std::optional<std::string> next;  // to ask for; absent: this was the last
};
std::optional<Part> part_of(std::string_view attribute);

}  // namespace dirbridge::ldap::ad
