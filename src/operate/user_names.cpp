#include "operate/user_names.hpp"

#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::operate {

namespace {

using directory::Filter;

constexpr std::chrono::seconds time_limit{60};
constexpr std::size_t most_names = 1'000'000;
constexpr const char* name_attribute = attr::user_name;

}  // namespace

Result<std::vector<std::string>> user_names(const std::string& connection,
                                            const config::DirectoryConfig& directory) {
  auto settings = config::ldap_settings(directory);
  if (!settings) return settings.error();
  config::LdapTarget target(std::move(*settings), directory);
  std::vector<directory::Dn> bases{directory.user_base, directory.bridge_base};
  if (directory.disable.move_to) bases.push_back(*directory.disable.move_to);
  const auto filter =
      Filter::all_of({Filter::equal(attr::connection, connection), Filter::present(name_attribute)});
  std::vector<std::string> names;
  for (const auto& base : bases) {
    const directory::SearchRequest users{
        base, directory::Scope::Subtree, filter, {name_attribute}, directory::usual_page_size};
    auto found = target.directory().search(users, deadline_in(time_limit), [&](directory::Entry&& entry) {
      names.emplace_back(entry.attributes.first(name_attribute));
      return names.size() < most_names;
    });
    if (!found) return found.error();
  }
  return names;
}

}  // namespace dirbridge::operate
