#pragma once
// The bridge's own attributes and object classes: one table, from which the lists elsewhere follow. A test
// holds the files of schema/ against it; schema/README.md says what each is for.
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::directory {

namespace attr {

inline constexpr const char* id = "dirbridgeId";
inline constexpr const char* connection = "dirbridgeConnection";
inline constexpr const char* user_name = "dirbridgeUserName";
inline constexpr const char* external_id = "dirbridgeExternalId";
inline constexpr const char* display_name = "dirbridgeDisplayName";
inline constexpr const char* mail = "dirbridgeMail";
inline constexpr const char* active = "dirbridgeActive";
inline constexpr const char* resource = "dirbridgeResource";
inline constexpr const char* digest = "dirbridgeDigest";
inline constexpr const char* pending_member = "dirbridgePendingMember";
inline constexpr const char* target = "dirbridgeTarget";
inline constexpr const char* alias = "dirbridgeAlias";
inline constexpr const char* deleted = "dirbridgeDeleted";
inline constexpr const char* held = "dirbridgeHeld";
inline constexpr const char* held_member = "dirbridgeHeldMember";
inline constexpr const char* kind = "dirbridgeKind";
inline constexpr const char* mark = "dirbridgeMark";
inline constexpr const char* handover = "dirbridgeHandover";
inline constexpr const char* adopted = "dirbridgeAdopted";
inline constexpr const char* original = "dirbridgeOriginal";
// In Active Directory's schema only: what names a record, and what a record has in the place of `member`.
inline constexpr const char* ad_record_name = "dirbridgeName";
inline constexpr const char* ad_record_member = "dirbridgeMember";

}  // namespace attr

namespace object_class {

inline constexpr const char* user = "dirbridgeUser";
inline constexpr const char* group = "dirbridgeGroup";
inline constexpr const char* record = "dirbridgeRecord";
inline constexpr const char* mapped_group = "dirbridgeMappedGroup";

}  // namespace object_class

// RFC 4517 4.2: UUIDMatch, caseExactMatch, caseIgnoreMatch, booleanMatch, octetStringMatch,
// generalizedTimeMatch, distinguishedNameMatch.
enum class Matching { Uuid, CaseExact, CaseIgnore, Boolean, Octets, Time, Name };

// What the server is to find fast: nothing, a value, or also whether there is one.
enum class Index { None, Equality, PresenceAndEquality };

enum class ValueCount { One, Many };

// The object classes that have an attribute, as bits.
enum Carrier : unsigned { OfUser = 1, OfGroup = 2, OfRecord = 4, OfMappedGroup = 8 };

struct OwnAttribute {
  std::string_view name;
  Matching matching;
  ValueCount values;
  Index index;
  unsigned carriers;
  bool readable_by_products = false;
};

inline constexpr std::array<OwnAttribute, 20> own_attributes{{
    {attr::id, Matching::Uuid, ValueCount::One, Index::Equality, OfUser | OfGroup | OfRecord},
    {attr::connection, Matching::CaseExact, ValueCount::One, Index::Equality,
     OfUser | OfGroup | OfRecord | OfMappedGroup},
    {attr::user_name, Matching::CaseIgnore, ValueCount::One, Index::Equality, OfUser | OfRecord},
    {attr::external_id, Matching::CaseExact, ValueCount::One, Index::Equality, OfUser | OfGroup | OfRecord},
    {attr::display_name, Matching::CaseIgnore, ValueCount::One, Index::Equality, OfUser | OfGroup | OfRecord},
    {attr::mail, Matching::CaseIgnore, ValueCount::Many, Index::Equality, OfUser | OfRecord},
    {attr::active, Matching::Boolean, ValueCount::One, Index::Equality, OfUser | OfRecord, true},
    {attr::resource, Matching::Octets, ValueCount::One, Index::None, OfUser | OfGroup | OfRecord},
    {attr::digest, Matching::CaseExact, ValueCount::One, Index::None, OfUser | OfGroup | OfRecord},
    {attr::pending_member, Matching::CaseExact, ValueCount::Many, Index::PresenceAndEquality,
     OfGroup | OfRecord},
    {attr::target, Matching::Name, ValueCount::Many, Index::Equality, OfGroup | OfRecord},
    {attr::alias, Matching::Name, ValueCount::Many, Index::PresenceAndEquality,
     OfUser | OfGroup | OfRecord | OfMappedGroup},
    {attr::deleted, Matching::Time, ValueCount::One, Index::PresenceAndEquality,
     OfUser | OfGroup | OfRecord | OfMappedGroup},
    {attr::held, Matching::CaseExact, ValueCount::Many, Index::PresenceAndEquality,
     OfUser | OfGroup | OfRecord},
    {attr::held_member, Matching::Name, ValueCount::Many, Index::PresenceAndEquality,
     OfGroup | OfRecord | OfMappedGroup},
    {attr::kind, Matching::CaseExact, ValueCount::One, Index::Equality, OfRecord},
    {attr::mark, Matching::CaseExact, ValueCount::One, Index::None, OfRecord},
    {attr::handover, Matching::CaseIgnore, ValueCount::One, Index::PresenceAndEquality, OfUser | OfRecord},
    {attr::adopted, Matching::Boolean, ValueCount::One, Index::None, OfUser | OfGroup},
    {attr::original, Matching::Octets, ValueCount::One, Index::None, OfUser},
}};

// Null: it is none of the bridge's own. Letter case does not count.
const OwnAttribute* own_attribute(std::string_view name);
bool has_matching(std::string_view name, Matching matching);  // false also for what is not the bridge's own

// All of these, in the order of the table.
std::vector<std::string> own_attributes_of(Carrier carrier);
std::vector<std::string> own_attributes_with(Index index);
std::vector<std::string> own_attributes_for_the_bridge_alone();

}  // namespace dirbridge::directory

namespace dirbridge {

namespace attr = directory::attr;
namespace object_class = directory::object_class;

}  // namespace dirbridge
