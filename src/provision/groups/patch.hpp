#pragma once
// PATCH of a group. PATCHes of one group that name the members who come or leave, and nothing else, run side
// by side and are made together. Errors: those of Writer. Thread-safe; blocks.
#include "provision/doors/writer.hpp"
#include "provision/groups/update.hpp"
#include "provision/members/batches.hpp"

namespace dirbridge::provision {

class GroupPatching {
 public:
  // All outlive it.
  GroupPatching(const Context& context, GroupReader& reader, GroupUpdate& update)
      : context_(context), reader_(reader), update_(update) {}

  Result<Patched> run(std::string_view id, json::value body, const Precondition& precondition,
                      Members members, Deadline deadline);

 private:
  struct PatchedAt {
    Patched group;
    directory::Dn home;
  };
  using Operations = std::vector<scim::PatchOperation>;

  Result<PatchedAt> patch(std::string_view id, Operations operations, Extent extent,
                          const Precondition& precondition, Members members, Deadline deadline);
  Result<PatchedAt> answer(std::string_view id, Changed changed, Members members, Deadline deadline);

  const Context& context_;
  GroupReader& reader_;
  GroupUpdate& update_;
  MemberBatches batches_;
};

}  // namespace dirbridge::provision
