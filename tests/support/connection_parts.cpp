#include "support/connection_parts.hpp"

namespace dirbridge::test {

ConnectionParts::ConnectionParts(directory::Directory& directory, mapping::Rules its_rules,
                                 provision::Handover* handover, sync::Journal* journal)
    : rules(std::move(its_rules)),
      guard(mapping::guard_rules(rules)),
      reconciler(directory, guard, rules.group_shape, {rules.group_base, rules.bridge_base}, journal,
                 &locks.names()),
      member_ids(clock),
      context{scim::standard_catalog(), rules,   directory,          reconciler, locks, clock, {}, member_ids,
              scim::PutOmitted::Clear,  200'000, {nullptr, handover}},
      users(provision::make_users(context)),
      groups(provision::make_groups(context)) {}

}  // namespace dirbridge::test
