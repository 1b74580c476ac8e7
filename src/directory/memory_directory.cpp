#include "directory/memory_directory.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/matching.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::directory {

namespace {

using Values = std::vector<std::string>;

constexpr std::array<std::string_view, 5> indexed_attributes{"member", "uniqueMember", "uid", "cn", "mail"};
// Of these nearly every entry has the same value.
constexpr std::array<std::string_view, 2> unselective{attr::connection, attr::active};

constexpr std::array<std::string_view, 5> operational{"entryCSN", "entryUUID", "entryDN", "createTimestamp",
                                                      "modifyTimestamp"};

bool is_indexed(std::string_view attribute) {
  if (is_any_of(indexed_attributes, attribute)) return true;
  const auto* own = own_attribute(attribute);
  return own && own->index != Index::None && !is_any_of(unselective, attribute);
}

std::string index_key(std::string_view attribute, std::string_view key) {
  return ascii_lower(attribute) + '=' + std::string(key);
}

std::vector<std::string> index_keys(const Entry& entry, Fold fold) {
  std::vector<std::string> out;
  for (const auto& attribute : entry.attributes)
    if (is_indexed(attribute.name))
      for (const auto& value : attribute.values)
        out.push_back(index_key(attribute.name, matching_key(attribute.name, value, fold)));
  return out;
}

std::string timestamp() {
  auto text = to_date_time(std::chrono::system_clock::now());  // 2026-11-22T03:07:30.123Z
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  return text.substr(0, 14) + "Z";
}

bool is_selected(const std::vector<std::string>& wanted, std::string_view name) {
  const auto asked = [&](std::string_view what) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const auto& w) { return iequals(w, what); });
  };
  if (is_any_of(operational, name)) return asked(name) || asked("+");
  return wanted.empty() || asked(name) || asked("*");
}

Entry selected(const Entry& entry, const std::vector<std::string>& wanted) {
  Entry out{entry.dn, {}};
  for (const auto& attribute : entry.attributes)
    if (is_selected(wanted, attribute.name)) out.attributes.append(attribute);
  return out;
}

bool lies_in(const std::string& key, const std::string& base, Scope scope, Fold fold) {
  if (key == base) return scope != Scope::OneLevel;
  if (scope == Scope::Base) return false;
  if (base.empty()) return scope == Scope::Subtree;
  if (key.size() <= base.size() + 1 || !key.ends_with(base) || key[key.size() - base.size() - 1] != ',')
    return false;
  return scope == Scope::Subtree || matching_key(Dn::parse(key).value().parent(), fold) == base;
}

std::unordered_set<std::string> keys_of(std::string_view attribute, const Values& values, Fold fold) {
  std::unordered_set<std::string> out;
  for (const auto& value : values) out.insert(matching_key(attribute, value, fold));
  return out;
}

Error violation(const Dn& dn) {
  return error(ErrorKind::Denied, "the directory answered objectClassViolation: " + dn.str(),
               "objectClassViolation");
}

Error value_exists(const std::string& attribute) {
  return error(ErrorKind::ValueExists, attribute + ": two values are the same");
}

// A list never has a value twice.
bool repeats(std::string_view attribute, const Values& values, Fold fold) {
  return keys_of(attribute, values, fold).size() < values.size();
}

Result<> add_values(Entry& entry, const Modification& m, bool permissive, Fold fold) {
  auto values = entry.attributes.take(m.attribute);
  const auto present = keys_of(m.attribute, values, fold);
  std::unordered_set<std::string> added;
  for (const auto& value : m.values) {
    const auto key = matching_key(m.attribute, value, fold);
    if (present.contains(key) && permissive) continue;
    if (present.contains(key) || !added.insert(key).second) return value_exists(m.attribute);
    values.push_back(value);
  }
  entry.attributes.set(m.attribute, std::move(values));
  return {};
}

Result<> delete_values(Entry& entry, const Modification& m, bool permissive, Fold fold) {
  auto values = entry.attributes.take(m.attribute);
  if (m.values.empty() && values.empty() && !permissive)
    return error(ErrorKind::Denied, "there is no such attribute", "noSuchAttribute");
  if (m.values.empty()) values.clear();
  auto leaving = keys_of(m.attribute, m.values, fold);
  const auto gone = std::erase_if(
      values, [&](const auto& value) { return leaving.contains(matching_key(m.attribute, value, fold)); });
  if (gone < m.values.size() && !permissive)
    return error(ErrorKind::Denied, "there is no such value", "noSuchAttribute");
  entry.attributes.set(m.attribute, std::move(values));
  return {};
}

Result<> modify(Entry& entry, const Modification& m, bool permissive, Fold fold) {
  switch (m.op) {
    case Modification::Op::Add:
      return add_values(entry, m, permissive, fold);
    case Modification::Op::Delete:
      return delete_values(entry, m, permissive, fold);
    case Modification::Op::Replace:
      if (repeats(m.attribute, m.values, fold)) return value_exists(m.attribute);
      entry.attributes.set(m.attribute, m.values);
      return {};
  }
  return {};
}

bool is_valid(const Entry& entry) {
  const auto& a = entry.attributes;
  return (!a.has_value("objectClass", "groupOfNames") || a.find("member")) &&
         (!a.has_value("objectClass", "groupOfUniqueNames") || a.find("uniqueMember"));
}

bool same(const Attributes& a, const Attributes& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&](const auto& attribute) {
    const auto* other = b.find(attribute.name);
    return other && *other == attribute.values;
  });
}

}  // namespace

void MemoryDirectory::load(Entry entry) {
  const std::lock_guard lock(mutex_);
  auto key = key_of(entry.dn);
  put(std::move(key), std::move(entry));
}

std::vector<Change> MemoryDirectory::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void MemoryDirectory::put(Key key, Entry entry) {
  remove(key);
  for (const auto& name : index_keys(entry, fold_)) index_[name].insert(key);
  entries_.insert_or_assign(std::move(key), std::move(entry));
}

void MemoryDirectory::remove(const Key& key) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) return;
  for (const auto& name : index_keys(at->second, fold_)) index_[name].erase(key);
  entries_.erase(at);
}

// What identifies a version of the entry, and orders versions.
void MemoryDirectory::stamp(Entry& entry) {
  const auto now = timestamp();
  entry.attributes.set("modifyTimestamp", {now});
  auto number = std::to_string(++count_);
  number.insert(0, 12 - std::min<std::size_t>(12, number.size()), '0');
  entry.attributes.set("entryCSN", {now.substr(0, 14) + "." + number + "Z#000000#000#000000"});
}

std::vector<MemoryDirectory::Entries::const_iterator> MemoryDirectory::candidates(
    const Key& base, Scope scope, const Matcher& matcher) const {
  std::vector<Entries::const_iterator> out;
  const auto take = [&](const Key& key) {
    if (const auto at = entries_.find(key); at != entries_.end()) out.push_back(at);
  };
  if (scope == Scope::Base) {
    take(base);
    return out;
  }
  const auto necessary = matcher.necessary(is_indexed);
  if (necessary.empty()) {
    for (auto at = entries_.begin(); at != entries_.end(); ++at) out.push_back(at);
    return out;
  }
  std::set<Key> keys;
  for (const auto& [attribute, value] : necessary)
    if (const auto at = index_.find(index_key(attribute, value)); at != index_.end())
      keys.insert(at->second.begin(), at->second.end());
  for (const auto& key : keys) take(key);
  return out;
}

Result<std::vector<Entry>> MemoryDirectory::found(const SearchRequest& request) const {
  const auto base = key_of(request.base);
  if (!base.empty() && !entries_.contains(base))
    return request.scope == Scope::Base
               ? error(ErrorKind::NotFound, "there is no entry " + request.base.str())
               : missing_base(request.base);
  const Matcher matcher(request.filter, fold_);
  std::vector<Entry> out;
  for (const auto& at : candidates(base, request.scope, matcher))
    if (lies_in(at->first, base, request.scope, fold_) && matcher.matches(at->second))
      out.push_back(selected(at->second, request.attributes));
  return out;
}

Result<> MemoryDirectory::search(const SearchRequest& request, Deadline, const Sink& sink) {
  std::unique_lock lock(mutex_);
  auto entries = found(request);
  lock.unlock();
  if (!entries) return entries.error();
  for (auto& entry : *entries)
    if (!sink(std::move(entry))) break;
  return {};
}

std::vector<Result<std::vector<Entry>>> MemoryDirectory::search_all(std::span<const SearchRequest> requests,
                                                                    Deadline) {
  const std::lock_guard lock(mutex_);
  std::vector<Result<std::vector<Entry>>> out;
  for (const auto& request : requests) out.push_back(found(request));
  return out;
}

Result<> MemoryDirectory::search_each(std::span<const SearchRequest> requests, Deadline deadline,
                                      const Sink& sink) {
  bool wanted = true;
  const auto until_enough = [&](Entry&& entry) { return wanted = sink(std::move(entry)); };
  for (const auto& request : requests) {
    if (!wanted) break;
    if (auto done = search(request, deadline, until_enough); !done) return done;
  }
  return {};
}

bool MemoryDirectory::has_children(const Key& key) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.first != key && lies_in(entry.first, key, Scope::Subtree, fold_);
  });
}

Result<MemoryDirectory::Key> MemoryDirectory::change(const Add& add) {
  for (const auto& attribute : add.attributes)
    if (repeats(attribute.name, attribute.values, fold_)) return value_exists(attribute.name);
  auto key = key_of(add.dn);
  if (entries_.contains(key))
    return error(ErrorKind::Uniqueness, "an entry " + add.dn.str() + " exists already");
  const auto parent = add.dn.parent();
  if (!entries_.contains(key_of(parent))) return missing_base(parent);
  Entry entry{add.dn, add.attributes};
  const auto rdn = add.dn.rdn();
  for (const auto& [attribute, value] : rdn.pairs())
    (void)modify(entry, {Modification::Op::Add, attribute, {value}}, true, fold_);
  if (!is_valid(entry)) return violation(add.dn);
  stamp(entry);
  entry.attributes.set("createTimestamp", {std::string(entry.attributes.first("modifyTimestamp"))});
  entry.attributes.set("entryUUID", {new_uuid(std::chrono::system_clock::now())});
  put(key, std::move(entry));
  return key;
}

Result<MemoryDirectory::Key> MemoryDirectory::change(const Modify& modification) {
  const auto is_list_with_repeats = [&](const Modification& m) {
    return m.op != Modification::Op::Delete && repeats(m.attribute, m.values, fold_);
  };
  const auto& all = modification.modifications;
  const auto repeating = std::find_if(all.begin(), all.end(), is_list_with_repeats);
  if (!modification.permissive && repeating != all.end()) return value_exists(repeating->attribute);
  auto key = key_of(modification.dn);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return error(ErrorKind::NotFound, "there is no entry " + modification.dn.str());
  if (modification.only_if && !Matcher(*modification.only_if, fold_).matches(at->second))
    return error(ErrorKind::PreconditionFailed, "the entry has changed: " + modification.dn.str());
  Entry entry = at->second;
  for (const auto& m : modification.modifications)
    if (auto done = modify(entry, m, modification.permissive, fold_); !done) return done.error();
  if (!is_valid(entry)) return violation(modification.dn);
  stamp(entry);
  put(key, std::move(entry));
  return key;
}

Result<MemoryDirectory::Key> MemoryDirectory::change(const Rename& rename) {
  const auto old_key = key_of(rename.dn);
  const auto at = entries_.find(old_key);
  if (at == entries_.end()) return error(ErrorKind::NotFound, "there is no entry " + rename.dn.str());
  const auto parent = rename.new_superior ? *rename.new_superior : rename.dn.parent();
  if (!entries_.contains(key_of(parent)))
    return error(ErrorKind::NotFound, "there is no entry " + parent.str());
  Entry entry = at->second;
  const auto old_rdn = entry.dn.rdn();
  entry.dn = parent.child(rename.new_rdn);
  auto key = key_of(entry.dn);
  if (key != old_key && entries_.contains(key))
    return error(ErrorKind::Uniqueness, "an entry " + entry.dn.str() + " exists already");
  if (has_children(old_key)) return error(ErrorKind::Denied, "the entry has children", "notAllowedOnNonLeaf");
  const auto replace = [&](const auto& pairs, Modification::Op op) {
    for (const auto& [attribute, value] : pairs) (void)modify(entry, {op, attribute, {value}}, true, fold_);
  };
  replace(old_rdn.pairs(), Modification::Op::Delete);
  replace(rename.new_rdn.pairs(), Modification::Op::Add);
  stamp(entry);
  remove(old_key);
  put(key, std::move(entry));
  return key;
}

Result<MemoryDirectory::Key> MemoryDirectory::change(const Delete& removal) {
  const auto key = key_of(removal.dn);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return error(ErrorKind::NotFound, "there is no entry " + removal.dn.str());
  if (removal.only_if && !Matcher(*removal.only_if, fold_).matches(at->second))
    return error(ErrorKind::PreconditionFailed, "the entry has changed: " + removal.dn.str());
  if (has_children(key)) return error(ErrorKind::Denied, "the entry has children", "notAllowedOnNonLeaf");
  remove(key);
  return Key();
}

Result<std::optional<Entry>> MemoryDirectory::apply(const Change& change,
                                                    const std::vector<std::string>& read_back, Deadline) {
  const std::lock_guard lock(mutex_);
  const auto before = entries_.find(key_of(target(change)));
  const auto old = before == entries_.end() ? Attributes() : before->second.attributes;
  const auto key =
      std::visit([&](const auto& operation) { return this->change(operation); }, change.operation);
  if (!key) return key.error();
  const bool modified = std::holds_alternative<Modify>(change.operation);
  const auto without_stamp = [](Attributes attributes) {
    attributes.set("entryCSN", {});
    attributes.set("modifyTimestamp", {});
    return attributes;
  };
  if (!modified || !same(without_stamp(old), without_stamp(entries_.at(*key).attributes)))
    changes_.push_back(change);
  if (key->empty() || read_back.empty()) return std::optional<Entry>();
  return std::optional(selected(entries_.at(*key), read_back));
}

std::vector<Result<>> MemoryDirectory::apply_all(std::span<const Change> changes, Deadline deadline) {
  std::vector<Result<>> out;
  for (const auto& change : changes) {
    auto done = apply(change, {}, deadline);
    out.push_back(done ? Result<>() : Result<>(done.error()));
  }
  return out;
}

Directory::Mixed MemoryDirectory::apply_and_search(const Change& change,
                                                   const std::vector<std::string>& read_back,
                                                   std::span<const SearchRequest> searches,
                                                   Deadline deadline) {
  auto done = apply(change, read_back, deadline);
  return {std::move(done), search_all(searches, deadline)};
}

Result<Capabilities> MemoryDirectory::capabilities(Deadline) {
  return Capabilities{true, true, true, true, false, "memory"};
}

}  // namespace dirbridge::directory
