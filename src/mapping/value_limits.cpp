#include "mapping/value_limits.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/content.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::mapping {

namespace {

// Cut at a character, and without a blank at the end.
std::string cut(const std::string& text, std::size_t most_characters) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (begins && ++count > most_characters) break;
  }
  return std::string(trim(std::string_view(text).substr(0, end)));
}

bool is_sent(const boost::json::object& content, std::string_view field) {
  const auto dot = field.find('.');
  if (dot == std::string_view::npos) {
    const auto* value = content.if_contains(field);
    return value && (!value->is_string() || !trim(value->get_string()).empty());
  }
  return !trim(text_at(object_at(content, field.substr(0, dot)), field.substr(dot + 1))).empty();
}

// What the value was made of, if not for want of another.
std::string source_of(const ValueLimit& limit, const Rules& rules, const boost::json::object& content) {
  for (const auto& rule : rules.user_options.attributes)
    if (rule.text && iequals(rule.ldap_attribute, limit.attribute)) {
      auto attribute = rule.text->attribute();
      return attribute.empty() ? limit.field : attribute;
    }
  return is_sent(content, limit.field) ? limit.field : std::string();
}

}  // namespace

Result<> keep_to_limits(std::vector<sync::AttributeGoal>& goals, const Rules& rules,
                        const boost::json::object& content) {
  for (const auto& limit : rules.value_limits)
    for (auto& goal : goals) {
      if (!iequals(goal.attribute, limit.attribute)) continue;
      for (auto& value : goal.values) {
        if (characters(value) <= limit.most_characters) continue;
        const auto source = source_of(limit, rules, content);
        if (!source.empty())
          return error(ErrorKind::InvalidValue,
                       source + " is longer than the " + std::to_string(limit.most_characters) +
                           " characters that the directory holds as " + limit.attribute,
                       source);
        value = cut(value, limit.most_characters);
      }
    }
  return {};
}

}  // namespace dirbridge::mapping
