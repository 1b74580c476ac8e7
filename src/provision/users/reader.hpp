#pragma once
// Reading the users of a connection, with the groups that they are in. The operations and their errors are
// those of Reader. Thread-safe.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "provision/doors/reader.hpp"
#include "provision/query/listing.hpp"

namespace dirbridge::provision {

class UserReader {
 public:
  explicit UserReader(const Context& context);

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) const;
  Result<Selected> select(const Query& query, Age age, Deadline deadline);
  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline);
  // The user as a client sees it, without groups.
  json::object shown(mapping::Record record) const;

 private:
  Result<> add_groups(std::vector<json::object>& users, const std::vector<directory::Dn>& names,
                      std::uint64_t moment, Deadline deadline) const;
  Result<> look_again(const std::string& id, std::uint64_t moment, json::array& groups,
                      Deadline deadline) const;

  Context context_;
  const scim::ResourceType& type_;
  Listing listing_;
};

}  // namespace dirbridge::provision
