// What an administrator chose for users: "users" of a connection, "disable" of a directory.
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

constexpr Word<mapping::NotImported> not_imported[] = {{"accept", mapping::NotImported::Accept},
                                                       {"refuse", mapping::NotImported::Refuse}};

constexpr Word<mapping::MatchBy> matches[] = {{"userName", mapping::MatchBy::UserName},
                                              {"mail", mapping::MatchBy::Mail},
                                              {"externalId", mapping::MatchBy::ExternalId},
                                              {"employeeNumber", mapping::MatchBy::EmployeeNumber}};

constexpr Word<mapping::BadCharacters> policies[] = {{"accept", mapping::BadCharacters::Accept},
                                                     {"warn", mapping::BadCharacters::Warn},
                                                     {"refuse", mapping::BadCharacters::Refuse}};

constexpr Word<mapping::OnDelete> user_deletions[] = {{"disable", mapping::OnDelete::Disable},
                                                      {"delete", mapping::OnDelete::Delete},
                                                      {"keep", mapping::OnDelete::Keep}};

void check_contradictions(ObjectReader& users, const mapping::UserOptions& options) {
  if (options.not_imported == mapping::NotImported::Refuse && options.import)
    users.problem("not_imported", "has no effect while users are imported", "set import to false");
  if (!options.update && !options.attributes.empty() && !options.import)
    users.problem("attributes", "have no effect: entries are neither made nor updated",
                  "set import or update to true");
  if (options.delete_after.count() > 0 && options.on_delete != mapping::OnDelete::Delete)
    users.problem("delete_after_days", "has no effect: nothing is deleted",
                  "set on_delete to \"delete\", or leave it out");
}

// Memberships that others gave stay when the bridge takes away its own, and who is in none of its groups is
// still found: people who were there before would go on as if nothing had happened.
void check_adoption(ObjectReader& users, const mapping::UserOptions& options,
                    const mapping::DisableRules& disable) {
  const bool hides =
      disable.mark || disable.ppolicy_lock || disable.account_lock || disable.delete_entry || disable.move_to;
  if (hides || options.adopt.empty()) return;
  users.problem(
      "adopt",
      "does not go with a directory that disables by strip_groups alone: adopted people stay in the "
      "groups that others put them in, and can log in",
      "set mark or a lock in disable of the directory");
}

bool overlap(const directory::Dn& a, const directory::Dn& b) {
  return !a.empty() && !b.empty() && (a.is_within(b) || b.is_within(a));
}

void read_move_to(ObjectReader& section, const DirectoryConfig& directory, mapping::DisableRules& disable) {
  const auto text = section.text("move_to");
  if (!text) return;
  auto dn = directory::Dn::parse(*text);
  if (!dn || dn->empty())
    return section.problem("move_to", dn ? "is the root of the directory" : dn.error().detail,
                           "such as ou=disabled,dc=example,dc=org");
  const auto refuse = [&](std::string_view base, const char* why) {
    section.problem("move_to", "overlaps with " + std::string(base), why);
  };
  if (overlap(*dn, directory.user_base))
    return refuse("user_base", "products would still see who is moved there: choose a place beside it");
  if (overlap(*dn, directory.group_base)) return refuse("group_base", "choose a place of its own");
  if (overlap(*dn, directory.bridge_base)) return refuse("bridge_base", "choose a place of its own");
  disable.move_to = std::move(*dn);
}

}  // namespace

const Keys<mapping::DisableRules>& disable_keys() {
  using D = mapping::DisableRules;
  constexpr auto restart = Effect::Restart;
  static const Keys<D> keys = {
      {"mark", &D::mark, flag(), "dirbridgeActive: FALSE, which the user filter of the products hides",
       restart},
      {"ppolicy_lock", &D::ppolicy_lock, flag(),
       "pwdAccountLockedTime as well, so that logins stop at once; needs the ppolicy overlay", restart},
      {"account_lock", &D::account_lock, flag(),
       "the same for 389 Directory Server (nsAccountLock) and Active Directory (userAccountControl)",
       restart},
      {"move_to", &D::move_to, optional_dn(),
       "the entry moves below this one, and back when the user is enabled; outside of the three bases, must "
       "exist",
       restart},
      {"strip_groups", &D::strip_groups, flag(),
       "the user loses what the bridge gave in directory groups, until enabled again", restart},
      {"delete", &D::delete_entry, flag(),
       "the entry goes; the user is remembered and gets a new entry when enabled", restart},
  };
  return keys;
}

void read_disable(ObjectReader& reader, std::string_view key, DirectoryConfig& directory) {
  auto section = reader.object(key);
  if (!section) return;
  auto& disable = directory.disable;
  read_keys(*section, disable_keys(), disable);
  read_move_to(*section, directory, disable);
  if (disable.move_to && disable.delete_entry)
    section->problem("move_to", "has no effect: the entry is deleted", "choose one of move_to and delete");
  if (!disable.mark && !disable.ppolicy_lock && !disable.account_lock && !disable.strip_groups &&
      !disable.delete_entry && !section->raw("move_to"))
    section->problem(
        "", "with mark and ppolicy_lock both off, and nothing in their place, disabling a user has no effect",
        "leave mark on, unless the products' user filter cannot be changed");
  section->finish();
}

const Keys<mapping::UserOptions>& user_keys() {
  using U = mapping::UserOptions;
  constexpr auto reload = Effect::Reload;
  static const Keys<U> keys = {
      {"import", &U::import, flag(),
       "false: no entry is made; users whom an entry matches (`adopt`) get that one", reload},
      {"not_imported", &U::not_imported, word(not_imported),
       "with `import` off, a user whom no entry matches is remembered, or answered an error", reload},
      {"update", &U::update, flag(), "names, mail and all other attributes follow the identity provider",
       reload},
      {"enable", &U::enable, flag(), "`active: true` is followed", reload},
      {"disable", &U::disable, flag(), "`active: false` is followed", reload},
      {"adopt", &U::adopt, words(matches),
       "by what an entry that is there already is recognised as a new user's; the first that finds something "
       "counts",
       reload},
      {"name_rules", &U::name_rules, name_rules(), "make the login name of userName, one after the other",
       reload},
      {"name_case", &U::name_rules, name_case(), "the letter case of the login name", reload},
      {"bad_characters", &U::bad_characters, word(policies),
       "login names with # / or ?, which Confluence cannot cope with; `warn`: in the log", reload},
      {"attributes", &U::attributes, attribute_rules(),
       "how directory attributes are made: a template, the keys below, or null, which leaves the attribute "
       "alone",
       reload},
      {"on_delete", &U::on_delete, word(user_deletions),
       "what a deletion at the identity provider does to the entry", reload},
      {"delete_after_days", &U::delete_after, days(3'650), "with `delete`: so long the entry is only hidden",
       reload},
  };
  return keys;
}

mapping::UserOptions read_users(ObjectReader& connection, const scim::ResourceType& user,
                                const DirectoryConfig& directory) {
  mapping::UserOptions options;
  auto users = connection.object("users");
  if (!users) return options;
  read_keys(*users, user_keys(), options);
  options.name_rules = compile_rules(*users, "name_rules", "name_case");
  read_attributes(*users, user, directory, options);
  check_contradictions(*users, options);
  check_adoption(*users, options, directory.disable);
  users->finish();
  return options;
}

}  // namespace dirbridge::config
