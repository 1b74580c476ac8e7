#include "support/directory_state.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/text.hpp"

namespace dirbridge::test {

namespace {

using directory::Entry;

// Only that they are there.
constexpr std::array<std::string_view, 2> by_chance{"dirbridgeId", "dirbridgeDeleted"};
constexpr std::array<std::string_view, 5> stamps{"entryCSN", "entryUUID", "entryDN", "createTimestamp",
                                                 "modifyTimestamp"};

bool is_note_of_ending_grants(const Entry& entry) {
  return entry.attributes.has_value("dirbridgeKind", "ended");
}

std::string text_of(const Entry& entry) {
  std::vector<std::string> lines;
  for (const auto& [name, values] : entry.attributes) {
    if (is_any_of(stamps, name)) continue;
    if (is_any_of(by_chance, name)) {
      lines.push_back(ascii_lower(name));
      continue;
    }
    for (const auto& value : values) lines.push_back(ascii_lower(name) + ": " + value);
  }
  std::sort(lines.begin(), lines.end());
  return "dn: " + entry.dn.str() + '\n' + join(lines, "\n") + '\n';
}

}  // namespace

std::vector<Entry> all_entries(directory::Directory& directory, const directory::Dn& suffix) {
  auto found = directory::search(directory,
                                 {suffix,
                                  directory::Scope::Subtree,
                                  directory::Filter::everything(),
                                  {"*", "entryCSN", "entryUUID", "createTimestamp", "modifyTimestamp"},
                                  0},
                                 deadline_in(std::chrono::seconds(20)));
  if (!found) throw std::runtime_error(found.error().detail);
  return std::move(*found);
}

DirectoryState state_of(const std::vector<Entry>& entries) {
  DirectoryState out;
  for (const auto& entry : entries)
    if (!is_note_of_ending_grants(entry)) out.emplace(entry.dn.normalized(), text_of(entry));
  return out;
}

std::string difference(const DirectoryState& is, const DirectoryState& should_be) {
  std::string out;
  for (const auto& [dn, text] : is) {
    const auto other = should_be.find(dn);
    if (other == should_be.end())
      out += "too much:\n" + text;
    else if (other->second != text)
      out += "is:\n" + text + "should be:\n" + other->second;
  }
  for (const auto& [dn, text] : should_be)
    if (!is.contains(dn)) out += "missing:\n" + text;
  return out;
}

std::unique_ptr<directory::MemoryDirectory> twin_of(const std::vector<Entry>& entries) {
  auto out = std::make_unique<directory::MemoryDirectory>();
  for (const auto& entry : entries) out->load(entry);
  return out;
}

}  // namespace dirbridge::test
