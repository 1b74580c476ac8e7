#include "mapping/record.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "directory/matching.hpp"
#include "directory/vocabulary.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::mapping {

namespace {

// GeneralizedTime (RFC 4517 3.3.13) as servers write it, in UTC -> xsd:dateTime; other text is passed on as
// it is.
std::string to_date_time(std::string_view t) {
  if (t.size() < 15 || t.back() != 'Z') return std::string(t);
  std::string out;
  out.append(t.substr(0, 4))
      .append("-")
      .append(t.substr(4, 2))
      .append("-")
      .append(t.substr(6, 2))
      .append("T");
  out.append(t.substr(8, 2)).append(":").append(t.substr(10, 2)).append(":").append(t.substr(12));
  return out;
}

// entryCSN changes with every change of the entry; where a server has none, what there is stands in for it.
std::string version_of(const directory::Attributes& attributes) {
  const auto csn = attributes.first("entryCSN");
  if (!csn.empty()) return "W/\"" + std::string(csn) + "\"";
  const std::string all =
      std::string(attributes.first("modifyTimestamp")) + '\n' + std::string(attributes.first(attr::resource));
  return "W/\"" + to_hex(sha256(all)).substr(0, 32) + "\"";
}

std::vector<std::string> string_at(const json::object& content, std::string_view name) {
  const auto* value = content.if_contains(name);
  if (!value || !value->is_string()) return {};
  return {std::string(value->get_string())};
}

std::vector<std::string> mail_values(const json::object& content) {
  std::vector<std::string> out;
  const auto* emails = content.if_contains("emails");
  if (!emails || !emails->is_array()) return out;
  for (const auto& email : emails->get_array()) {
    if (!email.is_object()) continue;
    for (auto& value : string_at(email.get_object(), "value")) out.push_back(std::move(value));
  }
  return directory::surely_distinct(attr::mail, std::move(out));
}

}  // namespace

const std::vector<std::string>& record_attributes() {
  static const std::vector<std::string> names{attr::id,          attr::connection,  attr::resource,
                                              "createTimestamp", "modifyTimestamp", "entryCSN",
                                              attr::deleted};
  return names;
}

Result<Record> read_record(const directory::Entry& entry) {
  Record record;
  record.id = ascii_lower(entry.attributes.first(attr::id));
  record.connection = entry.attributes.first(attr::connection);
  const auto text = entry.attributes.first(attr::resource);
  if (record.id.empty() || text.empty())
    return error(ErrorKind::NotFound, "the entry " + entry.dn.str() + " holds no resource");
  // What we wrote needs none of the checks that a client's body needs.
  boost::system::error_code damage;
  auto content =
      json::parse(text, damage, json::make_shared_resource<json::monotonic_resource>(2 * text.size()));
  if (damage || !content.is_object())
    return error(ErrorKind::Internal, "the record in dirbridgeResource of " + entry.dn.str() +
                                          " is damaged: restore the attribute from a backup");
  record.content = std::move(content.get_object());
  record.dn = entry.dn;
  record.created = to_date_time(entry.attributes.first("createTimestamp"));
  record.last_modified = to_date_time(entry.attributes.first("modifyTimestamp"));
  record.version = version_of(entry.attributes);
  return record;
}

Result<std::vector<sync::AttributeGoal>> record_goals(std::string_view id, std::string_view connection,
                                                      const json::object& content) {
  auto text = scim::serialize(content);
  if (text.size() > max_record_bytes)
    return error(ErrorKind::TooLarge,
                 "a resource may have at most " + std::to_string(max_record_bytes) + " bytes");
  return std::vector<sync::AttributeGoal>{
      sync::exactly(attr::id, {std::string(id)}),
      sync::exactly(attr::connection, {std::string(connection)}),
      sync::exactly(attr::external_id, string_at(content, "externalId")),
      sync::exactly(attr::display_name, string_at(content, "displayName")),
      sync::exactly(attr::user_name, string_at(content, "userName")),
      sync::exactly(attr::mail, mail_values(content)),
      sync::exactly(attr::resource, {std::move(text)}),
  };
}

json::object to_resource(Record record, std::string_view resource_type) {
  json::object out(record.content.storage());
  out.reserve(record.content.size() + 2);
  if (auto* schemas = record.content.if_contains("schemas")) out.emplace("schemas", std::move(*schemas));
  out.emplace("id", record.id);
  for (auto& [name, value] : record.content)
    if (name != "schemas") out.emplace(name, std::move(value));
  json::object meta(out.storage());
  meta.reserve(5);  // with location
  meta.emplace("resourceType", resource_type);
  meta.emplace("created", record.created);
  meta.emplace("lastModified", record.last_modified);
  meta.emplace("version", record.version);
  out.emplace("meta", std::move(meta));
  return out;
}

}  // namespace dirbridge::mapping
