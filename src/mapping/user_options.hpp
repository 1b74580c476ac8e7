#pragma once
// What an administrator chose for the users of a connection, and for disabled users of a directory. Plain
// values, set at start; config/README.md says what each means to Jira, Confluence and Bitbucket.
#include <chrono>
#include <optional>
#include <vector>

#include "directory/dn.hpp"
#include "mapping/name_rules.hpp"
#include "mapping/value_rule.hpp"

namespace dirbridge::mapping {

// What becomes of a user that has no entry while import is off.
enum class NotImported { Accept, Refuse };

// `#`, `/` and `?` in a login name, which Confluence cannot cope with.
enum class BadCharacters { Accept, Warn, Refuse };

// By what an entry that is there already is recognised as a new user's.
enum class MatchBy { UserName, Mail, ExternalId, EmployeeNumber };

enum class OnDelete {
  Disable,  // the entry stays, hidden as a disabled user's
  Delete,   // it goes, at once or after some days
  Keep,     // it stays as it is and is ours no longer
};

// What happens when the leads of a user who is about to vanish cannot be handed over.
enum class HandoverFailure { GoOn, Wait };

struct UserOptions {
  bool import = true;  // users become entries
  NotImported not_imported = NotImported::Accept;
  bool update = true;   // names, mail and the like follow the identity provider
  bool enable = true;   // active: true is followed
  bool disable = true;  // active: false is followed
  std::vector<MatchBy> adopt{};
  NameRules name_rules{};  // userName -> login name
  BadCharacters bad_characters = BadCharacters::Accept;
  std::vector<ValueRule> attributes{};
  OnDelete on_delete = OnDelete::Disable;
  std::chrono::days delete_after{0};  // with OnDelete::Delete
  HandoverFailure handover_failure = HandoverFailure::GoOn;
  friend bool operator==(const UserOptions&, const UserOptions&) = default;
};

// What disabling does to an entry; several together, all of them lifted again. dirbridgeActive says FALSE
// with each of them.
struct DisableRules {
  bool mark = true;           // the products' user filter looks at dirbridgeActive
  bool ppolicy_lock = false;  // pwdAccountLockedTime
  bool account_lock = false;  // nsAccountLock
  bool strip_groups = false;  // memberships are not shown in the directory's groups
  bool delete_entry = false;  // the entry goes, the resource stays
  std::optional<directory::Dn> move_to{};
  friend bool operator==(const DisableRules&, const DisableRules&) = default;
};

}  // namespace dirbridge::mapping
