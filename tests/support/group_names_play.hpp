#pragma once
// Random steps of identity providers and an administrator on a directory with groups of his own, in several
// units and of both classes, under random options; after each step every group's name is still its own in
// what the products read, and his groups are where they were, with those whom he put into them.
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "directory/group_classes.hpp"
#include "support/connection_parts.hpp"

namespace dirbridge::test {

class GroupNamesPlay {
 public:
  // `rules`: the bases, which are there. `as_administrator` may write everything.
  GroupNamesPlay(directory::Directory& as_administrator, directory::Directory& as_bridge,
                 mapping::Rules rules, unsigned seed);

  // What does not hold any more, in words; empty: all is well.
  std::string step();
  std::size_t conflicts() const { return conflicts_; }  // refused as such
  std::size_t made() const { return made_; }

 private:
  struct Own {
    directory::Dn dn;
    std::string by_hand;  // a member
  };

  std::size_t pick(std::size_t below);
  bool one_in(std::size_t many) { return pick(many) == 0; }
  std::string name();
  directory::Dn unit();
  void restart();
  void add_unit(const std::string& name);
  void administrator_adds();
  void administrator_moves();
  void add_user();
  void add_group();
  void change_group();
  void note(const Result<>& done);
  std::map<std::string, std::vector<directory::Dn>> groups_by_name();
  std::string check();

  directory::Directory& administrator_;
  directory::GroupClasses bridge_;
  const mapping::Rules rules_;
  std::mt19937 random_;
  std::unique_ptr<ConnectionParts> connection_;
  std::vector<std::string> users_, groups_;  // ids
  std::vector<Own> own_;
  std::string last_;  // what was done
  std::size_t conflicts_ = 0;
  std::size_t made_ = 0;
};

}  // namespace dirbridge::test
