#include "base/uuid.hpp"
#include "provision/doors/resources.hpp"
#include "provision/groups/undo.hpp"
#include "provision/users/arrival.hpp"
#include "provision/users/editing.hpp"
#include "provision/users/reader.hpp"
#include "provision/users/remarks.hpp"
#include "provision/users/removal.hpp"
#include "provision/users/undo.hpp"
#include "provision/with_handover.hpp"

namespace dirbridge::provision {

namespace {

class Users final : public Resources {
 public:
  explicit Users(const Context& context) : context_(context), reader_(context) {}

  const scim::ResourceType& type() const override { return context_.catalog.user; }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    return reader_.find(id, members, deadline);
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
    return make(std::move(body), before, deadline);
  }

  Result<Created> create_undoably(json::value body, Deadline deadline) override {
    Before before;
    auto made = make(std::move(body), before, deadline);
    if (!made) return made.error();
    return undoable(context_, std::move(*made), std::move(before), undo_user);
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    auto record = replace_user(context_, id, std::move(body), precondition, deadline);
    if (!record) return record.error();
    return Opened{reader_.shown(std::move(*record))};
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition, Members,
                        Deadline deadline) override {
    auto record = patch_user(context_, id, std::move(body), precondition, deadline);
    if (!record) return record.error();
    return Patched{reader_.shown(std::move(*record)), true};
  }

  Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    return with_handover(context_, deadline, [&](const Context& context) -> Result<> {
      auto lease = context.locks.acquire({{id_key(id)}, {}}, deadline);
      if (!lease) return lease.error();
      return remove_user(context, id, precondition, deadline);
    });
  }

  Result<> approve(std::string_view id, Deadline deadline) override {
    return decide_user(context_, id, sync::Decision::Approved, deadline);
  }
  Result<> reject(std::string_view id, Deadline deadline) override {
    return decide_user(context_, id, sync::Decision::Rejected, deadline);
  }

  Result<bool> converge(std::string_view id, Deadline deadline) override {
    return converge_user(context_, id, deadline);
  }

 private:
  Result<json::object> make(json::value body, Before& before, Deadline deadline) {
    auto read = scim::read_resource(type(), std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    const auto wish = wish_of_new(std::move(*read));
    auto record = with_handover(context_, deadline, [&](const Context& context) {
      return arrive_user(context, wish, before, deadline);
    });
    if (!record) return remarked(context_, record.error(), wish.content);
    remark_on_bad_characters(context_, *record);
    remark_on_unshown(context_, *record, {});
    return reader_.shown(std::move(*record));
  }

  const Context context_;
  UserReader reader_;
};

}  // namespace

std::unique_ptr<Resources> make_users(const Context& context) {
  return std::make_unique<Users>(context);
}

}  // namespace dirbridge::provision
