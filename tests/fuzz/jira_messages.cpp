// Whatever answers in Jira's place: it is read as a list with ids, or refused, and a complaint is one
// printable line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "jira/messages.hpp"

using namespace dirbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view answer(reinterpret_cast<const char*>(data), size);
  if (const auto key = jira::read_user_key(answer); key && key->empty()) std::abort();
  if (const auto projects = jira::read_projects(answer))
    for (const auto& project : *projects)
      if (project.key.empty()) std::abort();
  if (const auto components = jira::read_components(answer))
    for (const auto& component : *components)
      if (component.id.empty()) std::abort();
  const auto complaint = jira::read_complaint(answer);
  if (has_control(complaint) || !is_utf8(complaint) || complaint.size() > 300) std::abort();
  return 0;
}
