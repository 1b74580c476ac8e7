#pragma once
// Random requests to a connection whose directory fails by chance. A request that failed has left nothing
// behind once it was repeated, or once the sweep has run where nobody repeats it; a repeat reaches what the
// request would have made of a twin that does not fail, or is refused as it is there (design rule 18).
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/directory_state.hpp"
#include "support/faulty_directory.hpp"
#include "support/random_requests.hpp"

namespace dirbridge::test {

class InterruptionWalk {
 public:
  // `rules`: the bases, which are there, below `suffix`. `as_administrator` may write everything.
  InterruptionWalk(directory::Directory& as_administrator, directory::Directory& as_bridge,
                   mapping::Rules rules, unsigned seed);

  // What does not hold, in words; empty: all is well.
  std::string step();
  // The same when all steps were made: what is to be mended is mended by one sweep.
  std::string end();
  std::size_t interrupted() const { return interrupted_; }

 private:
  using Entries = std::vector<directory::Entry>;

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t many) { return pick(many) == 0; }
  void choose_rules();
  void restart();
  void administrator_adds();
  void see(const Entries& entries);
  std::string request();
  std::string compare(const Request& request, const Answer& should_be, const Answer& is);
  std::string given_up();
  std::string check_removal(const Request& request);
  std::string sweep();
  std::string apply();
  std::string check(const Entries& entries);
  std::string check_ids(const Entries& entries);
  std::string check_group(const directory::Entry& group, const Entries& entries);
  DirectoryState state();
  Entries entries();

  directory::Directory& administrator_;
  FaultyDirectory faulty_;
  mapping::Rules rules_;
  std::mt19937 random_;
  RandomRequests requests_;
  std::unique_ptr<ConnectionParts> connection_;
  std::vector<std::string> users_, groups_;  // ids
  Entries now_;                              // all there are; empty: not read yet
  std::size_t people_ = 0;                   // of the administrator
  std::string rules_told_;
  std::size_t interrupted_ = 0;
  bool places_are_owed_ = false;  // of who was to be put aside, and could not be
};

}  // namespace dirbridge::test
