#include "vectors.hpp"

#include <ostream>

namespace dirbridge::scim {

json::value parse_json(std::string_view text) {
  return json::parse({text.data(), text.size()});
}

std::vector<json::object> load_vectors(std::string_view file_text) {
  const auto file = parse_json(file_text);
  std::vector<json::object> out;
  for (const auto& vector : file.as_array()) out.push_back(vector.as_object());
  return out;
}

std::string vector_name(const testing::TestParamInfo<json::object>& info) {
  return std::string(info.param.at("name").as_string());
}

void PrintTo(const json::object& vector, std::ostream* out) {
  *out << json::serialize(vector);
}

const ResourceType& user_type() {
  return standard_catalog().user;
}
const ResourceType& group_type() {
  return standard_catalog().group;
}
const ResourceType& type_named(const json::value& name) {
  return name.as_string() == "Group" ? group_type() : user_type();
}

}  // namespace dirbridge::scim
