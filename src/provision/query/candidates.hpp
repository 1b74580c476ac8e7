#pragma once
// The entries that a filter has to be evaluated on, and the evaluation. What the filter asks about group
// members is looked up once, so that no group need be loaded for `members eq "id"`.
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/json/array.hpp>

#include "provision/query/query.hpp"

namespace dirbridge::provision {

class Candidates {
 public:
  // InvalidFilter: it asks for the groups of users, which no entry holds.
  static Result<Candidates> make(const Context& context, const scim::ResourceType& type,
                                 const std::optional<scim::Filter>& filter, Deadline deadline);

  // An LDAP filter that all matches fulfil and that an index serves; nullopt when there is none.
  const std::optional<directory::Filter>& narrowed() const { return narrowed_; }

  // The filter asks for members in a way that needs all of them: match() then reads from the directory.
  bool needs_members() const { return all_members_; }

  // Ids of the members that the filter asks for, as it says them.
  std::vector<std::string> members_asked() const;

  // The answer depends on where one of these is.
  bool ask_about(const std::vector<std::string>& ids) const;

  // What must be read of an entry for match(): of a group, where needs_members(), all of it.
  std::vector<std::string> attributes(std::vector<std::string> base) const;

  // The resource (without members) when the entry belongs to the connection and the filter matches.
  Result<std::optional<json::object>> match(const Context& context, const directory::Entry& entry,
                                            const scim::ResourceType& type, Deadline deadline) const;

  // The same for what the directory has found by narrowed(): names are the same that are so to it.
  Result<std::optional<json::object>> match_found(const Context& context, const directory::Entry& entry,
                                                  const scim::ResourceType& type, Deadline deadline) const;

 private:
  Result<> look_up(const Context& context, const std::vector<std::string>& asked, Deadline deadline);
  Result<json::array> members(const Context& context, const directory::Entry& entry,
                              std::string_view group_id, Deadline deadline) const;

  Result<std::optional<json::object>> evaluated(const scim::Filter* filter, const Context& context,
                                                const directory::Entry& entry, const scim::ResourceType& type,
                                                Deadline deadline) const;

  const scim::Filter* filter_ = nullptr;
  std::optional<scim::Filter> undecided_;
  std::optional<directory::Filter> narrowed_;
  bool about_members_ = false;
  bool all_members_ = false;   // the filter needs every member of each candidate
  bool member_names_ = false;  // and their names
  std::string member_attribute_;
  std::unordered_map<std::string, std::set<std::string>> groups_of_;  // asked member id -> ids of its groups
  std::unordered_map<std::string, directory::Filter> holding_;  // asked member id -> groups that hold it
};

}  // namespace dirbridge::provision
