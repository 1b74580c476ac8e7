#include "directory/directory.hpp"

namespace dirbridge::directory {

SearchRequest at(Dn dn, std::vector<std::string> attributes) {
  return {std::move(dn), Scope::Base, Filter::everything(), std::move(attributes), 0};
}

Result<std::vector<Entry>> search(Directory& directory, const SearchRequest& request, Deadline deadline) {
  return std::move(directory.search_all(std::span(&request, 1), deadline).front());
}

Result<std::optional<Entry>> read(Directory& directory, const Dn& dn, std::vector<std::string> attributes,
                                  Deadline deadline) {
  auto entries = search(directory, at(dn, std::move(attributes)), deadline);
  if (!entries && entries.error().kind == ErrorKind::NotFound) return std::optional<Entry>();
  if (!entries) return entries.error();
  if (entries->empty()) return std::optional<Entry>();
  return std::optional<Entry>(std::move(entries->front()));
}

}  // namespace dirbridge::directory
