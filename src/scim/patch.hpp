#pragma once
// PATCH (RFC 7644 3.5.2), both dialects on the wire: the RFC's and Entra's (capitalised `op`, text booleans,
// `Remove` with a value list). Pure: nothing is changed but the returned copy.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "scim/path.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::scim {

// More attribute operations than this in one request are TooLarge (changes of members do not count).
inline constexpr std::size_t max_patch_operations = 2000;

enum class PatchOp { Add, Remove, Replace };

// A path-less operation has become one operation per attribute of its value (named = false): there, unknown
// attributes were dropped and readOnly ones are ignored, while a path that names them is an error.
struct PatchOperation {
  PatchOp op = PatchOp::Add;
  Path path;
  std::optional<json::value>
      value;  // remove: the values to remove, when listed; always there for add and replace
  bool named = true;
};

// PatchOp message -> operations in order. InvalidSyntax: not a PatchOp message. InvalidPath, InvalidFilter: a
// path. NoTarget: remove without a path. InvalidValue: add or replace without a value. Error.field is
// "Operations[2].path".
Result<std::vector<PatchOperation>> parse_patch(const ResourceType& type, json::value body);

// The same for those who go on without what cannot be read: the operations that can, and what is wrong with
// the others. Errors are those of the message.
struct PatchRead {
  std::vector<PatchOperation> operations;
  std::vector<Error> refused;
};
Result<PatchRead> read_patch(const ResourceType& type, json::value body);

// Some operation names the attribute, or a part of it.
bool touches(std::span<const PatchOperation> operations, std::string_view attribute);

struct PatchPolicy {
  enum class NoMatch { Create, NoTarget };
  // replace with a filter that matches nothing: create the element from the filter's `eq` terms (Entra), or
  // answer noTarget (RFC 7644 3.5.2.3). add creates it in any case: what does not exist is added (3.5.2.1).
  NoMatch no_match = NoMatch::Create;
};

struct PatchResult {
  json::object resource;
  std::optional<Secret> password;
  bool password_removed = false;
  bool changed = false;  // the resource differs from the one before (password not counted)
};

// All operations in order, or an error and nothing: Mutability, NoTarget, InvalidValue. The result is as
// canonical as read_resource's; id and meta of the given resource are kept as they are.
Result<PatchResult> apply(const ResourceType& type, const json::object& resource,
                          std::span<const PatchOperation> operations, const PatchPolicy& policy);

// As far as each operation can be applied to what those before it have made; `refused` says why others
// cannot. Of a very long sequence only those of `active` are.
struct PossiblePatch {
  PatchResult result;
  std::vector<Error> refused;
};
PossiblePatch apply_possible(const ResourceType& type, const json::object& resource,
                             std::span<const PatchOperation> operations, const PatchPolicy& policy);

// A user is to be disabled (RFC 7643 4.1.1), whatever else is asked for: the last operation on `active` says
// false; the body of a PUT does.
bool takes_active_away(std::span<const PatchOperation> operations);
bool takes_active_away(const ResourceType& type, const json::value& body);

// The net effect of a sequence on a member list that need not be known.
struct MemberChange {
  bool replace_all = false;         // the list becomes exactly `add`
  std::vector<std::string> add;     // ids, each once, in order of first mention
  std::vector<std::string> remove;  // ids, disjoint from add; empty with replace_all
  bool empty() const { return !replace_all && add.empty() && remove.empty(); }
};

struct GroupPatch {
  std::vector<PatchOperation> attributes;  // everything but members; with needs_members everything
  MemberChange members;
  // An operation depends on the present members (such as members[display co "x"]): load the group with its
  // members and call apply() with `attributes`; `members` says only who may be added.
  bool needs_members = false;
};

// InvalidValue: a member without an id. Removing who is no member is no error (RFC 7644 3.5.2.2).
Result<GroupPatch> split_members(std::vector<PatchOperation> operations);

}  // namespace dirbridge::scim
