#pragma once
// A goal says what one entry must look like; it names only what we own. Values not named are left alone.
// Plain values, built by mapping/, read by plan().
#include <optional>
#include <string>
#include <vector>

#include "directory/entry.hpp"
#include "directory/filter.hpp"

namespace dirbridge::sync {

struct AttributeGoal {
  enum class Kind {
    Exactly,    // these values and no others; none: the attribute is absent
    Including,  // at least these
    Excluding,  // none of these
  };
  Kind kind = Kind::Exactly;
  std::string attribute;
  std::vector<std::string> values;
};

struct EntryGoal {
  enum class Presence { Present, Absent };
  Presence presence = Presence::Present;
  directory::Dn dn;  // where the entry must be, RDN included: another DN than today's is a rename
  std::vector<AttributeGoal> attributes;
  std::string reason;                          // the request or rule that asks for it
  std::optional<directory::Dn> successor{};    // Absent: another entry that takes over its memberships
  std::optional<directory::Filter> only_if{};  // the change of the entry lands only while this holds
  // Of an entry that keeps its DN: a rename that is not finished stays so, with the groups as they are.
  bool keeps_alias = false;
};

inline AttributeGoal exactly(std::string attribute, std::vector<std::string> values) {
  return {AttributeGoal::Kind::Exactly, std::move(attribute), std::move(values)};
}
inline AttributeGoal including(std::string attribute, std::vector<std::string> values) {
  return {AttributeGoal::Kind::Including, std::move(attribute), std::move(values)};
}
inline AttributeGoal excluding(std::string attribute, std::vector<std::string> values) {
  return {AttributeGoal::Kind::Excluding, std::move(attribute), std::move(values)};
}

}  // namespace dirbridge::sync
