#include "jira/messages.hpp"

#include <algorithm>
#include <optional>

#include <boost/json/parse.hpp>

#include "base/text.hpp"

namespace dirbridge::jira {

namespace {

namespace json = boost::json;

constexpr std::size_t most_told = 300;  // bytes of what Jira said that go into an error

Result<json::value> parsed(std::string_view answer) {
  boost::system::error_code failure;
  auto value = json::parse(answer, failure);
  if (failure) return error(ErrorKind::Unavailable, "the answer is not JSON: is the url Jira's?");
  return value;
}

const json::value* member(const json::value& value, std::string_view name) {
  return value.is_object() ? value.get_object().if_contains(name) : nullptr;
}

std::string text(const json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string key_of(const json::value& user) {
  auto key = text(user, "key");
  return key.empty() ? text(user, "name") : key;
}

std::string lead_of(const json::value& led) {
  const auto* lead = member(led, "lead");
  return lead ? key_of(*lead) : std::string();
}

// Each element as `read` reads it, which says nothing when the element lacks what identifies it.
template <class Element, class Read>
Result<std::vector<Element>> list_of(std::string_view answer, const std::string& what, const Read& read) {
  auto value = parsed(answer);
  if (!value) return value.error();
  if (!value->is_array()) return error(ErrorKind::Unavailable, "the list of " + what + " is no list");
  std::vector<Element> out;
  for (const auto& item : value->get_array()) {
    std::optional<Element> element = read(item);
    if (!element) return error(ErrorKind::Unavailable, "the list of " + what + " has one without an id");
    out.push_back(std::move(*element));
  }
  return out;
}

}  // namespace

Result<std::string> read_user_key(std::string_view answer) {
  auto user = parsed(answer);
  if (!user) return user.error();
  auto key = key_of(*user);
  if (key.empty()) return error(ErrorKind::Unavailable, "the answer about a user has neither key nor name");
  return key;
}

Result<std::vector<Project>> read_projects(std::string_view answer) {
  return list_of<Project>(answer, "projects", [](const json::value& item) -> std::optional<Project> {
    const auto* archived = member(item, "archived");
    auto key = text(item, "key");
    if (key.empty()) return std::nullopt;
    return Project{std::move(key), lead_of(item), archived && archived->is_bool() && archived->get_bool()};
  });
}

Result<std::vector<Component>> read_components(std::string_view answer) {
  return list_of<Component>(answer, "components", [](const json::value& item) -> std::optional<Component> {
    auto id = text(item, "id");
    if (id.empty()) return std::nullopt;
    return Component{std::move(id), text(item, "name"), lead_of(item)};
  });
}

// {"errorMessages": ["text"], "errors": {"field": "text"}}
std::string read_complaint(std::string_view answer) {
  const auto value = parsed(answer);
  if (!value) return {};
  std::vector<std::string> parts;
  if (const auto* messages = member(*value, "errorMessages"); messages && messages->is_array())
    for (const auto& message : messages->get_array())
      if (message.is_string()) parts.emplace_back(message.get_string());
  if (const auto* errors = member(*value, "errors"); errors && errors->is_object())
    for (const auto& [field, message] : errors->get_object())
      if (message.is_string()) parts.push_back(std::string(field) + ": " + std::string(message.get_string()));
  auto all = without_controls(join(parts, "; ").substr(0, most_told), ' ');
  while (!is_utf8(all)) all.pop_back();  // cut within a character
  return all;
}

}  // namespace dirbridge::jira
