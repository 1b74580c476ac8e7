#include <algorithm>

#include "base/log.hpp"
#include "base/uuid.hpp"
#include "mapping/content.hpp"
#include "mapping/user_entry.hpp"
#include "provision/doors/resources.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/patch_keys.hpp"
#include "provision/groups/pending.hpp"
#include "provision/members/user_groups.hpp"
#include "provision/query/listing.hpp"
#include "provision/refusal.hpp"
#include "provision/store/homes.hpp"
#include "provision/users/arrival.hpp"
#include "provision/users/leaving.hpp"
#include "provision/users/names.hpp"
#include "provision/users/removal.hpp"
#include "provision/users/undo.hpp"
#include "provision/with_handover.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t most_told = 20;  // of what is wrong with one request
constexpr int most_looks = 100;        // at one who moves all the time

class Users final : public Resources {
 public:
  explicit Users(const Context& context)
      : context_(context),
        type_(context.catalog.user),
        listing_({homes(context, context.catalog.user), "dirbridgeUser", mapping::record_attributes(),
                  &context.catalog.user}) {}

  const scim::ResourceType& type() const override { return type_; }

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

  Result<json::object> make(json::value body, Before& before, Deadline deadline) {
    auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    UserWish wish{std::move(read->resource), {std::move(read->password), false}};
    be_active(wish.content);
    auto record = with_handover(context_, deadline, [&](const Context& context) {
      return arrive_user(context, wish, before, deadline);
    });
    if (!record) return noted(record.error(), wish.content);
    warn_of_bad_characters(*record);
    tell_unshown(*record, {});
    return shown(std::move(*record));
  }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    const auto moment = context_.reconciler.moves().now();
    auto entry = find_entry(context_, type_, id, mapping::record_attributes(), deadline);
    if (!entry) return entry.error();
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    std::vector<json::object> found{shown(std::move(*record))};
    if (members == Members::Load)
      if (auto done = add_groups(found, {entry->dn}, moment, deadline); !done) return done.error();
    return std::move(found.front());
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    const bool leaves = scim::takes_active_away(type_, body);
    auto read = scim::read_possible(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    if (!leaves && !read->refused.empty()) return read->refused.front();
    const bool named = !text_of(read->resource, "userName").empty();
    auto keys = named ? arrival_keys(context_, read->resource) : Keys{{}, {renames}};
    keys.exclusive.push_back(id_key(id));
    Refused left;
    auto edited = edit(id, precondition, keys, deadline, "PUT /Users", left,
                       [&](const mapping::Record& record) { return replaced(record, *read, leaves, left); });
    if (!edited) return edited.error();
    return Opened{std::move(*edited)};
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition, Members,
                        Deadline deadline) override {
    auto read = scim::read_patch(type_, std::move(body));
    if (!read) return read.error();
    const bool leaves = scim::takes_active_away(read->operations);
    if (!leaves && !read->refused.empty()) return read->refused.front();
    const auto& operations = read->operations;
    Keys keys{{id_key(id)}, {}};
    if (scim::touches(operations, "userName") || (homes_change() && scim::touches(operations, "active")))
      keys.exclusive.push_back(renames);
    add_external_id_keys(keys.exclusive, operations);
    Refused left;
    auto edited =
        edit(id, precondition, keys, deadline, "PATCH /Users", left, [&](const mapping::Record& record) {
          return leaves ? patched_at_least(record, *read, left) : patched(record, operations);
        });
    if (!edited) return edited.error();
    return Patched{std::move(*edited), true};
  }

  Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    return with_handover(context_, deadline, [&](const Context& context) -> Result<> {
      auto held = context.locks.acquire({{id_key(id)}, {}}, deadline);
      if (!held) return held.error();
      return remove_user(context, id, precondition, deadline);
    });
  }

  Result<bool> converge(std::string_view id, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    return with_handover(context_, deadline, [&](const Context& context) -> Result<bool> {
      auto held = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
      if (!held) return held.error();
      auto changed = change_user(context, id, {}, as_recorded, "apply", deadline);
      if (!changed) return changed.error();
      if (!mapping::maps_groups(context.rules)) return changed->written;
      auto shown_in_groups = project_user(context, changed->after.dn, deadline);
      if (!shown_in_groups) return shown_in_groups.error();
      return changed->written || *shown_in_groups;
    });
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
    const auto moment = context_.reconciler.moves().now();
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
      if (auto done = add_groups(out, names, moment, deadline); !done) return done.error();
    return out;
  }

 private:
  // Whether enabling or disabling may take a name.
  bool homes_change() const {
    const auto& rules = context_.rules;
    return rules.disable.delete_entry || rules.disable.move_to || !rules.user_options.import;
  }

  // A name that has no login name is a conflict that an administrator has to know of.
  Error noted(Error refused, const json::object& content) const {
    if (refused.kind == ErrorKind::InvalidValue && refused.field == "userName")
      log_conflict(context_, text_of(content, "userName"), refused.detail);
    return refused;
  }

  // An account is active unless its full representation says otherwise.
  static void be_active(json::object& content) {
    if (!content.contains("active")) content["active"] = true;
  }

  using Refused = std::vector<Error>;  // what was asked for beside `active: false` and cannot be had

  // Only `active` is taken of what else cannot be read.
  static UserWish disabled(const mapping::Record& record) {
    UserWish out{record.content, {}, true};
    out.content["active"] = false;
    return out;
  }

  // What could not be read, and beside it what is not named, stays as it is.
  Result<UserWish> replaced(const mapping::Record& record, const scim::ReadResource& read, bool leaves,
                            Refused& left) const {
    left = read.refused;
    const auto omitted = read.refused.empty() ? context_.put_omitted : scim::PutOmitted::Keep;
    auto content = scim::replace(type_, read, record.content, omitted);
    if (!content && !leaves) return content.error();
    if (!content || (leaves && !mapping::is_false(*content, "active"))) {
      if (!content) left.push_back(content.error());
      return disabled(record);
    }
    // Only an explicit `true` enables.
    if (!content->contains("active")) (*content)["active"] = !mapping::is_false(record.content, "active");
    return UserWish{std::move(*content), {read.password, read.password_removed}, leaves};
  }

  // Every operation, or else those that can be applied: `active: false` is among them.
  Result<UserWish> patched_at_least(const mapping::Record& record, const scim::PatchRead& read,
                                    Refused& left) const {
    left = read.refused;
    if (left.empty()) {
      auto all = patched(record, read.operations);
      if (all) {
        all->leaves = true;
        return all;
      }
    }
    auto possible = scim::apply_possible(type_, with_id(record), read.operations, context_.patch_policy);
    left.insert(left.end(), possible.refused.begin(), possible.refused.end());
    auto& result = possible.result;
    result.resource.stable_erase("id");
    if (!mapping::is_false(result.resource, "active")) return disabled(record);
    return UserWish{std::move(result.resource), {std::move(result.password), result.password_removed}, true};
  }

  static json::object with_id(const mapping::Record& record) {
    auto content = record.content;
    content["id"] = record.id;
    return content;
  }

  // The id takes part, so that an operation which would change it is refused.
  Result<UserWish> patched(const mapping::Record& record,
                           std::span<const scim::PatchOperation> operations) const {
    auto result = scim::apply(type_, with_id(record), operations, context_.patch_policy);
    if (!result) return result.error();
    result->resource.stable_erase("id");
    // Nobody is enabled by what says nothing.
    if (record.content.contains("active") && !result->resource.contains("active"))
      return error(ErrorKind::InvalidValue, "active is true or false, and stays so", "active");
    return UserWish{std::move(result->resource), {std::move(result->password), result->password_removed}};
  }

  Result<json::object> edit(std::string_view id, const Precondition& precondition, const Keys& keys,
                            Deadline deadline, const std::string& reason, const Refused& left,
                            const NewUser& new_user) {
    if (!is_uuid(id)) return no_such_id(id);
    return with_handover(context_, deadline, [&](const Context& context) {
      return edit_locked(context, id, precondition, keys, deadline, reason, left, new_user);
    });
  }

  Result<json::object> edit_locked(const Context& context, std::string_view id,
                                   const Precondition& precondition, const Keys& keys, Deadline deadline,
                                   const std::string& reason, const Refused& left, const NewUser& new_user) {
    auto held = context.locks.acquire(keys, deadline);
    if (!held) return held.error();
    json::object wanted;
    bool leaves = false;
    const auto remembered = [&](const mapping::Record& record) {
      auto wish = new_user(record);
      if (wish) wanted = wish->content;
      leaves = wish && wish->leaves;
      return wish;
    };
    auto changed = change_user(context, id, precondition, remembered, reason, deadline);
    if (!changed) return noted(changed.error(), wanted);
    if (text_of(changed->after.content, "userName") != text_of(changed->before.content, "userName"))
      warn_of_bad_characters(changed->after);
    for (std::size_t i = 0; i < std::min(left.size(), most_told); ++i)
      context_.reconciler.left(changed->after.dn, field_of(left[i]), left[i].detail);
    tell_unshown(changed->after, changed->before.content);
    if (auto done = follow(*changed, deadline); !done) {
      if (!leaves || !concerns_content(done.error().kind)) return done.error();
      const auto& why = done.error().detail;
      log_incomplete(context_, changed->after.dn, "groups do not follow: " + why);
      context_.reconciler.left(changed->after.dn, "groups", why);
    }
    return shown(std::move(changed->after));
  }

  // What groups are to show of the change.
  Result<> follow(const Changed& changed, Deadline deadline) const {
    if (auto done = follow_in_groups(changed, deadline); !done) return done;
    const auto external_id = text_of(changed.after.content, "externalId");
    const bool new_name = external_id != text_of(changed.before.content, "externalId");
    if (external_id.empty() || !(new_name || may_be_repeated(changed))) return {};
    return admit_waiting(context_, changed.after.dn, {external_id}, deadline);
  }

  Result<> decide(std::string_view id, sync::Decision decision, Deadline deadline) {
    if (!is_uuid(id)) return no_such_id(id);
    return with_handover(context_, deadline, [&](const Context& context) -> Result<> {
      auto held = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
      if (!held) return held.error();
      if (auto done = decide_on_user(context, id, decision, deadline); !done) return done;
      if (!mapping::maps_groups(context.rules) || !context.rules.disable.strip_groups) return {};
      auto home = find_entry(context, type_, id, mapping::record_attributes(), deadline);
      if (!home && home.error().kind == ErrorKind::NotFound) return {};  // a deletion was approved
      if (!home) return home.error();
      auto projected = project_user(context, home->dn, deadline);
      return projected ? Result<>() : Result<>(projected.error());
    });
  }

  // Of a request that was interrupted and comes again, what follows may be undone.
  static bool may_be_repeated(const Changed& changed) { return !changed.written || changed.resumed; }

  // Directory groups do not show a user without an entry, nor a disabled one where they are to be stripped.
  Result<> follow_in_groups(const Changed& changed, Deadline deadline) const {
    const auto& rules = context_.rules;
    const bool moved =
        mapping::is_record(rules, changed.before.dn) != mapping::is_record(rules, changed.after.dn);
    if (!mapping::maps_groups(rules) || !(moved || rules.disable.strip_groups || may_be_repeated(changed)))
      return {};
    auto done = project_user(context_, changed.after.dn, deadline);
    return done ? Result<>() : Result<>(done.error());
  }

  // The names were read after `moment`.
  Result<> add_groups(std::vector<json::object>& users, const std::vector<directory::Dn>& names,
                      std::uint64_t moment, Deadline deadline) const {
    auto groups = groups_of(context_, names, deadline);
    if (!groups) return groups.error();
    if (const auto moved = context_.reconciler.moves().since(moment); !moved || !moved->empty())
      for (std::size_t i = 0; i < users.size(); ++i)
        if (auto done = look_again(text_of(users[i], "id"), moment, (*groups)[i], deadline); !done)
          return done;
    for (std::size_t i = 0; i < users.size(); ++i)
      if (!(*groups)[i].empty()) users[i]["groups"] = std::move((*groups)[i]);
    return {};
  }

  // The groups of one who has got another name since.
  Result<> look_again(const std::string& id, std::uint64_t moment, json::array& groups,
                      Deadline deadline) const {
    for (int look = 0; look < most_looks && context_.reconciler.moves().moved_since(moment, id); ++look) {
      moment = context_.reconciler.moves().now();
      const auto home = find_entry(context_, type_, id, {"dirbridgeConnection"}, deadline);
      if (!home && home.error().kind == ErrorKind::NotFound) return {};
      if (!home) return home.error();
      auto found = groups_of(context_, {&home->dn, 1}, deadline);
      if (!found) return found.error();
      groups = std::move(found->front());
    }
    return {};
  }

  void warn_of_bad_characters(const mapping::Record& record) const {
    if (context_.rules.user_options.bad_characters != mapping::BadCharacters::Warn) return;
    const auto login = mapping::login_name(context_.rules, text_of(record.content, "userName"));
    if (login && mapping::has_bad_characters(*login))
      log::warning("bad_characters", {{"login", *login}, {"dn", record.dn.str()}});
  }

  // What is new of the user and its entry cannot show.
  void tell_unshown(const mapping::Record& record, const json::object& before) const {
    if (mapping::is_record(context_.rules, record.dn) || !context_.rules.user_options.update) return;
    const auto known = mapping::unshown(before);
    for (const auto& one : mapping::unshown(record.content)) {
      const auto same = [&](const auto& other) {
        return other.field == one.field && other.value == one.value;
      };
      if (std::none_of(known.begin(), known.end(), same))
        context_.reconciler.left(record.dn, one.field, one.reason);
    }
  }

  json::object shown(mapping::Record record) const {
    return mapping::to_resource(std::move(record), type_.name);
  }

  Context context_;
  const scim::ResourceType& type_;
  Listing listing_;
};

}  // namespace

std::unique_ptr<Resources> make_users(const Context& context) {
  return std::make_unique<Users>(context);
}

}  // namespace dirbridge::provision
