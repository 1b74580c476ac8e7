#include "scim/bulk.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

namespace {

struct Method {
  std::string_view name;
  BulkMethod method;
};
constexpr Method methods[] = {{"POST", BulkMethod::Post},
                              {"PUT", BulkMethod::Put},
                              {"PATCH", BulkMethod::Patch},
                              {"DELETE", BulkMethod::Delete}};

std::string text_at(json::object& object, std::string_view name) {
  const auto* value = find_member(object, name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Takes one element of `Operations` apart; the first thing that is wrong becomes its problem.
class OperationReader {
 public:
  OperationReader(const Catalog& catalog, json::object source, std::size_t index)
      : catalog_(catalog), source_(std::move(source)), where_("Operations[" + std::to_string(index) + "]") {}

  BulkOperation read() {
    read_method();
    out_.bulk_id = text_at(source_, "bulkId");
    out_.version = text_at(source_, "version");
    read_path();
    if (auto* data = find_member(source_, "data")) out_.data = std::move(*data);
    const bool needs_data = out_.method != BulkMethod::Delete;
    if (needs_data && !out_.data.is_structured()) fail("data", "is missing, or neither object nor list");
    if (out_.method == BulkMethod::Post && out_.bulk_id.empty()) fail("bulkId", "is required for a POST");
    // Both forms are in RFC 7644 3.7: the PatchOp message, and its operations alone.
    if (out_.method == BulkMethod::Patch && out_.data.is_array())
      out_.data = json::object{{"Operations", std::move(out_.data)}};
    return std::move(out_);
  }

 private:
  void read_method() {
    out_.method_text = text_at(source_, "method");
    for (const auto& [name, method] : methods) {
      if (!iequals(name, out_.method_text)) continue;
      out_.method = method;
      return;
    }
    fail("method", "must be POST, PUT, PATCH or DELETE");
  }

  // "/Users" or "/Users/id"; the slash in front may be missing.
  void read_path() {
    const auto path = text_at(source_, "path");
    std::vector<std::string> segments;
    for (const auto part : split(path, '/'))
      if (!part.empty()) segments.emplace_back(part);
    for (const auto* type : {&catalog_.user, &catalog_.group})
      if (!segments.empty() && iequals(segments.front(), type->endpoint.substr(1))) out_.type = type;
    const bool creates = out_.method == BulkMethod::Post;
    if (!out_.type || segments.size() != (creates ? 1U : 2U)) {
      out_.type = nullptr;
      fail("path", creates ? "must be /Users or /Groups" : "must be /Users/{id} or /Groups/{id}");
    } else if (!creates) {
      out_.id = segments.back();
    }
  }

  void fail(std::string_view part, std::string_view what) {
    if (out_.problem) return;
    const auto field = where_ + "." + std::string(part);
    out_.problem = error(ErrorKind::InvalidValue, field + " " + std::string(what), field);
  }

  const Catalog& catalog_;
  json::object source_;
  std::string where_;
  BulkOperation out_;
};

bool names_bulk_request(const json::value& schemas) {
  const auto is_urn = [](const json::value& urn) {
    return urn.is_string() && iequals(urn.get_string(), bulk_request_urn);
  };
  if (!schemas.is_array()) return is_urn(schemas);
  return std::any_of(schemas.get_array().begin(), schemas.get_array().end(), is_urn);
}

Result<std::optional<std::size_t>> read_fail_on_errors(json::object& message) {
  const auto* value = find_member(message, "failOnErrors");
  if (!value || value->is_null()) return std::optional<std::size_t>();
  const auto* number = value->if_int64();
  if (!number || *number < 0)
    return error(ErrorKind::InvalidValue, "failOnErrors must be a whole number", "failOnErrors");
  return *number == 0 ? std::optional<std::size_t>() : std::optional(static_cast<std::size_t>(*number));
}

constexpr std::string_view marker = "bulkId:";

// Where a reference may begin: the whole text, the last segment of a `$ref` or path, a literal in a filter.
bool may_begin(std::string_view text, std::size_t at) {
  return at == 0 || text[at - 1] == '/' || text[at - 1] == '"';
}

// Calls `visit` with position, length and bulkId of each reference in a text.
template <class Visit>
void visit_references(std::string_view text, const Visit& visit) {
  for (auto at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + 1)) {
    if (!may_begin(text, at)) continue;
    const auto start = at + marker.size();
    const auto end = at == 0 ? text.size() : std::min(text.find_first_of("\"/", start), text.size());
    if (end > start) visit(at, end - at, std::string(text.substr(start, end - start)));
  }
}

template <class Visit>
void visit_texts(json::value& value, const Visit& visit) {
  if (value.is_string()) {
    visit(value);
  } else if (value.is_array()) {
    for (auto& element : value.get_array()) visit_texts(element, visit);
  } else if (value.is_object()) {
    for (auto& member : value.get_object()) visit_texts(member.value(), visit);
  }
}

void collect(const json::value& value, std::set<std::string>& out) {
  if (value.is_string()) {
    visit_references(value.get_string(), [&](auto, auto, std::string name) { out.insert(std::move(name)); });
  } else if (value.is_array()) {
    for (const auto& element : value.get_array()) collect(element, out);
  } else if (value.is_object()) {
    for (const auto& member : value.get_object()) collect(member.value(), out);
  }
}

bool refers_to(const json::value& value, const std::set<std::string>& bulk_ids) {
  std::set<std::string> found;
  collect(value, found);
  return std::any_of(found.begin(), found.end(), [&](const auto& name) { return bulk_ids.contains(name); });
}

json::array take_elements(json::array& list, const std::set<std::string>& bulk_ids) {
  json::array taken;
  json::array left;
  for (auto& element : list) (refers_to(element, bulk_ids) ? taken : left).push_back(std::move(element));
  list = std::move(left);
  return taken;
}

}  // namespace

Result<BulkRequest> parse_bulk(const Catalog& catalog, json::value body) {
  if (!body.is_object()) return error(ErrorKind::InvalidSyntax, "a Bulk body must be a JSON object");
  auto& message = body.get_object();
  if (const auto* schemas = find_member(message, "schemas"); schemas && !names_bulk_request(*schemas))
    return error(ErrorKind::InvalidSyntax, "schemas does not name " + std::string(bulk_request_urn),
                 "schemas");
  auto* operations = find_member(message, "Operations");
  if (!operations || !operations->is_array())
    return error(ErrorKind::InvalidSyntax, "Operations must be a list", "Operations");
  auto& list = operations->get_array();
  if (list.size() > max_bulk_operations)
    return error(ErrorKind::TooLarge,
                 "the request has " + std::to_string(list.size()) + " operations; maxOperations is " +
                     std::to_string(max_bulk_operations),
                 "Operations");
  BulkRequest out;
  auto limit = read_fail_on_errors(message);
  if (!limit) return limit.error();
  out.fail_on_errors = *limit;
  std::unordered_set<std::string> bulk_ids;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto where = "Operations[" + std::to_string(i) + "]";
    if (!list[i].is_object()) return error(ErrorKind::InvalidSyntax, where + " must be an object", where);
    auto operation = OperationReader(catalog, std::move(list[i].get_object()), i).read();
    if (!operation.bulk_id.empty() && !bulk_ids.insert(operation.bulk_id).second && !operation.problem)
      operation.problem = error(ErrorKind::InvalidValue,
                                where + ".bulkId " + operation.bulk_id + " is used twice", where + ".bulkId");
    out.operations.push_back(std::move(operation));
  }
  return out;
}

std::set<std::string> references(const BulkOperation& operation) {
  std::set<std::string> out;
  collect(operation.data, out);
  visit_references(operation.id, [&](auto, auto, std::string name) { out.insert(std::move(name)); });
  return out;
}

void resolve_references(std::string& text, const CreatedIds& created) {
  std::string out;
  std::size_t copied = 0;
  visit_references(text, [&](std::size_t at, std::size_t length, const std::string& name) {
    const auto found = created.find(name);
    if (found == created.end()) return;
    out.append(text, copied, at - copied).append(found->second);
    copied = at + length;
  });
  if (copied == 0) return;
  out.append(text, copied);
  text = std::move(out);
}

void resolve_references(json::value& data, const CreatedIds& created) {
  visit_texts(data, [&](json::value& text) {
    if (text.get_string().find(marker) == json::string::npos) return;
    std::string resolved(text.get_string());
    resolve_references(resolved, created);
    text = json::value(resolved);
  });
}

json::object take_references(json::object& resource, const std::set<std::string>& bulk_ids) {
  json::object taken;
  json::object left;
  for (auto& [name, value] : resource) {
    const bool is_extension = value.is_object() && name.find(':') != json::string_view::npos;
    if (!refers_to(value, bulk_ids)) {
      left.emplace(name, std::move(value));
    } else if (is_extension) {
      taken.emplace(name, take_references(value.get_object(), bulk_ids));
      left.emplace(name, std::move(value));
    } else if (value.is_array()) {
      taken.emplace(name, take_elements(value.get_array(), bulk_ids));
      left.emplace(name, std::move(value));
    } else {
      taken.emplace(name, std::move(value));
    }
  }
  resource = std::move(left);
  return taken;
}

}  // namespace dirbridge::scim
