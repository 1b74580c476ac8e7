#include "base/uuid.hpp"
#include "provision/doors/resources.hpp"
#include "provision/groups/converge.hpp"
#include "provision/groups/creation.hpp"
#include "provision/groups/decision.hpp"
#include "provision/groups/patch.hpp"
#include "provision/groups/reader.hpp"
#include "provision/groups/removal.hpp"
#include "provision/groups/replace.hpp"
#include "provision/groups/undo_group.hpp"

namespace dirbridge::provision {

namespace {

class Groups final : public Resources {
 public:
  explicit Groups(const Context& context)
      : context_(context),
        reader_(context),
        creation_(context_, reader_),
        update_(context_, reader_),
        patching_(context_, reader_, update_) {}

  const scim::ResourceType& type() const override { return context_.catalog.group; }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    return reader_.find(id, members, deadline);
  }

  Result<Opened> open(std::string_view id, Members members, Deadline deadline) override {
    return reader_.open(id, members, deadline);
  }

  Result<Selected> select(const Query& query, Age age, Deadline deadline) override {
    return reader_.select(query, age, deadline);
  }

  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline) override {
    return reader_.load(ids, selected, members, deadline);
  }

  Result<json::object> create(json::value body, Deadline deadline) override {
    Before before;
    return creation_.run(std::move(body), before, deadline);
  }

  Result<Created> create_undoably(json::value body, Deadline deadline) override {
    Before before;
    auto made = creation_.run(std::move(body), before, deadline);
    if (!made) return made.error();
    return undoable(context_, std::move(*made), std::move(before), undo_group);
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    auto done = replace_group(context_, reader_, update_, id, std::move(body), precondition, deadline);
    if (!done) return done.error();
    return reader_.open(id, Members::Load, deadline);
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition,
                        Members members, Deadline deadline) override {
    return patching_.run(id, std::move(body), precondition, members, deadline);
  }

  Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    auto lease = context_.locks.acquire({{id_key(id)}, {}}, deadline);
    if (!lease) return lease.error();
    return remove_group(context_, id, precondition, deadline);
  }

  Result<> approve(std::string_view id, Deadline deadline) override {
    return decide_group(context_, update_, id, sync::Decision::Approved, deadline);
  }
  Result<> reject(std::string_view id, Deadline deadline) override {
    return decide_group(context_, update_, id, sync::Decision::Rejected, deadline);
  }

  Result<bool> converge(std::string_view id, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    auto lease = context_.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!lease) return lease.error();
    return converge_group(context_, id, update_.attributes(), deadline);
  }

 private:
  const Context context_;
  GroupReader reader_;
  const GroupCreation creation_;
  GroupUpdate update_;
  GroupPatching patching_;
};

}  // namespace

std::unique_ptr<Resources> make_groups(const Context& context) {
  return std::make_unique<Groups>(context);
}

}  // namespace dirbridge::provision
