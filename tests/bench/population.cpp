#include "population.hpp"

#include <algorithm>
#include <fstream>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"

namespace dirbridge::bench {
namespace {

// Ids a millisecond apart, the last one now.
class Ids {
 public:
  explicit Ids(std::size_t count)
      : next_(std::chrono::system_clock::now() - std::chrono::milliseconds(count)) {}
  std::string take() { return new_uuid(next_ += std::chrono::milliseconds(1)); }

 private:
  WallTime next_;
};

// RFC 2849: SAFE-STRING as it is, everything else in base64.
bool is_safe(std::string_view value) {
  if (value.empty()) return true;
  constexpr std::string_view not_first = " :<";
  return is_ascii(value) && !has_control(value) && value.back() != ' ' &&
         not_first.find(value.front()) == std::string_view::npos;
}

void write_line(std::ostream& out, const std::string& name, const std::string& value) {
  if (is_safe(value)) {
    out << name << ": " << value << '\n';
  } else {
    out << name << ":: " << to_base64(value) << '\n';
  }
}

void write_entry(std::ostream& out, const LdapEntry& entry) {
  write_line(out, "dn", entry.dn);
  for (const LdapAttribute& attribute : entry.attributes)
    for (const std::string& value : attribute.values) write_line(out, attribute.name, value);
  out << '\n';
}

void write_group(std::ostream& out, const EntryTemplate& source, const Group& group,
                 const std::vector<User>& users) {
  LdapEntry entry = source.make(group.name, group.id);
  for (LdapAttribute& attribute : entry.attributes) {
    if (!iequals(attribute.name, "member")) continue;
    attribute.values.clear();
    for (std::size_t i = 0; i < group.size; ++i) attribute.values.push_back(users[i].dn);
  }
  write_entry(out, entry);
}

}  // namespace

Population make_population(const Templates& templates, std::size_t users, std::size_t spares,
                           const std::vector<std::size_t>& group_sizes) {
  Population population;
  Ids ids(users + spares + 2 * group_sizes.size());
  const auto make_users = [&](char series, std::size_t count, std::vector<User>& list) {
    list.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = name_of(series, i);
      list.push_back({name, ids.take(), templates.active_user.dn_of(name), true});
    }
  };
  const auto make_group = [&](char series, std::size_t size, std::vector<Group>& list) {
    const std::string name = name_of(series, size);
    list.push_back({size, name, ids.take(), templates.group.dn_of(name)});
  };
  make_users('u', users, population.users);
  make_users('s', spares, population.spares);
  for (const std::size_t size : group_sizes) {
    make_group('g', size, population.bridge_groups);
    make_group('h', size, population.direct_groups);
  }
  return population;
}

const Group* group_of(const std::vector<Group>& groups, std::size_t size) {
  const auto found =
      std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.size == size; });
  return found == groups.end() ? nullptr : &*found;
}

Result<> write_ldif(const std::string& path, const Templates& templates, const Population& population) {
  std::ofstream out(path);
  for (const auto* list : {&population.users, &population.spares})
    for (const User& user : *list) write_entry(out, templates.active_user.make(user.name, user.id));
  for (const auto* list : {&population.bridge_groups, &population.direct_groups})
    for (const Group& group : *list) write_group(out, templates.group, group, population.users);
  out.close();
  if (!out) return error(ErrorKind::Internal, "cannot write " + path);
  return {};
}

}  // namespace dirbridge::bench
