#pragma once
// What can be asked of a directory: the four changes of RFC 4511 as values, each with the reason it is made.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "directory/entry.hpp"
#include "directory/filter.hpp"

namespace dirbridge::directory {

struct Modification {
  enum class Op { Add, Delete, Replace };  // Delete without values removes the attribute
  Op op = Op::Replace;
  std::string attribute;
  std::vector<std::string> values;
  friend bool operator==(const Modification&, const Modification&) = default;
};

struct Add {
  Dn dn;
  Attributes attributes;
};

struct Modify {
  Dn dn;
  std::vector<Modification> modifications;
  // Adding a value that is there, or deleting one that is not, is success. Sent as the permissive-modify
  // control where the server has it; elsewhere ldap/ gets the same effect by reading the values and retrying.
  bool permissive = false;
  // Applied only while the entry matches (RFC 4528); ErrorKind::PreconditionFailed otherwise. Where the
  // server has no assertion control, ldap/ compares just before the change.
  std::optional<Filter> only_if;
};

struct Rename {
  Dn dn;
  Rdn new_rdn;
  std::optional<Dn> new_superior;  // absent: stays where it is
};

struct Delete {
  Dn dn;
  std::optional<Filter> only_if{};  // as Modify::only_if
};

struct Change {
  std::variant<Add, Modify, Rename, Delete> operation;
  std::string reason;  // the rule or request field that caused it; for the log, the audit and a dry run
};

const Dn& target(const Change& change);
// What the entry must match for the change to be applied; null: nothing.
const Filter* condition(const Change& change);
std::string_view verb(const Change& change);  // "add", "modify", "rename", "delete"

// RFC 2849 change record, values of password attributes hidden. The reason is a comment line.
std::string to_ldif(const Change& change);
// RFC 2849 content record.
std::string to_ldif(const Entry& entry);

}  // namespace dirbridge::directory
