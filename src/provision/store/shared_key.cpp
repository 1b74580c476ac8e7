#include "provision/store/shared_key.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/seal.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

namespace json = boost::json;
using directory::Filter;

constexpr const char* member_name = "cursorKey";

Result<Secret> key_of(const directory::Entry& entry) {
  const auto damaged = [&] {
    return error(ErrorKind::Internal,
                 "the key in " + entry.dn.str() + " is damaged: delete that entry, and a new one is made");
  };
  boost::system::error_code failure;
  const auto content = json::parse(entry.attributes.first(attr::resource), failure);
  if (failure || !content.is_object()) return damaged();
  const auto* text = content.get_object().if_contains(member_name);
  const auto key = text && text->is_string() ? from_base64url(text->get_string()) : std::nullopt;
  if (!key || key->size() != seal_key_bytes) return damaged();
  return Secret(*key);
}

class StoredKey final : public SharedKey {
 public:
  StoredKey(const Context& context, sync::Reconciler& writer)
      : context_(context),
        writer_(writer),
        id_(named_uuid("dirbridge shared key of " + context.rules.connection)) {}

  Result<Secret> get(Deadline deadline) override {
    auto stored = look(deadline);
    if (!stored) return stored.error();
    if (*stored) return **stored;
    if (auto made = make(deadline); !made && made.error().kind != ErrorKind::Uniqueness) return made.error();
    stored = look(deadline);  // another instance may have been faster
    if (!stored) return stored.error();
    if (!*stored) return error(ErrorKind::Unavailable, "the key of this connection is gone again");
    return **stored;
  }

  Result<std::optional<Secret>> look(Deadline deadline) override {
    auto entries = directory::search(context_.directory, find(), deadline);
    if (!entries) return entries.error();
    if (entries->empty()) return std::optional<Secret>();
    auto key = key_of(entries->front());
    if (!key) return key.error();
    return std::optional(std::move(*key));
  }

 private:
  directory::SearchRequest find() const {
    return {context_.rules.bridge_base,
            directory::Scope::OneLevel,
            Filter::equal(attr::id, id_),
            {attr::id, attr::connection, attr::resource},
            0};
  }

  Result<> make(Deadline deadline) {
    const json::object content{{member_name, to_base64url(random_bytes(seal_key_bytes))}};
    sync::Task task;
    task.find = find();
    task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
      sync::EntryGoal goal;
      goal.reason = "the key of paging cursors";
      goal.dn = entry ? entry->dn : context_.rules.bridge_base.child(directory::Rdn(attr::id, id_));
      if (entry) return goal;
      goal.attributes = {
          sync::exactly("objectClass", {"top", object_class::record}), sync::exactly(attr::id, {id_}),
          sync::exactly(attr::connection, {context_.rules.connection}),
          sync::exactly("description", {"Key of paging cursors; deleting it ends all of them"}),
          sync::exactly(attr::resource, {json::serialize(content)})};
      return goal;
    };
    auto report = writer_.run(task, deadline);
    return report ? Result<>() : Result<>(report.error());
  }

  Context context_;
  sync::Reconciler& writer_;
  std::string id_;
};

}  // namespace

std::unique_ptr<SharedKey> make_shared_key(const Context& context, sync::Reconciler& writer) {
  return std::make_unique<StoredKey>(context, writer);
}

std::unique_ptr<SharedKey> make_shared_key(const Context& context) {
  return make_shared_key(context, context.reconciler);
}

}  // namespace dirbridge::provision
