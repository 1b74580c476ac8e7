#include "http/message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::http {

void Headers::set(std::string_view name, std::string value) {
  const auto same = [name](const auto& header) { return iequals(header.first, name); };
  const auto first = std::find_if(list_.begin(), list_.end(), same);
  if (first == list_.end()) {
    list_.emplace_back(name, std::move(value));
    return;
  }
  first->second = std::move(value);
  list_.erase(std::remove_if(first + 1, list_.end(), same), list_.end());
}

void Headers::add(std::string_view name, std::string value) {
  list_.emplace_back(name, std::move(value));
}

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [key, value] : list_)
    if (iequals(key, name)) return &value;
  return nullptr;
}

}  // namespace dirbridge::http
