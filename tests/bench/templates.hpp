#pragma once
// Entries as the bridge itself writes them, captured once and made again under other names, so that the
// direct side and the pre-loaded population have exactly the attributes, values and indexes that the bridge's
// entries have.
#include <string>
#include <string_view>
#include <vector>

#include "bridge.hpp"
#include "ldap_connection.hpp"
#include "ldap_load.hpp"

namespace dirbridge::bench {

// Every name has this length, so that it can be put in for the marker anywhere: a letter and seven digits.
std::string name_of(char series, std::size_t number);

class EntryTemplate {
 public:
  EntryTemplate() = default;
  EntryTemplate(LdapEntry entry, std::string name, std::string id)
      : entry_(std::move(entry)), name_(std::move(name)), id_(std::move(id)) {}

  // The entry with the captured name and id replaced wherever they occur, in the DN too.
  LdapEntry make(std::string_view name, std::string_view id) const;
  std::string dn_of(std::string_view name) const;

 private:
  std::string filled(std::string text, std::string_view name, std::string_view id) const;
  LdapEntry entry_;
  std::string name_;
  std::string id_;
};

struct Templates {
  EntryTemplate active_user;
  EntryTemplate disabled_user;
  EntryTemplate group;
};

// Creates a user and a group through the bridge, disables the user, and reads each step back from the
// directory.
Result<Templates> capture_templates(const Bridge& bridge, LdapConnection& directory,
                                    const std::string& suffix);

// What turns `before` into `after`: one replacement for each attribute that differs.
std::vector<LdapModification> replacements(const LdapEntry& before, const LdapEntry& after);

// All values, as ldap add takes them.
std::vector<LdapModification> additions(const LdapEntry& entry);

}  // namespace dirbridge::bench
