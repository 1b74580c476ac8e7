#pragma once
// A group that the identity provider creates: a new home, that of a deleted group of this name, or a
// directory group that was left. Thread-safe.
#include "provision/groups/before.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/reader.hpp"

namespace dirbridge::provision {

class GroupCreation {
 public:
  // Both outlive it.
  GroupCreation(const Context& context, const GroupReader& reader)
      : context_(context),
        type_(context.catalog.group),
        reader_(reader),
        attributes_(reader.attributes(Members::Leave)) {}

  // The body of a POST. What is refused has left nothing behind; what is made can be undone to `before`.
  Result<json::object> run(json::value body, Before& before, Deadline deadline) const;

 private:
  Result<json::object> make_or_leave_nothing(json::object& content, const std::string& name,
                                             const std::vector<std::string>& ids, Before& before,
                                             Deadline deadline) const;
  Result<json::object> make_locked(const std::string& id, json::object& content, const std::string& name,
                                   const std::vector<std::string>& ids, Before& before,
                                   Deadline deadline) const;
  Result<json::object> add_group(const std::string& id, json::object& content, const Namesakes& namesakes,
                                 const LockedMembers& held, const std::vector<std::string>& members,
                                 Before& before, Deadline deadline) const;
  Result<mapping::Record> taken_up_or_new(const Namesakes& namesakes, Arrival& arrival,
                                          const std::vector<std::string>& members, Before& before,
                                          Deadline deadline) const;

  const Context& context_;
  const scim::ResourceType& type_;
  const GroupReader& reader_;
  const std::vector<std::string> attributes_;  // to read of a home, without members
};

}  // namespace dirbridge::provision
