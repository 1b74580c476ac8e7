#pragma once
// A walk by chance over users, groups, rules and values, on any directory: identity providers do what they
// like, administrators change the configuration and write entries of their own. Whatever that makes of it,
// whoever is to lose access loses it (design rule 15).
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/connection_parts.hpp"

namespace dirbridge::test {

class RemovalWalk {
 public:
  using Adjust = std::function<void(mapping::Rules&)>;
  // `directory` has the bases of a private slapd, and outlives it. `of_server`: the rules that it takes.
  RemovalWalk(
      directory::Directory& directory, unsigned seed, Adjust of_server = [](auto&) {});

  // What went wrong, with the steps that led to it; empty: nothing.
  std::string run(int steps);
  int removals() const { return removals_; }

 private:
  using Text = std::string;

  void step();
  void restart();
  void choose_rules(mapping::Rules& rules);
  void choose_user_rules(mapping::Rules& rules);
  void choose_group_rules(mapping::Rules& rules);
  void somebody_else_writes();
  void create_user();
  void create_group();
  void change_user();
  void change_group();
  void apply();
  void disable();
  void delete_user();
  void delete_group();
  void remove_member();

  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  template <class List>
  const auto& one_of(const List& list) {
    return list[random_() % list.size()];
  }
  Text junk();
  Text user_attributes();
  Text group_body(const Text& members);
  Text random_user();
  Text random_group();

  void must(const Text& what, const std::optional<Error>& failure);
  void expect(bool holds, const Text& what);
  void expect_hidden(const Text& id);
  std::vector<directory::Entry> entries_of(const Text& id);

  directory::Directory& directory_;
  const Adjust of_server_;
  std::mt19937 random_;
  bool moves_;  // disabled users to a place of their own, with all rules: without it they would be out of
                // sight
  std::unique_ptr<ConnectionParts> parts_;
  std::vector<Text> users_;
  std::vector<Text> groups_;
  std::vector<Text> told_;
  Text wrong_;
  Text rules_told_;
  int removals_ = 0;
};

}  // namespace dirbridge::test
