#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "base/text.hpp"
#include "scim/messages.hpp"
#include "scim/patch.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

bool names_patch_op(const json::value& schemas) {
  const auto is_urn = [](const json::value& urn) {
    return urn.is_string() && iequals(urn.get_string(), patch_op_urn);
  };
  if (!schemas.is_array()) return is_urn(schemas);
  return std::any_of(schemas.get_array().begin(), schemas.get_array().end(), is_urn);
}

bool is_unassigned(const json::value& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty()) ||
         (value.is_array() && value.get_array().empty());
}

class PatchReader {
 public:
  explicit PatchReader(const ResourceType& type) : type_(type) {}

  // What is wrong with one operation, or with one member of a path-less value, says nothing about the others.
  void read_or_refuse(json::value source, std::size_t index) {
    if (auto done = read(std::move(source), index); !done) out_.refused.push_back(done.error());
  }

  PatchRead take() { return std::move(out_); }

 private:
  Result<void> read(json::value source, std::size_t index) {
    where_ = "Operations[" + std::to_string(index) + "]";
    if (!source.is_object()) return fail(ErrorKind::InvalidSyntax, "must be an object", "");
    auto& object = source.get_object();
    const auto op = read_op(find_member(object, "op"));
    if (!op) return fail(ErrorKind::InvalidSyntax, "must be add, remove or replace", ".op");
    auto* value = find_member(object, "value");
    if (*op != PatchOp::Remove && !value) return fail(ErrorKind::InvalidValue, "is missing", ".value");
    const auto* path = find_member(object, "path");
    const bool no_path = !path || path->is_null() || (path->is_string() && trim(path->get_string()).empty());
    if (!no_path && !path->is_string()) return fail(ErrorKind::InvalidPath, "must be a text", ".path");
    if (no_path || type_.is_core_urn(path->get_string())) return without_path(*op, value);
    auto parsed = parse_path(path->get_string(), type_);
    if (!parsed) return error(parsed.error().kind, parsed.error().detail, where_ + ".path");
    return with_path(*op, std::move(*parsed), value);
  }

  Result<void> fail(ErrorKind kind, std::string_view what, std::string_view part) const {
    const std::string field = where_ + std::string(part);
    return error(kind, field + " " + std::string(what), field);
  }

  static std::optional<PatchOp> read_op(const json::value* op) {
    if (!op || !op->is_string()) return std::nullopt;
    if (iequals(op->get_string(), "add")) return PatchOp::Add;
    if (iequals(op->get_string(), "remove")) return PatchOp::Remove;
    if (iequals(op->get_string(), "replace")) return PatchOp::Replace;
    return std::nullopt;
  }

  Result<void> with_path(PatchOp op, Path path, json::value* value) {
    if (!path.target.attribute && op != PatchOp::Remove && !is_unassigned(*value)) {
      if (!value->is_object()) return fail(ErrorKind::InvalidValue, "must be an object", ".value");
      return extension(op, *path.target.extension, std::move(value->get_object()));
    }
    PatchOperation out{op, std::move(path), std::nullopt, true};
    if (value) out.value = std::move(*value);
    out_.operations.push_back(std::move(out));
    return {};
  }

  Result<void> without_path(PatchOp op, json::value* value) {
    if (op == PatchOp::Remove) return fail(ErrorKind::NoTarget, "is required to remove something", ".path");
    if (value->is_object()) return members(op, std::move(value->get_object()));
    if (!value->is_array())
      return fail(ErrorKind::InvalidValue, "must be an object when there is no path", ".value");
    for (auto& part : value->get_array()) {
      if (!part.is_object()) return fail(ErrorKind::InvalidValue, "must hold objects only", ".value");
      if (auto done = members(op, std::move(part.get_object())); !done) return done;
    }
    return {};
  }

  // The members of a path-less value: names, dotted names, URN-qualified names, URN containers. Unknown ones
  // are dropped.
  Result<void> members(PatchOp op, json::object object) {
    for (auto& [name, value] : object) {
      if (value.is_object() && type_.is_core_urn(name)) {
        if (auto done = members(op, std::move(value.get_object())); !done) return done;
        continue;
      }
      auto path = parse_path(name, type_);
      if (path && !path->target.attribute && value.is_object()) {
        if (auto done = extension(op, *path->target.extension, std::move(value.get_object())); !done)
          return done;
        continue;
      }
      if (auto done = member(op, std::move(path), std::move(value)); !done) return done;
    }
    return {};
  }

  Result<void> extension(PatchOp op, const Schema& schema, json::object object) {
    for (auto& [name, value] : object) {
      std::string qualified = schema.id;
      (qualified += ':') += name;
      if (auto done = member(op, parse_path(qualified, type_), std::move(value)); !done) return done;
    }
    return {};
  }

  Result<void> member(PatchOp op, Result<Path> path, json::value value) {
    if (!path && path.error().kind == ErrorKind::InvalidPath) return {};
    if (!path)
      out_.refused.push_back(error(path.error().kind, path.error().detail, where_ + ".value"));
    else
      out_.operations.push_back({op, std::move(*path), std::move(value), false});
    return {};
  }

  const ResourceType& type_;
  PatchRead out_;
  std::string where_;
};

}  // namespace

Result<PatchRead> read_patch(const ResourceType& type, json::value body) {
  if (!body.is_object()) return error(ErrorKind::InvalidSyntax, "a PATCH body must be a JSON object");
  auto& message = body.get_object();
  if (const auto* schemas = find_member(message, "schemas"); schemas && !names_patch_op(*schemas))
    return error(ErrorKind::InvalidSyntax, "schemas does not name " + std::string(patch_op_urn), "schemas");
  auto* operations = find_member(message, "Operations");
  if (!operations || !operations->is_structured())
    return error(ErrorKind::InvalidSyntax, "Operations must be a list", "Operations");
  PatchReader reader(type);
  if (operations->is_object()) {
    reader.read_or_refuse(std::move(*operations), 0);
    return reader.take();
  }
  auto& list = operations->get_array();
  for (std::size_t i = 0; i < list.size(); ++i) reader.read_or_refuse(std::move(list[i]), i);
  return reader.take();
}

Result<std::vector<PatchOperation>> parse_patch(const ResourceType& type, json::value body) {
  auto read = read_patch(type, std::move(body));
  if (!read) return read.error();
  if (!read->refused.empty()) return std::move(read->refused.front());
  return std::move(read->operations);
}

bool touches(std::span<const PatchOperation> operations, std::string_view attribute) {
  return std::any_of(operations.begin(), operations.end(), [&](const auto& operation) {
    return operation.path.target.attribute && operation.path.target.attribute->name == attribute;
  });
}

}  // namespace dirbridge::scim
