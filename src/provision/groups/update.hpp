#pragma once
// Writing one edit of a group that is there: the goal that a request makes of its record, read and written
// with what is known of a large group. Thread-safe.
#include <string>
#include <string_view>
#include <vector>

#include "provision/grants/removed_members.hpp"
#include "provision/groups/known.hpp"
#include "provision/groups/reader.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// What of a request is done.
enum class Extent { All, MembersAlone };

// The goal for the home. Uniqueness: another group has the new name.
Result<sync::EntryGoal> goal_of_request(const Context& context, const mapping::Record& record,
                                        const json::object& content, const mapping::MemberDelta& delta,
                                        const directory::Entry& entry, Extent extent,
                                        const std::string& reason, Deadline deadline);

class GroupUpdate {
 public:
  // Both outlive it.
  GroupUpdate(const Context& context, GroupReader& reader)
      : context_(context), reader_(reader), attributes_(reader.attributes(Members::Leave)) {}

  // What is read of the members: before the change, and with its answer.
  struct Reads {
    Members before = Members::Leave;
    bool after = false;
  };

  // The caller holds the group's key. `removed`: whom the edit takes out; null: nobody.
  Result<Changed> run(std::string_view id, const Precondition& precondition, Reads reads, const Edit& edit,
                      RemovedMembers* removed, Deadline deadline);

  // To read of a home that is changed, without members.
  const std::vector<std::string>& attributes() const { return attributes_; }

 private:
  const Context& context_;
  GroupReader& reader_;
  const std::vector<std::string> attributes_;
  KnownGroups known_;
};

}  // namespace dirbridge::provision
