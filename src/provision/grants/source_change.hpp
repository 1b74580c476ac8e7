#pragma once
// One change of a source group and what it does to directory groups, in the order that survives a crash: what
// would leave no trace is noted first, then the record is written, then the directory groups follow.
#include <memory>
#include <string>
#include <vector>

#include "mapping/group_entry.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/projection.hpp"

namespace dirbridge::provision {

// What is about to be written to the record of a source group.
struct SourceChange {
  std::string id;
  directory::Dn source;  // the record; of a new group where it will be
  bool is_new = false;
  std::vector<directory::Dn> before;  // targets
  std::vector<directory::Dn> after;
  bool was_on_the_fly = false;    // `before` is the group of its own name, by the rules of today
  bool on_the_fly = false;        // so is `after`
  std::vector<std::string> come;  // DNs of members
  std::vector<std::string> go;
  // The request said who all the members are: repeated after a failure it finds nothing to change in the
  // record, and the directory groups must follow nevertheless.
  bool whole = false;
  friend bool operator==(const SourceChange&, const SourceChange&) = default;
};

// What a goal for the record changes. `current`: absent for a new group.
SourceChange change_of(const mapping::Rules& rules, std::string id,
                       const std::optional<directory::Entry>& current, const sync::EntryGoal& goal);

// What has to follow once the record is written.
struct FollowUp {
  SourceChange change;
  const NameWatch* since = nullptr;  // from before the members were read
  std::vector<std::string> left;     // of `go` those that the record listed, or that are owed
  struct Touched {
    directory::Dn group;
    std::vector<std::string> users;
  };
  std::vector<Touched> touched;
  std::vector<Touched> arrivals;      // who gets these groups now
  std::vector<directory::Dn> gained;  // all who are granted these are to be in them
  std::vector<directory::Dn> notes;   // of grants that end; they go when all is done
  std::vector<std::unique_ptr<LostTarget>> lost;
};

// Uniqueness: another group of the connection has this directory group already, and merging is not allowed.
Result<> check_collision(const Context& context, const SourceChange& change, Deadline deadline);

// Before the record is written. `since`, from before the change was read, outlives what follows.
Result<FollowUp> prepare(const Context& context, const SourceChange& change, const NameWatch& since,
                         Deadline deadline);
// When it was written, first of all.
Result<> landed(const FollowUp& follow_up, Deadline deadline);
// After it was written, or was not: what the records say is brought about.
Result<> follow(const Context& context, FollowUp& follow_up, Deadline deadline);

}  // namespace dirbridge::provision
