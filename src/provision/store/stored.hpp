#pragma once
// Finding and changing one stored resource by id: what users and groups have in common.
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "provision/precondition.hpp"

namespace dirbridge::provision {

// NotFound.
Error no_such_id(std::string_view id);

// Tells the entries of a type from those of the other, where both lie below one base, and from those of
// deleted resources.
directory::Filter of_type(const Context& context, const scim::ResourceType& type);

// The search for the entry of this type with this id at its likeliest home (homes.hpp), or below `base`.
directory::SearchRequest by_id(const Context& context, const scim::ResourceType& type, std::string_view id,
                               std::vector<std::string> attributes);
directory::SearchRequest by_id_below(const Context& context, directory::Dn base,
                                     const scim::ResourceType& type, std::string_view id,
                                     std::vector<std::string> attributes);

// The one home with this id, if it belongs to the connection; NotFound otherwise, after another look: it may
// have moved from one base to another meanwhile.
Result<directory::Entry> find_entry(const Context& context, const scim::ResourceType& type,
                                    std::string_view id, std::vector<std::string> attributes,
                                    Deadline deadline);

// From what is stored to what must be: the goal for the entry. Called once per attempt.
using Edit = std::function<Result<sync::EntryGoal>(const mapping::Record&, const directory::Entry&)>;

// A copy of `content` with its id.
json::object with_id(json::object content, std::string_view id);
// `content` after a PATCH. The id takes part, so that an operation which would change it is refused.
Result<scim::PatchResult> patched(const Context& context, const scim::ResourceType& type,
                                  const std::string& id, json::object content,
                                  std::span<const scim::PatchOperation> operations);

struct ResourceEdit {
  directory::SearchRequest find;
  std::vector<std::string> unread;
  std::vector<sync::Value> probes;
  Precondition precondition;
  Edit edit;
  std::vector<std::string> read_back = mapping::record_attributes();
  std::vector<directory::SearchRequest> elsewhere{};   // where the change may have moved it
  std::optional<sync::Current> believed{};             // what an earlier change left there: saves reading it
  std::function<void(const directory::Dn&)> landed{};  // it is made, whatever becomes of what follows
};

// As a listing reads it.
struct Loaded {
  mapping::Record record;
  directory::Attributes attributes;
};

struct Changed {
  mapping::Record before;
  mapping::Record after;
  directory::Entry entry;             // after the change, with what was to be read back
  bool written = false;               // false: it was so already
  bool resumed = false;               // it had another name, or home, still: what follows may be undone
  std::vector<sync::Value> absent{};  // of the probes: known not to be there
};

// PreconditionFailed when the record is not as the precondition says.
Result<> check(const Precondition& precondition, const mapping::Record& record);

// For EntryGoal::only_if: the goal depends on all that was read of the entry. Absent: it was not read at
// which entryCSN.
std::optional<directory::Filter> still_as_read(const directory::Entry& entry);

// NotFound when there is no such resource; PreconditionFailed when its version is another.
Result<Changed> change(const Context& context, const ResourceEdit& change, Deadline deadline);
Result<> remove(const Context& context, const directory::SearchRequest& find,
                const Precondition& precondition, std::string reason, Deadline deadline);

// Some attributes of a home, whatever else it holds. `find`: by its DN. Success when it is gone.
Result<> write_entry(const Context& context, const directory::SearchRequest& find,
                     const std::vector<sync::AttributeGoal>& goals, const std::string& reason,
                     Deadline deadline);

// The same for several, together: one result each, in order.
std::vector<Result<>> write_entries(const Context& context, std::span<const directory::SearchRequest> finds,
                                    const std::vector<sync::AttributeGoal>& goals, const std::string& reason,
                                    Deadline deadline);

// The search for an entry that is no resource, with what tells whose it is.
directory::SearchRequest entry_at(const directory::Dn& dn);
// An entry that is no resource, or is one no more. Success when it is gone already.
Result<> delete_entry(const Context& context, const directory::Dn& dn, const std::string& reason,
                      Deadline deadline);

// Keys for KeyLocks. A PATCH that renames holds `renames` exclusively, who takes a name for good holds it
// shared: nobody takes a name that a rename is moving to.
inline constexpr const char* renames = "renames";
std::string id_key(std::string_view id);
std::string external_id_key(std::string_view external_id);
// Nothing when there is no externalId.
void add_external_id_key(std::vector<std::string>& keys, const json::object& content);
std::string dn_key(const directory::Dn& dn);

// A string attribute of a canonical resource; empty when unassigned.
std::string text_of(const json::object& content, std::string_view name);

// What is read of a group to change who is in it without its key: no alias. Somebody may give it another name
// at this moment, and what looks like an interrupted rename is not to be ended.
std::vector<std::string> attributes_without_alias();

}  // namespace dirbridge::provision
