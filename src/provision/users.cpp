#include "mapping/user_entry.hpp"

#include "base/uuid.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/naming.hpp"
#include "mapping/password.hpp"
#include "provision/arrival.hpp"
#include "provision/disabling.hpp"
#include "provision/listing.hpp"
#include "provision/pending.hpp"
#include "provision/resources.hpp"
#include "provision/stored.hpp"
#include "provision/user_groups.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

namespace {

bool touches(const std::vector<scim::PatchOperation>& operations, std::string_view attribute) {
  for (const auto& operation : operations)
    if (operation.path.target.attribute && operation.path.target.attribute->name == attribute) return true;
  return false;
}

class Users final : public Resources {
 public:
  explicit Users(const Context& context)
      : context_(context),
        type_(context.catalog.user),
        attributes_(mapping::with_extensions(mapping::user_attributes(), context.rules.user_attributes)),
        listing_({context.rules.user_base, "dirbridgeUser", mapping::record_attributes(),
                  &context.catalog.user}) {}

  const scim::ResourceType& type() const override { return type_; }

  Result<json::object> create(json::value body, Deadline deadline) override {
    auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    Arrival arrival{
        new_uuid(context_.clock.now()), std::move(read->resource), {}, &type_, attributes_, "userName"};
    be_active(arrival.content);
    auto goal = goal_of(arrival.id, {arrival.content, {std::move(read->password), false}}, std::nullopt,
                        "POST /Users");
    if (!goal) return goal.error();
    arrival.goal = std::move(*goal);
    Keys keys{{dn_key(arrival.goal.dn)}, {renames}};
    add_external_id_key(keys.exclusive, arrival.content);
    auto held = context_.locks.acquire(keys, deadline);
    if (!held) return held.error();
    auto record = arrive(context_, arrival, deadline);
    if (!record) return record.error();
    return shown(std::move(*record));
  }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    auto entry = find_entry(context_, type_, id, mapping::record_attributes(), deadline);
    if (!entry) return entry.error();
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    std::vector<json::object> found{shown(std::move(*record))};
    if (members == Members::Load)
      if (auto done = add_groups(found, {entry->dn}, deadline); !done) return done.error();
    return std::move(found.front());
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    const auto target =
        mapping::place(std::nullopt, context_.rules.user_base, context_.rules.user_naming_attribute,
                       text_of(read->resource, "userName"));
    auto edited = edit(id, precondition, {{id_key(id), dn_key(target)}, {renames}}, deadline, "PUT /Users",
                       [&](const mapping::Record& record) -> Result<Wanted> {
                         auto content = scim::replace(type_, *read, record.content, context_.put_omitted);
                         if (!content) return content.error();
                         be_active(*content);
                         return Wanted{std::move(*content), {read->password, read->password_removed}};
                       });
    if (!edited) return edited.error();
    return Opened{std::move(*edited)};
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition, Members,
                        Deadline deadline) override {
    auto operations = scim::parse_patch(type_, std::move(body));
    if (!operations) return operations.error();
    Keys keys{{id_key(id)}, {}};
    if (touches(*operations, "userName")) keys.exclusive.push_back(renames);
    auto edited = edit(id, precondition, keys, deadline, "PATCH /Users",
                       [&](const mapping::Record& record) { return patched(record, *operations); });
    if (!edited) return edited.error();
    return Patched{std::move(*edited), true};
  }

  Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    auto held = context_.locks.acquire({{id_key(id)}, {}}, deadline);
    if (!held) return held.error();
    return provision::remove(context_, by_id(context_, type_, id, attributes_), precondition, "DELETE /Users",
                             deadline);
  }

  Result<> approve(std::string_view id, Deadline deadline) override {
    return decide(id, sync::Decision::Approved, deadline);
  }
  Result<> reject(std::string_view id, Deadline deadline) override {
    return decide(id, sync::Decision::Rejected, deadline);
  }

  Result<Selected> select(const Query& query, Age age, Deadline deadline) override {
    return listing_.select(context_, query, age, deadline);
  }

  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline) override {
    std::vector<json::object> out;
    std::vector<directory::Dn> names;
    if (!selected.read.empty()) {
      for (const auto& id : ids) {
        auto& read = selected.read.at(id);
        out.push_back(std::move(read.resource));
        names.push_back(std::move(read.dn));
      }
    } else {
      auto loaded = listing_.load(context_, ids, mapping::record_attributes(), deadline);
      if (!loaded) return loaded.error();
      for (auto& one : *loaded) {
        names.push_back(one.record.dn);
        out.push_back(shown(std::move(one.record)));
      }
    }
    if (members == Members::Load)
      if (auto done = add_groups(out, names, deadline); !done) return done.error();
    return out;
  }

 private:
  // What a request wants a user to be.
  struct Wanted {
    json::object content;
    mapping::PasswordChange password;
  };
  using NewContent = std::function<Result<Wanted>(const mapping::Record&)>;

  // An account is active unless its full representation says otherwise.
  static void be_active(json::object& content) {
    if (!content.contains("active")) content["active"] = true;
  }

  // The id takes part, so that an operation which would change it is refused.
  Result<Wanted> patched(const mapping::Record& record,
                         std::span<const scim::PatchOperation> operations) const {
    auto content = record.content;
    content["id"] = record.id;
    auto result = scim::apply(type_, content, operations, context_.patch_policy);
    if (!result) return result.error();
    result->resource.stable_erase("id");
    return Wanted{std::move(result->resource), {std::move(result->password), result->password_removed}};
  }

  Result<sync::EntryGoal> goal_of(const std::string& id, const Wanted& wanted,
                                  const std::optional<directory::Entry>& entry,
                                  const std::string& reason) const {
    auto goal = mapping::user_goal(context_.rules, id, wanted.content, entry, reason);
    if (!goal) return goal;
    auto password = mapping::password_goal(context_.rules.password, wanted.password);
    if (!password) return password.error();
    if (*password) goal->attributes.push_back(std::move(**password));
    return goal;
  }

  Result<json::object> edit(std::string_view id, const Precondition& precondition, const Keys& keys,
                            Deadline deadline, const std::string& reason, const NewContent& new_content) {
    if (!is_uuid(id)) return no_such_id(id);
    auto held = context_.locks.acquire(keys, deadline);
    if (!held) return held.error();
    Change wish;
    wish.find = by_id(context_, type_, id, attributes_);
    wish.unread = {mapping::password_attribute};  // write-only for us as well
    wish.precondition = precondition;
    Permission permission(context_.removals, sync::Removal::Disable);
    wish.edit = [&](const mapping::Record& record, const directory::Entry& entry) -> Result<sync::EntryGoal> {
      auto wanted = new_content(record);
      if (!wanted) return wanted.error();
      const auto goal = [&](const json::object& content) {
        return goal_of(record.id, {content, wanted->password}, entry, reason);
      };
      return goal_within_budget(context_, permission, record, entry, wanted->content, goal, deadline);
    };
    auto changed = change(context_, wish, deadline);
    if (changed) permission.landed(changed->after.dn);
    if (!changed && changed.error().kind == ErrorKind::Uniqueness)
      return error(ErrorKind::Uniqueness, "the userName is already in use", "userName");
    if (!changed) return changed.error();
    const auto external_id = text_of(changed->after.content, "externalId");
    if (!external_id.empty() && external_id != text_of(changed->before.content, "externalId"))
      if (auto done = admit_waiting(context_, changed->after.dn, {external_id}, deadline); !done)
        return done.error();
    return shown(std::move(changed->after));
  }

  // Only what was read is decided on: a change meanwhile is an error, and the next look shows it.
  Result<> decide(std::string_view id, sync::Decision decision, Deadline deadline) {
    auto held = context_.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!held) return held.error();
    auto found = find_entry(context_, type_, id, attributes_, deadline);
    if (!found) return found.error();
    auto read = mapping::read_record(*found);
    if (!read) return read.error();
    if (!has_held(*found, held::disable)) return nothing_waits(id);
    Change wish;
    wish.find = by_id(context_, type_, id, attributes_);
    wish.unread = {mapping::password_attribute};
    wish.precondition.version = read->version;
    wish.edit = [&](const mapping::Record& record, const directory::Entry& entry) -> Result<sync::EntryGoal> {
      return decided_goal(decision, record, entry, [&](const json::object& content) {
        return goal_of(record.id, {content, {}}, entry, "a held removal is decided");
      });
    };
    auto changed = change(context_, wish, deadline);
    if (!changed) return changed.error();
    if (context_.removals)
      context_.removals->decided(decision, sync::Removal::Disable, changed->after.dn, {}, {});
    return {};
  }

  Result<> add_groups(std::vector<json::object>& users, const std::vector<directory::Dn>& names,
                      Deadline deadline) const {
    auto groups = groups_of(context_, names, deadline);
    if (!groups) return groups.error();
    for (std::size_t i = 0; i < users.size(); ++i)
      if (!(*groups)[i].empty()) users[i]["groups"] = std::move((*groups)[i]);
    return {};
  }

  json::object shown(mapping::Record record) const {
    return mapping::to_resource(std::move(record), type_.name);
  }

  Context context_;
  const scim::ResourceType& type_;
  const std::vector<std::string> attributes_;  // to read of an entry that is changed
  Listing listing_;
};

}  // namespace

std::unique_ptr<Resources> make_users(const Context& context) {
  return std::make_unique<Users>(context);
}

}  // namespace dirbridge::provision
