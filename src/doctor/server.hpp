#pragma once
// What `dirbridge check` looks up about an LDAP server before it judges: its schema, and its own
// configuration (cn=config) if this account may read it. Reads only.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "directory/directory.hpp"

namespace dirbridge::doctor {

using Names = std::set<std::string, ILess>;

struct Schema {
  Names attributes;
  Names classes;
  std::vector<std::string> attribute_types;  // definitions (RFC 4512 4.1)
  std::vector<std::string> object_classes;
};
Result<Schema> read_schema(directory::Directory& directory, Deadline deadline);
// The attributes and classes of schema/dirbridge.ldif.
Schema required_schema();

// The database that holds an entry, as cn=config describes it.
struct Backend {
  Names equality_indexes;
  std::vector<std::string> limits;  // olcLimits, in order
  std::string size_limit;           // olcSizeLimit that applies; empty: slapd's default
  directory::Dn root_dn;
  Names overlays;  // "ppolicy", "refint", …
  std::optional<directory::Dn> default_policy;
  bool hashes_passwords = false;  // ppolicy hashes what arrives as clear text
};
// "{0}ppolicy" -> "ppolicy"
std::string_view without_order(std::string_view value);
// nullopt when cn=config cannot be read, or has no such database.
std::optional<Backend> read_backend(directory::Directory& directory, const directory::Dn& entry,
                                    Deadline deadline);

struct Count {
  std::size_t entries = 0;
  bool cut = false;  // the server stopped at a limit
};
// Entries below `base`, counted in one search without paging, as the products do by default.
Result<Count> count_entries(directory::Directory& directory, const directory::Dn& base,
                            const directory::Filter& filter, Deadline deadline);
// Any one entry that matches.
Result<std::optional<directory::Entry>> any_entry(directory::Directory& directory, const directory::Dn& base,
                                                  const directory::Filter& filter,
                                                  const std::vector<std::string>& attributes,
                                                  Deadline deadline);

}  // namespace dirbridge::doctor
