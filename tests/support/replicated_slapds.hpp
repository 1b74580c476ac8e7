#pragma once
// Two private slapds that replicate each other (syncrepl, multi-provider): each takes changes, and has those
// of the other a moment later.
#include <memory>

#include "base/clock.hpp"
#include "slapd/private_slapd.hpp"

namespace dirbridge::test {

class ReplicatedSlapds {
 public:
  // Throws when they do not start. Accounts have the same passwords on both.
  ReplicatedSlapds();

  slapd::PrivateSlapd& first() { return *first_; }
  slapd::PrivateSlapd& second() { return *second_; }

  // The second one gets nothing more from the first one.
  void cut();
  // Whether both have the same changes by then.
  bool alike(Deadline deadline);

 private:
  void replicate(slapd::PrivateSlapd& server, int id, const slapd::PrivateSlapd& from);
  std::unique_ptr<slapd::PrivateSlapd> first_;
  std::unique_ptr<slapd::PrivateSlapd> second_;
};

}  // namespace dirbridge::test
