#pragma once
// Reconciler: read -> goal -> plan -> guard -> apply -> report; the only path by which anything reaches LDAP.
// Changes that lost a race (assertion) or whose outcome is unknown (connection cut) are not guessed: the
// entry is read again and planned anew until the goal holds or the deadline passes. Thread-safe; blocks the
// caller. After a change of unknown outcome nothing is NotFound: what cannot be found then is OutcomeUnknown.
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "directory/directory.hpp"
#include "sync/guard.hpp"
#include "sync/journal.hpp"
#include "sync/moves.hpp"
#include "sync/name_changes.hpp"
#include "sync/plan.hpp"
#include "sync/same_values.hpp"

namespace dirbridge::sync {

// One entry to bring to its goal.
struct Task {
  directory::SearchRequest find;  // how its current entry is found: none or one result
  // Where it may be as well once an attempt was made, which may have moved it: looked at then, in this order.
  std::vector<directory::SearchRequest> elsewhere{};
  // Set when the caller knows that the entry is not there: the first attempt adds it without reading.
  bool expected_absent = false;
  // What the caller believes to be there, with its entryCSN: the first attempt plans on it without reading,
  // and is applied only while the entry is at that entryCSN. Only a change of this one entry is made so.
  std::optional<Current> believed{};
  std::vector<std::string> unread;  // attributes `find` leaves out on purpose
  std::vector<Value>
      probes;  // values of unread attributes whose presence must be known, looked up with `find`
  std::vector<std::string> read_back;  // attributes to return as they are after the change
  // Called with what was read; its error ends the task. With what is believed it is called before that, and
  // an error only means that the entry is read. It may be called again with what is there then: the last goal
  // counts, and what earlier calls have left behind must be right for that one too.
  std::function<Result<EntryGoal>(const std::optional<directory::Entry>&)> goal;
  // Told why the change is planned anew: PreconditionFailed or NotFound when it has certainly not landed.
  std::function<void(const Error&)> on_retry{};
  // Independent searches that ride along with a plan of one change, to save a round trip.
  std::vector<directory::SearchRequest> alongside;
};

struct Report {
  Plan plan;  // what was applied by the last attempt; empty when the goal held already
  std::optional<directory::Entry> before;
  std::optional<directory::Entry> after;                         // with `read_back`; absent after a removal
  std::vector<Value> absent;                                     // of the probes: known not to be there now
  std::vector<Result<std::vector<directory::Entry>>> alongside;  // one per Task::alongside
};

class Reconciler {
 public:
  // `groups`: below which bases referrers are looked for. The other arguments outlive the reconciler;
  // `journal` and `names`, who is told of changes of DNs, may be null. `moves`: shared with another
  // reconciler of the same entries; null: its own.
  Reconciler(directory::Directory& directory, const Guard& guard, GroupShape shape,
             std::vector<directory::Dn> groups, Journal* journal = nullptr, NameChanges* names = nullptr,
             Moves* moves = nullptr)
      : directory_(directory),
        guard_(guard),
        shape_(std::move(shape)),
        groups_(std::move(groups)),
        journal_(journal),
        names_(names),
        moves_(moves ? *moves : own_moves_) {}

  Result<Report> run(const Task& task, Deadline deadline);
  // The same for several, of which no two are about one entry: the first look at all of them, and the first
  // change of each, are in flight together; what takes more than that is run alone. One result each, in
  // order. Nothing is believed, or looked for elsewhere, or read back.
  std::vector<Result<>> run_all(std::span<const Task> tasks, Deadline deadline);
  const Moves& moves() const { return moves_; }  // that are made, for readers

  // Ends a rename that was interrupted: groups name the entry by the DN it has now, and no other.
  Result<> settle(const directory::SearchRequest& find, Deadline deadline);

  // Says that something which was asked for of the entry is left as it is: a warning in the log
  // (left_as_it_is) and a note in the journal, for the history. To be called once the rest is done.
  void left(const directory::Dn& dn, std::string_view field, std::string_view reason) const;

 private:
  struct Attempt {
    Result<Report> result;
    bool may_retry = false;  // the error came from a race or a broken connection, not from the task
    bool partly_applied = false;
    std::optional<directory::Dn> was{};        // the name before a rename
    directory::Dn left_by{};                   // an entry that was to go ...
    std::vector<directory::Dn> left_groups{};  // ... and the groups it may have left already
  };
  using Before = std::optional<directory::Entry>;
  std::optional<Moves::Move> move_of(const EntryGoal& goal, const Before& entry);
  enum class Look { Nowhere, AsTold, Everywhere };  // for the entry: at Task::find, and elsewhere as well
  std::optional<Attempt> attempt_believed(const Task& task, Deadline deadline);
  Attempt attempt(const Task& task, Look look, Sameness sameness, Deadline deadline);
  void take_back(const Task& task, const Attempt& attempt, Deadline deadline);
  Result<> settle(Task task, const std::optional<directory::Dn>& at, Deadline deadline);
  NameChanges::Running announce(const EntryGoal& goal, const Current& current);
  Result<> catch_up(const EntryGoal& goal, const Current& current, const std::optional<directory::Dn>& now,
                    Deadline deadline);
  struct Together {
    std::size_t task;
    directory::Change change;
    Before before;
  };
  Result<std::optional<Stage>> planned_alone(const Task& task, const Current& found) const;
  std::vector<Together> apply_together(std::vector<Together> changes, std::vector<Result<>>& out,
                                       std::vector<std::size_t>& rest, bool again, Deadline deadline);
  Result<Current> current(const Task& task, Look look, Deadline deadline);
  using Answers = std::span<Result<std::vector<directory::Entry>>>;
  static std::vector<directory::SearchRequest> searches_of(const Task& task);
  static Result<Current> current_of(const Task& task, Answers answers);
  Result<> complete(Current& current, const EntryGoal& goal, Deadline deadline);
  Result<> find_goal(Current& current, const EntryGoal& goal, Deadline deadline);
  Result<> look_behind_aliases(Current& current, Deadline deadline);
  Result<> find_referrers(Current& current, const std::vector<std::string>& names, Deadline deadline);
  // What is left to be done of a plan when the server has given the entry this DN.
  using AfterRename = std::function<Plan(const directory::Dn& now)>;
  // What is done between the last stage but one and the last, which is about the entry of this name.
  using BeforeLast = std::function<Result<>(const directory::Dn& now)>;
  Attempt apply(const Task& task, Report report, const AfterRename& after_rename,
                const BeforeLast& before_last, Deadline deadline);
  Result<> rename(Report& report, std::size_t at, const AfterRename& after_rename, Deadline deadline);
  Result<> apply_stage(const Stage& stage, const Before& entry, Deadline deadline);
  Result<std::optional<directory::Entry>> apply_one(const Task& task, Report& report, Deadline deadline);
  Result<std::optional<directory::Entry>> apply_with_searches(const Task& task, Report& report,
                                                              Deadline deadline);
  Result<> guarded(const Plan& plan, const Before& entry) const;
  void note(const directory::Change& change, const Before& before, const std::optional<Error>& failure) const;

  directory::Directory& directory_;
  const Guard& guard_;
  GroupShape shape_;
  std::vector<directory::Dn> groups_;
  Journal* journal_;
  NameChanges* names_;
  Moves own_moves_;
  Moves& moves_;
};

}  // namespace dirbridge::sync
