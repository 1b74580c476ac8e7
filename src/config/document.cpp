#include "config/document.hpp"

#include <boost/json/object.hpp>

namespace dirbridge::config {

const boost::json::value* section_at(const boost::json::value& document,
                                     std::initializer_list<std::string_view> keys) {
  const auto* at = &document;
  for (const auto key : keys) {
    const auto* object = at->if_object();
    at = object ? object->if_contains(key) : nullptr;
    if (!at || at->is_null()) return nullptr;
  }
  return at;
}

bool differ(const Config& a, const Config& b, std::initializer_list<std::string_view> keys) {
  const auto* one = section_at(a.document, keys);
  const auto* other = section_at(b.document, keys);
  return one && other ? *one != *other : one != other;
}

}  // namespace dirbridge::config
