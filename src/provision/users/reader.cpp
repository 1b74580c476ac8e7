#include "provision/users/reader.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"
#include "provision/members/user_groups.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

constexpr int most_moves = 100;  // at one who moves all the time

}  // namespace

UserReader::UserReader(const Context& context)
    : context_(context),
      type_(context.catalog.user),
      listing_(
          {homes(context, context.catalog.user), object_class::user, mapping::record_attributes(), &type_}) {}

Result<json::object> UserReader::find(std::string_view id, Members members, Deadline deadline) const {
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

Result<Selected> UserReader::select(const Query& query, Age age, Deadline deadline) {
  return listing_.select(context_, query, age, deadline);
}

Result<std::vector<json::object>> UserReader::load(std::span<const UuidBytes> ids, Selected& selected,
                                                   Members members, Deadline deadline) {
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

json::object UserReader::shown(mapping::Record record) const {
  return mapping::to_resource(std::move(record), type_.name);
}

// The names were read after `moment`.
Result<> UserReader::add_groups(std::vector<json::object>& users, const std::vector<directory::Dn>& names,
                                std::uint64_t moment, Deadline deadline) const {
  auto groups = groups_of(context_, names, deadline);
  if (!groups) return groups.error();
  if (const auto moved = context_.reconciler.moves().since(moment); !moved || !moved->empty())
    for (std::size_t i = 0; i < users.size(); ++i)
      if (auto done = look_again(text_of(users[i], "id"), moment, (*groups)[i], deadline); !done) return done;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*groups)[i].empty()) users[i]["groups"] = std::move((*groups)[i]);
  return {};
}

// The groups of one who has got another name since.
Result<> UserReader::look_again(const std::string& id, std::uint64_t moment, json::array& groups,
                                Deadline deadline) const {
  for (int look = 0; look < most_moves && context_.reconciler.moves().moved_since(moment, id); ++look) {
    moment = context_.reconciler.moves().now();
    const auto home = find_entry(context_, type_, id, {attr::connection}, deadline);
    if (!home && home.error().kind == ErrorKind::NotFound) return {};
    if (!home) return home.error();
    auto found = groups_of(context_, {&home->dn, 1}, deadline);
    if (!found) return found.error();
    groups = std::move(found->front());
  }
  return {};
}

}  // namespace dirbridge::provision
