#pragma once
// How directory servers differ for us: one row each. A server is recognised by its root DSE (RFC 4512 5.1,
// RFC 3045).
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.hpp"
#include "directory/entry.hpp"
#include "ldap/settings.hpp"

namespace dirbridge::ldap {

namespace oid {
inline constexpr char assertion[] = "1.3.6.1.1.12";
inline constexpr char post_read[] = "1.3.6.1.1.13.2";
inline constexpr char permissive_modify[] = "1.2.840.113556.1.4.1413";
inline constexpr char paged_results[] = "1.2.840.113556.1.4.319";
}  // namespace oid

struct Dialect {
  std::string_view vendor;
  std::string_view attribute;    // of the root DSE
  std::string_view fragment;     // found in one of its values, in any case
  bool hides_permissive_modify;  // works, but is not in supportedControl
  bool hides_bases = true;       // as far as is known
};

// The last row, of an unknown server, promises nothing.
const Dialect& recognise(const directory::Attributes& root_dse);

// The attributes of the root DSE that are needed here.
std::vector<std::string> root_dse_attributes();

// OpenLDAP's, by which its servers say how far they are.
bool has_context_csn(const directory::Attributes& root_dse);

directory::Capabilities capabilities_of(const directory::Attributes& root_dse, const Settings& overrides);

}  // namespace dirbridge::ldap
