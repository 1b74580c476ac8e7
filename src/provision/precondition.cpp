#include "provision/precondition.hpp"

#include "base/text.hpp"

namespace dirbridge::provision {

bool names_version(std::string_view tags, std::string_view version) {
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  for (const auto tag : split(tags, ','))
    if (trim(tag) == "*" || opaque(trim(tag)) == opaque(version)) return true;
  return false;
}

}  // namespace dirbridge::provision
