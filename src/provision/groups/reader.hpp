#pragma once
// Reading the groups of a connection: one, many, a listing; a large one without its members in memory at
// once. Remembers how many members groups have, and who the members of large ones are. The operations and
// their errors are those of Reader. Thread-safe.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "provision/doors/reader.hpp"
#include "provision/members/counts.hpp"
#include "provision/members/identify.hpp"
#include "provision/members/lists.hpp"
#include "provision/members/resolve.hpp"
#include "provision/query/listing.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

class GroupReader {
 public:
  explicit GroupReader(const Context& context);

  Result<json::object> find(std::string_view id, Members members, Deadline deadline);
  Result<Opened> open(std::string_view id, Members members, Deadline deadline);
  Result<Selected> select(const Query& query, Age age, Deadline deadline);
  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline);

  // To read of a home.
  std::vector<std::string> attributes(Members members) const;
  // The group as a client sees it: as it was read, as it was changed, as it was made.
  Result<json::object> shown(const directory::Entry& entry, Members members, Deadline deadline) const;
  json::object shown(mapping::Record record) const;
  json::object shown(mapping::Record record, const std::vector<Resolved>& members) const;

  // Those of `ids` that are members of the group: a long list is nearly always the list of before with a few
  // changes, and only these have to be looked up.
  Result<std::unordered_set<std::string>> members_now(std::string_view id,
                                                      const std::vector<std::string>& ids,
                                                      Deadline deadline) const;
  // The members of a group that was not known to be large: whoever shares the change would hold a copy of
  // them.
  void leave_many(Changed& changed) const;
  MemberCounts& counts() { return counts_; }

 private:
  // A large group whose members are known. nullopt: they are not known any more.
  Result<std::optional<Opened>> open_known(std::string_view id, Deadline deadline);

  Context context_;
  const scim::ResourceType& type_;
  const std::vector<std::string> attributes_;  // without members
  Listing listing_;
  mutable MemberCounts counts_;
  MemberLists lists_;
};

}  // namespace dirbridge::provision
