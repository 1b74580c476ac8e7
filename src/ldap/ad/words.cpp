#include "ldap/ad/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::ldap::ad {

namespace {

using directory::Attribute;
using directory::Dn;
using directory::Rdn;

constexpr std::string_view record_name = attr::ad_record_name;

struct Pair {
  std::string_view ours;
  std::string_view theirs;
};
constexpr std::array<Pair, 6> attribute_names{{{"createTimestamp", "whenCreated"},
                                               {"modifyTimestamp", "whenChanged"},
                                               {"entryCSN", "uSNChanged"},
                                               {"entryDN", "distinguishedName"},
                                               {"nsAccountLock", "userAccountControl"},
                                               {"userPassword", "unicodePwd"}}};
constexpr std::array<Pair, 4> record_kinds{
    {{attr::user_name, "u:"}, {attr::display_name, "d:"}, {attr::connection, "c:"}, {attr::id, "i:"}}};
constexpr std::array<Pair, 2> classes{{{"inetOrgPerson", "user"}, {"groupOfNames", "group"}}};

bool is_name(std::string_view attribute) {
  static constexpr std::array<std::string_view, 4> names{"member", record_member, "memberOf", "entryDN"};
  return is_any_of(names, attribute) || directory::has_matching(attribute, directory::Matching::Name);
}

bool is_time(std::string_view attribute) {
  static constexpr std::array<std::string_view, 2> names{"createTimestamp", "modifyTimestamp"};
  return is_any_of(names, attribute) || directory::has_matching(attribute, directory::Matching::Time);
}

Dn joined(const std::vector<Rdn>& rdns) {
  Dn out;
  for (auto at = rdns.rbegin(); at != rdns.rend(); ++at) out = out.child(*at);
  return out;
}

Rdn rdn_from_ad(const Rdn& rdn) {
  const auto one = [](const std::string& type, const std::string& value) {
    const bool named = iequals(type, record_name);
    for (const auto& kind : record_kinds)
      if (named && value.starts_with(kind.theirs))
        return std::pair(std::string(kind.ours), value.substr(kind.theirs.size()));
    return std::pair(ascii_lower(std::string_view(type)), value);
  };
  auto [type, value] = one(rdn.attribute(), rdn.value());
  Rdn out(std::move(type), std::move(value));
  for (auto at = rdn.pairs().begin() + 1; at != rdn.pairs().end(); ++at)
    out.add_pair(ascii_lower(std::string_view(at->first)), at->second);
  return out;
}

std::string name_from_ad(std::string text) {
  const auto dn = Dn::parse(text);
  return dn ? from_ad(*dn).str() : text;
}

// Always with a fraction here: 20261122135300.0Z.
std::string time_to_ad(std::string_view time) {
  if (!time.ends_with('Z') || time.find('.') != std::string_view::npos) return std::string(time);
  return std::string(time.substr(0, time.size() - 1)) + ".0Z";
}

std::string time_from_ad(const std::string& time) {
  const auto fraction = time.find('.');
  return time.ends_with('Z') && fraction != std::string::npos ? time.substr(0, fraction) + "Z" : time;
}

// The first three fields of a GUID have their bytes the other way round (MS-DTYP 2.3.4.2).
UuidBytes swapped(UuidBytes bytes) {
  std::reverse(bytes.begin(), bytes.begin() + 4);
  std::reverse(bytes.begin() + 4, bytes.begin() + 6);
  std::reverse(bytes.begin() + 6, bytes.begin() + 8);
  return bytes;
}

// What is no UUID becomes the nil one, which no entry has.
std::string guid_to_ad(std::string_view text) {
  const auto bytes = is_uuid(text) ? swapped(pack_uuid(text)) : UuidBytes{};
  return {bytes.begin(), bytes.end()};
}

std::string guid_from_ad(const std::string& value) {
  UuidBytes bytes{};
  if (value.size() != bytes.size()) return value;
  std::copy(value.begin(), value.end(), bytes.begin());
  return unpack_uuid(swapped(bytes));
}

std::string password_to_ad(std::string_view password) {
  std::string out;
  const auto unit = [&](char32_t c) {
    out += static_cast<char>(c & 0xFF);
    out += static_cast<char>(c >> 8 & 0xFF);
  };
  unit('"');
  for (const auto c : code_points(password)) {
    if (c >= 0x10000) unit(0xD800 + ((c - 0x10000) >> 10));
    unit(c >= 0x10000 ? 0xDC00 + (c & 0x3FF) : c);
  }
  unit('"');
  return out;
}

std::string class_from_ad(std::string name) {
  for (const auto& pair : classes)
    if (iequals(pair.theirs, name)) return std::string(pair.ours);
  return name;
}

std::string attribute_from_ad(const Settings& settings, std::string_view attribute) {
  if (!settings.login_attribute.empty() && iequals(attribute, settings.login_attribute)) return "uid";
  if (iequals(attribute, record_member)) return "member";
  for (const auto& pair : attribute_names)
    if (iequals(attribute, pair.theirs)) return std::string(pair.ours);
  return std::string(attribute);
}

std::string value_from_ad(std::string_view attribute, std::string value) {
  if (is_name(attribute)) return name_from_ad(std::move(value));
  if (is_time(attribute)) return time_from_ad(value);
  if (iequals(attribute, "objectGUID")) return guid_from_ad(value);
  if (iequals(attribute, "objectClass")) return class_from_ad(std::move(value));
  return value;
}

// An account that is not disabled has no lock.
std::vector<std::string> lock_from_ad(const std::vector<std::string>& values) {
  const auto control = values.empty() ? std::nullopt : account_control(values.front());
  if (control && (*control & account_disabled)) return {"true"};
  return {};
}

std::vector<std::string> without_repetition(std::vector<std::string> values) {
  std::vector<std::string> out;
  for (auto& value : values)
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(std::move(value));
  return out;
}

}  // namespace

Rdn to_ad(const Rdn& rdn) {
  for (const auto& kind : record_kinds)
    if (iequals(rdn.attribute(), kind.ours))
      return {std::string(record_name), std::string(kind.theirs) + rdn.value()};
  return rdn;
}

Dn to_ad(const Dn& dn) {
  if (ascii_lower(std::string_view(dn.str())).find("dirbridge") == std::string::npos) return dn;
  auto rdns = directory::parse_rdns(dn.str());
  if (!rdns) return dn;
  for (auto& rdn : *rdns) rdn = to_ad(rdn);
  return joined(*rdns);
}

Dn from_ad(const Dn& dn) {
  auto rdns = directory::parse_rdns(dn.str());
  if (!rdns) return dn;
  for (auto& rdn : *rdns) rdn = rdn_from_ad(rdn);
  return joined(*rdns);
}

bool is_record(const Dn& dn) {
  return !dn.empty() && istarts_with(dn.rdn().attribute(), "dirbridge");
}

std::string attribute_to_ad(const Settings& settings, std::string_view attribute) {
  if (!settings.login_attribute.empty() && iequals(attribute, "uid")) return settings.login_attribute;
  for (const auto& pair : attribute_names)
    if (iequals(attribute, pair.ours)) return std::string(pair.theirs);
  return std::string(attribute);
}

std::vector<std::string> attributes_to_ad(const Settings& settings, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const auto& name : names) {
    out.push_back(attribute_to_ad(settings, name));
    if (iequals(name, "member")) out.emplace_back(record_member);
  }
  return without_repetition(std::move(out));
}

std::string value_to_ad(std::string_view attribute, std::string_view value) {
  if (is_name(attribute)) {
    const auto dn = Dn::parse(value);
    return dn ? to_ad(from_ad(*dn)).str() : std::string(value);  // one spelling: the server compares text
  }
  if (is_time(attribute)) return time_to_ad(value);
  if (iequals(attribute, "objectGUID")) return guid_to_ad(value);
  if (iequals(attribute, "userPassword")) return password_to_ad(value);
  if (iequals(attribute, "objectClass"))
    for (const auto& pair : classes)
      if (iequals(pair.ours, value)) return std::string(pair.theirs);
  return std::string(value);
}

directory::Entry entry_from_ad(const Settings& settings, directory::Entry entry) {
  directory::Entry out;
  out.dn = from_ad(entry.dn);
  for (const auto& [name, values] : entry.attributes) {
    // What the server calls so is not what the bridge means by it.
    if (!settings.login_attribute.empty() && iequals(name, "uid")) continue;
    const auto ours = attribute_from_ad(settings, name);
    if (ours == "nsAccountLock") {
      out.attributes.set(ours, lock_from_ad(values));
      continue;
    }
    Attribute attribute{ours, {}};
    attribute.values.reserve(values.size());
    for (const auto& value : values) attribute.values.push_back(value_from_ad(ours, value));
    if (iequals(ours, "objectClass")) attribute.values = without_repetition(std::move(attribute.values));
    out.attributes.append(std::move(attribute));
  }
  return out;
}

std::string unknown_password() {
  return "Aa1." + to_base64url(random_bytes(30));
}

std::optional<unsigned long> account_control(std::string_view text) {
  unsigned long number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace dirbridge::ldap::ad
