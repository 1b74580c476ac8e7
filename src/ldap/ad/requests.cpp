#include "ldap/ad/requests.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dirbridge::ldap::ad {

namespace {

using directory::Change;
using directory::Dn;
using directory::Filter;
using directory::Modification;

constexpr std::string_view lock_attribute = "nsAccountLock";
constexpr std::string_view password = "userPassword";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 0;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 2 >= value.size()) {
      out += value[i];
      continue;
    }
    out += static_cast<char>(digit(value[i + 1]) * 16 + digit(value[i + 2]));
    i += 2;
  }
  return out;
}

Filter attribute_comparison_to_ad(const Settings& settings, std::string_view text) {
  const auto equals = text.find('=');
  auto name = text.substr(0, equals);
  const auto value = text.substr(equals + 1);
  const char before = name.empty() ? ' ' : name.back();
  const bool ordered = before == '<' || before == '>';
  if (ordered) name.remove_suffix(1);
  const auto theirs = attribute_to_ad(settings, name);
  const auto raw = unescaped(value);
  if (value == "*") return Filter::present(theirs);
  if (before == '<') return Filter::at_most(theirs, value_to_ad(name, raw));
  if (before == '>') return Filter::at_least(theirs, value_to_ad(name, raw));
  if (value.find('*') != std::string_view::npos)
    return Filter::parse("(" + theirs + "=" + std::string(value) + ")").value();
  if (iequals(name, "objectClass") && iequals(raw, "inetOrgPerson"))  // of which computers are, too
    return Filter::all_of({Filter::equal("objectCategory", "person"), Filter::equal("objectClass", "user")});
  return Filter::equal(theirs, value_to_ad(name, raw));
}

// One comparison, without its parentheses. Whether it is about a group or a record cannot be seen.
Filter comparison_to_ad(const Settings& settings, std::string_view text) {
  auto group = attribute_comparison_to_ad(settings, text);
  constexpr std::string_view member = "member=";
  if (!istarts_with(text, member)) return group;
  const auto of_record = std::string(record_member) + "=" + std::string(text.substr(member.size()));
  return Filter::any_of({std::move(group), attribute_comparison_to_ad(settings, of_record)});
}

std::string attribute_at(const Settings& settings, const Dn& dn, std::string_view attribute) {
  if (is_record(dn) && iequals(attribute, "member")) return record_member;
  return attribute_to_ad(settings, attribute);
}

bool is_placeholder(const Settings& settings, std::string_view attribute, const std::string& value) {
  if (!iequals(attribute, "member")) return false;
  const auto dn = Dn::parse(value);
  return dn && *dn == settings.placeholder;
}

std::vector<std::string> values_to_ad(const Settings& settings, std::string_view attribute,
                                      const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const auto& value : values)
    if (!is_placeholder(settings, attribute, value)) out.push_back(value_to_ad(attribute, value));
  return out;
}

void complete_user(const directory::Add& add, directory::Attributes& out) {
  const bool disabled = !add.attributes.first(lock_attribute).empty();
  out.set("userAccountControl", {std::to_string(normal_account | (disabled ? account_disabled : 0))});
  if (!out.find("unicodePwd")) out.set("unicodePwd", {value_to_ad(password, unknown_password())});
}

std::optional<directory::Add> made_for_ad(const Settings& settings, const directory::Add& add) {
  directory::Add out{to_ad(add.dn), {}};
  for (const auto& [name, values] : add.attributes)
    out.attributes.set(attribute_at(settings, add.dn, name), values_to_ad(settings, name, values));
  if (add.attributes.has_value("objectClass", "inetOrgPerson")) complete_user(add, out.attributes);
  const auto name = add.dn.rdn().value();
  if (add.attributes.has_value("objectClass", "groupOfNames") && !settings.login_attribute.empty() &&
      is_account_name(name))
    out.attributes.set("sAMAccountName", {name});
  return out;
}

// The name of an entry is changed by renaming it only.
bool is_own_name(const Dn& dn, std::string_view attribute) {
  return iequals(attribute, "cn") && iequals(dn.rdn().attribute(), "cn");
}

std::optional<directory::Modify> made_for_ad(const Settings& settings, const directory::Modify& modify) {
  directory::Modify out{to_ad(modify.dn), {}, modify.permissive, {}};
  for (const auto& m : modify.modifications) {
    if (is_own_name(modify.dn, m.attribute) || iequals(m.attribute, lock_attribute)) continue;
    auto values = values_to_ad(settings, m.attribute, m.values);
    if (values.empty() && !m.values.empty() && m.op != Modification::Op::Replace) continue;
    // An account without a password is open to everybody, or cannot be enabled.
    if (m.values.empty() && iequals(m.attribute, password))
      values = {value_to_ad(password, unknown_password())};
    out.modifications.push_back({m.op, attribute_at(settings, modify.dn, m.attribute), std::move(values)});
  }
  if (modify.only_if) out.only_if = to_ad(settings, *modify.only_if);
  if (out.modifications.empty()) return std::nullopt;
  return out;
}

std::optional<directory::Rename> made_for_ad(const Settings&, const directory::Rename& rename) {
  directory::Rename out{to_ad(rename.dn), to_ad(rename.new_rdn), std::nullopt};
  if (rename.new_superior) out.new_superior = to_ad(*rename.new_superior);
  return out;
}

std::optional<directory::Delete> made_for_ad(const Settings& settings, const directory::Delete& removal) {
  directory::Delete out{to_ad(removal.dn), {}};
  if (removal.only_if) out.only_if = to_ad(settings, *removal.only_if);
  return out;
}

}  // namespace

bool is_account_name(std::string_view name) {
  return name.size() <= 256 && !name.ends_with('.') &&
         name.find_first_of("\"/\\[]:;|=,+*?<>@") == std::string_view::npos;
}

Filter to_ad(const Settings& settings, const Filter& filter) {
  return filter.rewritten(
      [&](std::string_view comparison) { return std::optional(comparison_to_ad(settings, comparison)); });
}

directory::SearchRequest to_ad(const Settings& settings, const directory::SearchRequest& request) {
  auto per_page = std::min(request.page_size, most_per_page);
  if (per_page == 0 && request.scope != directory::Scope::Base) per_page = most_per_page;
  return {to_ad(request.base), request.scope, to_ad(settings, request.filter),
          attributes_to_ad(settings, request.attributes), per_page};
}

std::optional<Change> to_ad(const Settings& settings, const Change& change) {
  return std::visit(
      [&](const auto& operation) -> std::optional<Change> {
        auto made = made_for_ad(settings, operation);
        if (!made) return std::nullopt;
        return Change{std::move(*made), change.reason};
      },
      change.operation);
}

std::optional<bool> new_lock(const Change& change) {
  const auto* modify = std::get_if<directory::Modify>(&change.operation);
  if (!modify) return std::nullopt;
  const auto& all = modify->modifications;
  const auto lock = std::find_if(all.begin(), all.end(),
                                 [](const auto& m) { return iequals(m.attribute, lock_attribute); });
  if (lock == all.end()) return std::nullopt;
  return lock->op != Modification::Op::Delete && !lock->values.empty();
}

std::optional<Part> part_of(std::string_view attribute) {
  constexpr std::string_view option = ";range=";
  const auto at = attribute.find(option);
  if (at == std::string_view::npos) return std::nullopt;
  Part out{std::string(attribute.substr(0, at)), std::nullopt};
  const auto range = attribute.substr(at + option.size());
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return out;
  unsigned long last = 0;
  const auto end = range.substr(dash + 1);
  if (std::from_chars(end.data(), end.data() + end.size(), last).ec != std::errc()) return out;
  out.next = out.attribute + std::string(option) + std::to_string(last + 1) + "-*";
  return out;
}

}  // namespace dirbridge::ldap::ad
