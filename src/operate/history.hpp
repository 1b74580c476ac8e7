#pragma once
// "Why is she in this group", "who disabled him": what the directory says about a user or group now, and what
// the audit says about how it came to be, as lines of plain English.
#include <functional>
#include <string>
#include <vector>

#include "audit/reader.hpp"
#include "provision/context.hpp"

namespace dirbridge::operate {

// A user or group, or a directory group that nobody's identity provider knows.
struct Subject {
  directory::Entry entry;
  bool is_user = false;
};

// Those that go by this name: a login name, userName, displayName, id or DN.
Result<std::vector<Subject>> find_subjects(const provision::Context& context, const std::string& name,
                                           Deadline deadline);

// How it is now, and for each membership what grants it.
Result<std::vector<std::string>> present_state(const provision::Context& context, const Subject& subject,
                                               Deadline deadline);

// What the audit says about the entry and its memberships, under all names it has had, oldest first.
// `name`: when the entry is gone, what its DN began with.
Result<std::vector<std::string>> past(const audit::FileSettings& file, const std::vector<directory::Dn>& dns,
                                      const std::string& name);

}  // namespace dirbridge::operate
