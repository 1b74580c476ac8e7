#include "between.hpp"

namespace dirbridge::test {

WatchedConnection::WatchedConnection(TestConnection& own)
    : directory(own.pool),
      reconciler(directory, own.guard, own.rules.group_shape, {own.rules.group_base, own.rules.bridge_base},
                 nullptr, &own.locks.names()),
      context{own.context.catalog,
              own.rules,
              directory,
              reconciler,
              own.locks,
              own.clock,
              {},
              own.member_ids,
              own.context.put_omitted,
              own.context.most_evaluated,
              own.context.mandate},
      users(provision::make_users(context)),
      groups(provision::make_groups(context)) {}

}  // namespace dirbridge::test
