#pragma once
// Two requests at the same time, on a connection of some kind; then SCIM, the records and the directory
// groups have to say the same of everybody.
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "connection_fixture.hpp"

namespace dirbridge::test {

class RaceDriver {
 public:
  RaceDriver(TestConnection& connection, unsigned seed) : connection_(connection), random_(seed) {}

  // What a round begins with: a, b and c are active users, d is disabled; the group has a and b, the outer
  // one the group and d.
  struct Scene {
    std::string tag;
    std::string a, b, c, d;
    std::string group, outer;
  };
  using Act =
      std::function<Result<>(provision::Resources& users, provision::Resources& groups, const Scene&)>;
  struct Named {
    std::string name;
    Act act;
  };
  static const std::vector<Named>& group_changes();
  static const std::vector<Named>& member_changes();
  static const std::vector<Named>& outer_changes();
  static const std::vector<Named>& reads();

  // One round: both within 15 ms. What differs afterwards, and what an act has answered that it must not.
  std::vector<std::string> round(const Named& first, const Named& second);
  // The same while the directory goes away for a moment; each act is repeated until it is done.
  std::vector<std::string> round_with_an_outage(const Named& first, const Named& second);
  // All that differs now.
  std::vector<std::string> differences();

 private:
  Scene set();
  void clear();
  std::vector<directory::Entry> below(const directory::Dn& base, const std::string& object_class);
  std::vector<json::object> listed(provision::Resources& resources);
  void people(const std::vector<json::object>& users, std::vector<std::string>& out);
  std::set<std::string> reached(const std::string& group, std::set<std::string>& seen);

  TestConnection& connection_;
  std::mt19937 random_;
  int rounds_ = 0;
  // Of the last look: ids to DNs of users who are to be seen, to DNs of all homes, and to members.
  std::map<std::string, std::string> seen_users_;
  std::map<std::string, std::string> homes_;
  std::map<std::string, std::vector<std::string>> members_;
};

}  // namespace dirbridge::test
