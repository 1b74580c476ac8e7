#pragma once
// Source groups above some names, level by level; each name is asked for once. One that gets another name
// meanwhile is listed under none that was asked for: then all is asked for anew. One thread.
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

class Upward {
 public:
  // `which`: of the source groups. `without`: what is not counted; null: everything is. What is referred to
  // outlives it.
  Upward(const Context& context, Deadline deadline, directory::Filter which = granting(),
         const Without* without = nullptr);

  struct Group {
    std::string dn;
    std::string id;
    std::vector<directory::Dn> targets;
  };

  // All groups that list the name, directly or not, in circles too. They live until the next call.
  Result<std::vector<const Group*>> above(const std::string& name);

  // Asks for many in one go.
  Result<> ask(std::span<const std::string> names);

 private:
  Result<std::vector<const Group*>> look_above(const std::string& name);
  // Since they were asked for. True: what is known of names is forgotten.
  Result<bool> any_renamed(const std::vector<const Group*>& groups);
  bool leaves(const Group& group, const std::string& member) const;

  const Context& context_;
  const Deadline deadline_;
  const directory::Filter which_;
  const Without* without_;
  const NameWatch since_;
  std::uint64_t asked_at_ = 0;
  std::unordered_map<std::string, std::vector<Group>> parents_;
};

}  // namespace dirbridge::provision
