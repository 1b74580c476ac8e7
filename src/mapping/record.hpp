#pragma once
// The record: a resource as its identity provider wrote it, kept in dirbridge* attributes of the entry that
// projects it (design section 5). Pure functions.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "directory/entry.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

namespace json = boost::json;

struct Record {
  std::string id;
  std::string connection;
  directory::Dn dn;
  json::object content;  // canonical; no id, meta, password or members
  std::string created;   // xsd:dateTime
  std::string last_modified;
  std::string version;  // weak entity tag: W/"..." (RFC 9110 8.8.3)
};

// What must be read of an entry for read_record().
const std::vector<std::string>& record_attributes();

// NotFound when the entry holds no record; Internal when the record is damaged (it names the entry).
Result<Record> read_record(const directory::Entry& entry);

// The record's searchable copies and its text, for users and groups alike.
// TooLarge beyond max_record_bytes: old and new record must fit into one LDAP request.
inline constexpr std::size_t max_record_bytes = 1024 * 1024;
Result<std::vector<sync::AttributeGoal>> record_goals(std::string_view id, std::string_view connection,
                                                      const json::object& content);

// The resource as clients see it: content, id and meta (without location).
json::object to_resource(Record record, std::string_view resource_type);

}  // namespace dirbridge::mapping
