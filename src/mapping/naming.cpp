#include "mapping/naming.hpp"

#include <algorithm>

#include "base/blank.hpp"
#include "base/text.hpp"

namespace dirbridge::mapping {

namespace {

constexpr std::size_t most_characters = 255;  // longer names fail a whole sync on the reader's side

}  // namespace

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Result<> check_name(std::string_view text, std::string_view field) {
  const auto refuse = [&](std::string_view why) {
    return error(ErrorKind::InvalidValue, "the name " + std::string(why), std::string(field));
  };
  if (text.empty()) return refuse("is empty");
  if (has_blank_edge(text))
    return refuse("begins or ends with a blank, which directory readers cannot log in with");
  if (has_control(text)) return refuse("holds a control character");
  if (characters(text) > most_characters) return refuse("is longer than 255 characters");
  return {};
}

Result<> check_length(const directory::Rdn& name, std::string_view field) {
  if (name.str().size() + name.normalized().size() <= 2 * longest_rdn) return {};
  const auto room = longest_rdn - name.attribute().size() - 1;
  return error(ErrorKind::InvalidValue,
               "the name is longer than the " + std::to_string(room) +
                   " bytes, less where characters are escaped, that the directory holds as " +
                   name.attribute(),
               std::string(field));
}

Result<> check_fits(const NameLimits& limits, std::string_view text, std::string_view field) {
  if (limits.attribute.empty()) return {};
  const auto refuse = [&](const std::string& why) {
    return error(ErrorKind::InvalidValue,
                 "the name " + std::string(text) + " " + why + ", as " + limits.attribute + " must",
                 std::string(field));
  };
  if (characters(text) > limits.most_characters)
    return refuse("does not keep to " + std::to_string(limits.most_characters) + " characters");
  if (text.find_first_of(limits.forbidden) != std::string_view::npos)
    return refuse("does not do without " + limits.forbidden);
  return {};
}

bool same_name(const directory::Dn& a, const directory::Dn& b) {
  if (a == b || a.empty() || b.empty()) return a == b;
  return directory::Dn().child(a.rdn()).normalized() == directory::Dn().child(b.rdn()).normalized();
}

bool names_any(const std::vector<directory::Dn>& groups, const directory::Dn& group) {
  return std::any_of(groups.begin(), groups.end(), [&](const auto& one) { return same_name(one, group); });
}

std::string printable(std::string_view value) {
  return std::string(trim(without_controls(std::string(value), ' ')));
}

directory::Rdn renamed(const directory::Rdn& today, std::string_view attribute, std::string_view name) {
  const auto named = [&](const auto& pair) { return iequals(pair.first, attribute); };
  const auto& pairs = today.pairs();
  if (std::none_of(pairs.begin(), pairs.end(), named)) return {std::string(attribute), std::string(name)};
  std::optional<directory::Rdn> out;
  for (const auto& pair : pairs) {
    std::string value(named(pair) ? name : std::string_view(pair.second));
    if (out)
      out->add_pair(pair.first, std::move(value));
    else
      out.emplace(pair.first, std::move(value));
  }
  return std::move(*out);
}

directory::Dn place(const std::optional<directory::Entry>& current, const directory::Dn& base,
                    std::string_view naming_attribute, std::string_view name) {
  if (!current) return base.child({std::string(naming_attribute), std::string(name)});
  const auto today = current->dn.rdn();
  const auto rdn = renamed(today, naming_attribute, name);
  return rdn.pairs() == today.pairs() ? current->dn : current->dn.parent().child(rdn);
}

}  // namespace dirbridge::mapping
