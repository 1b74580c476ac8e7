#include "provision/store/count.hpp"

#include "directory/vocabulary.hpp"

namespace dirbridge::provision {

Result<std::size_t> count_resources(const Context& context, const std::vector<directory::Dn>& bases,
                                    std::string_view object_class, Removals::Whose whose, Deadline deadline) {
  using directory::Filter;
  std::size_t count = 0;
  auto filter = Filter::equal("objectClass", object_class);
  if (whose == Removals::Whose::Connection)
    filter = Filter::all_of({filter, Filter::equal(attr::connection, context.rules.connection)});
  for (const auto& base : bases) {
    auto done = context.directory.search(
        {base, directory::Scope::Subtree, filter, {"1.1"}, directory::usual_page_size}, deadline,
        [&](directory::Entry&&) {
          ++count;
          return true;
        });
    if (!done) return done.error();
  }
  return count;
}

}  // namespace dirbridge::provision
