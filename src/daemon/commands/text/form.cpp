#include "daemon/commands/text/form.hpp"

#include <boost/json.hpp>

namespace dirbridge::daemon {

std::string to_text(const std::vector<doctor::FormField>& fields) {
  std::string text;
  std::string section;
  for (const auto& field : fields) {
    if (field.section != section) {
      section = field.section;
      text += (text.empty() ? "" : "\n") + section + "\n";
    }
    text += "  " + field.label + ": " + (field.value.empty() ? "(leave empty)" : field.value) + "\n";
    if (!field.why.empty()) text += "      " + field.why + "\n";
  }
  return text;
}

std::string properties_text(const std::vector<doctor::FormField>& fields) {
  std::string text = "{";
  const char* separator = "\n  ";
  for (const auto& member : doctor::properties_of(fields)) {
    text += separator + boost::json::serialize(boost::json::string(member.key())) + ": " +
            boost::json::serialize(member.value());
    separator = ",\n  ";
  }
  return text + "\n}\n";
}

}  // namespace dirbridge::daemon
