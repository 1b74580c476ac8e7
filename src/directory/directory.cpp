#include "directory/directory.hpp"

namespace dirbridge::directory {

namespace {

constexpr const char* called_off_field = "stops";  // part of the detail: nobody reads it twice

}  // namespace

SearchRequest at(Dn dn, std::vector<std::string> attributes) {
  return {std::move(dn), Scope::Base, Filter::everything(), std::move(attributes), 0};
}

Result<std::vector<Entry>> search(Directory& directory, const SearchRequest& request, Deadline deadline) {
  return std::move(directory.search_all(std::span(&request, 1), deadline).front());
}

Error missing_base(const Dn& base) {
  return error(ErrorKind::MissingBase, "the base " + base.str() + " does not exist in the directory");
}

Error called_off() {
  return error(ErrorKind::Unavailable, "the bridge stops, and asks the directory nothing more",
               called_off_field);
}

bool is_called_off(const Error& error) {
  return error.kind == ErrorKind::Unavailable && error.field == called_off_field;
}

Result<> check_bases(Directory& directory, std::span<const Dn> bases, Deadline deadline) {
  std::vector<SearchRequest> searches;
  for (const auto& base : bases) searches.push_back(at(base, {"1.1"}));
  const auto found = directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i] && found[i].error().kind != ErrorKind::NotFound) return found[i].error();
    if (!found[i] || found[i]->empty()) return missing_base(bases[i]);
  }
  return {};
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
