#pragma once
// Journal: is told of every change that the Reconciler applied or was refused, of every removal that was
// held, approved or rejected, and of what was left undone beside one. It cannot refuse a change and has no
// error: what it cannot keep it logs. Implementations are thread-safe. The cause (request id, command) is
// log::current_request() of the caller.
#include <string>
#include <string_view>
#include <vector>

#include "directory/change.hpp"

namespace dirbridge::sync {

enum class Outcome {
  Applied,
  Refused,  // by the guard
  Failed,   // the directory said no; nothing changed
  Unknown,  // the connection broke: it may have been applied
};
std::string_view to_string(Outcome outcome);  // "applied", "refused", ...

struct ChangeNote {
  std::string_view connection;
  const directory::Change& change;
  const directory::Entry* before;  // of the changed entry; null: not read
  Outcome outcome;
  std::string_view detail;  // why, unless applied
};

enum class Decision { Held, Approved, Rejected };
std::string_view to_string(Decision decision);  // "held", "approved", "rejected"

struct DecisionNote {
  std::string_view connection;
  Decision decision;
  std::string_view removal;  // "disable", "delete", "group delete", "member removal"
  const directory::Dn& dn;   // the user or group
  const std::vector<std::string>& members;
  std::string_view detail;
};

// What was asked for and is left as it is, so that the rest of the request could be done (design rule 15).
struct LeftNote {
  std::string_view connection;
  const directory::Dn& dn;  // the user or group
  std::string_view field;   // as the request names it, or the LDAP attribute
  std::string_view reason;
};

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void note(const ChangeNote& note) = 0;
  virtual void note(const DecisionNote& note) = 0;
  virtual void note(const LeftNote& note) = 0;
};

}  // namespace dirbridge::sync
