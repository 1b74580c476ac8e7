#include "directory/group_classes.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::directory {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view class_attribute = "objectClass";
constexpr std::string_view member = "member";
constexpr std::string_view unique_member = "uniqueMember";
constexpr std::string_view names_class = "groupOfNames";
constexpr std::string_view unique_class = "groupOfUniqueNames";

bool contains(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const auto& one) { return iequals(one, name); });
}

bool wants_class(const Names& attributes) {
  return attributes.empty() || contains(attributes, "*") || contains(attributes, class_attribute);
}

// With the class of the entry, and its members of either kind.
Names attributes_asked(Names names) {
  if (names.empty() || contains(names, "*")) return names;
  std::erase(names, "1.1");
  if (!contains(names, class_attribute)) names.emplace_back(class_attribute);
  if (contains(names, member) && !contains(names, unique_member)) names.emplace_back(unique_member);
  return names;
}

// The class is indexed everywhere, uniqueMember where such groups are many.
Filter either(Filter names, Filter unique) {
  return Filter::any_of(
      {std::move(names), Filter::all_of({Filter::equal(class_attribute, unique_class), std::move(unique)})});
}

std::optional<Filter> comparison_of_both(std::string_view comparison) {
  const auto equals = comparison.find('=');
  const auto name = comparison.substr(0, equals);
  const auto value = comparison.substr(equals + 1);
  const auto as = [&](std::string_view attribute) {
    return Filter::parse("(" + std::string(attribute) + "=" + std::string(value) + ")").value();
  };
  if (iequals(name, member)) return either(as(member), as(unique_member));
  if (iequals(name, class_attribute) && iequals(value, names_class))
    return Filter::any_of({as(class_attribute), Filter::equal(class_attribute, unique_class)});
  return std::nullopt;
}

Filter filter_of_both(const Filter& filter) {
  return filter.rewritten(comparison_of_both);
}

bool is_unique(const Attributes& attributes) {
  return attributes.has_value(class_attribute, unique_class) &&
         !attributes.has_value(class_attribute, names_class);
}

void rename_attribute(Attributes& attributes, std::string_view from, std::string_view to) {
  auto values = attributes.take(from);
  attributes.set(from, {});
  if (!values.empty()) attributes.set(to, std::move(values));
}

void replace_class(Names& values, std::string_view from, std::string_view to) {
  for (auto& value : values)
    if (iequals(value, from)) value = to;
}

void to_unique(Attributes& attributes) {
  auto classes = attributes.take(class_attribute);
  replace_class(classes, names_class, unique_class);
  attributes.set(class_attribute, std::move(classes));
  rename_attribute(attributes, member, unique_member);
}

void to_unique(Modify& modify) {
  for (auto& m : modify.modifications) {
    if (iequals(m.attribute, member)) m.attribute = unique_member;
    if (iequals(m.attribute, class_attribute)) replace_class(m.values, names_class, unique_class);
  }
}

std::optional<Filter>* condition_of(Change& change) {
  if (auto* modify = std::get_if<Modify>(&change.operation)) return &modify->only_if;
  if (auto* removal = std::get_if<Delete>(&change.operation)) return &removal->only_if;
  return nullptr;
}

Dn renamed(const Rename& rename) {
  return (rename.new_superior ? *rename.new_superior : rename.dn.parent()).child(rename.new_rdn);
}

}  // namespace

GroupClasses::GroupClasses(Directory& server, Dn group_base, GroupClass of_new_groups)
    : server_(server), base_(std::move(group_base)), of_new_groups_(of_new_groups) {}

bool GroupClasses::is_concerned(const SearchRequest& request) const {
  return request.base.is_within(base_) || (request.scope != Scope::Base && base_.is_within(request.base));
}

bool GroupClasses::none_concerned(std::span<const SearchRequest> requests) const {
  return std::none_of(requests.begin(), requests.end(),
                      [&](const auto& request) { return is_concerned(request); });
}

SearchRequest GroupClasses::asked(const SearchRequest& request) const {
  if (!is_concerned(request)) return request;
  auto out = request;
  out.filter = filter_of_both(request.filter);
  out.attributes = attributes_asked(std::move(out.attributes));
  return out;
}

std::vector<SearchRequest> GroupClasses::asked(std::span<const SearchRequest> requests) const {
  std::vector<SearchRequest> out;
  out.reserve(requests.size());
  for (const auto& request : requests) out.push_back(asked(request));
  return out;
}

bool GroupClasses::is_unique(const Dn& dn) const {
  if (!any_unique_) return false;
  const std::lock_guard lock(mutex_);
  return unique_.contains(dn.normalized());
}

void GroupClasses::remember(const Dn& dn, bool unique) {
  if (!unique && !any_unique_) return;
  const std::lock_guard lock(mutex_);
  if (unique)
    unique_.insert(dn.normalized());
  else
    unique_.erase(dn.normalized());
  any_unique_ = !unique_.empty();
}

Entry GroupClasses::taken_in(Entry entry, bool class_wanted) {
  if (!entry.dn.is_within(base_)) return entry;
  auto& a = entry.attributes;
  const bool unique = directory::is_unique(a);
  remember(entry.dn, unique);
  if (unique) {
    auto classes = a.take(class_attribute);
    replace_class(classes, unique_class, names_class);
    a.set(class_attribute, std::move(classes));
    rename_attribute(a, unique_member, member);
  }
  if (!class_wanted) a.set(class_attribute, {});
  return entry;
}

Result<> GroupClasses::search(const SearchRequest& request, Deadline deadline, const Sink& sink) {
  if (!is_concerned(request)) return server_.search(request, deadline, sink);
  const bool class_wanted = wants_class(request.attributes);
  return server_.search(asked(request), deadline,
                        [&](Entry&& entry) { return sink(taken_in(std::move(entry), class_wanted)); });
}

std::vector<Result<std::vector<Entry>>> GroupClasses::search_all(std::span<const SearchRequest> requests,
                                                                 Deadline deadline) {
  if (none_concerned(requests)) return server_.search_all(requests, deadline);
  auto out = server_.search_all(asked(requests), deadline);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i] && is_concerned(requests[i]))
      for (auto& entry : *out[i]) entry = taken_in(std::move(entry), wants_class(requests[i].attributes));
  return out;
}

// Which of the requests an entry answers is not told.
Result<> GroupClasses::search_each(std::span<const SearchRequest> requests, Deadline deadline,
                                   const Sink& sink) {
  const bool class_wanted = std::any_of(requests.begin(), requests.end(),
                                        [](const auto& request) { return wants_class(request.attributes); });
  return server_.search_each(asked(requests), deadline,
                             [&](Entry&& entry) { return sink(taken_in(std::move(entry), class_wanted)); });
}

// Nothing: it is sent as it is, which spares large groups a copy.
std::optional<Change> GroupClasses::translated(const Change& change) const {
  if (!target(change).is_within(base_)) return std::nullopt;
  const auto* add = std::get_if<Add>(&change.operation);
  const auto* modify = std::get_if<Modify>(&change.operation);
  const bool new_unique = add && makes_unique(*add);
  const bool unique = modify && is_unique(modify->dn);
  const auto* asked = condition(change);
  const auto of_both = asked ? std::optional(filter_of_both(*asked)) : std::nullopt;
  if (!new_unique && !unique && (!of_both || *of_both == *asked)) return std::nullopt;
  auto out = change;
  if (of_both) *condition_of(out) = of_both;
  if (new_unique) to_unique(std::get<Add>(out.operation).attributes);
  if (unique) to_unique(std::get<Modify>(out.operation));
  return out;
}

bool GroupClasses::makes_unique(const Add& add) const {
  return of_new_groups_ == GroupClass::UniqueNames && add.attributes.has_value(class_attribute, names_class);
}

Change GroupClasses::as_sent(const Change& change) const {
  return translated(change).value_or(change);
}

void GroupClasses::landed(const Change& change) {
  const auto& dn = target(change);
  if (!dn.is_within(base_)) return;
  if (const auto* add = std::get_if<Add>(&change.operation)) remember(dn, makes_unique(*add));
  const auto* rename = std::get_if<Rename>(&change.operation);
  if (!rename || !is_unique(dn)) return;
  remember(dn, false);
  remember(renamed(*rename), true);
}

Result<std::optional<Entry>> GroupClasses::apply(const Change& change, const Names& read_back,
                                                 Deadline deadline) {
  if (!target(change).is_within(base_)) return server_.apply(change, read_back, deadline);
  const auto wanted = read_back.empty() ? read_back : attributes_asked(read_back);
  const auto sent = translated(change);
  auto done = server_.apply(sent ? *sent : change, wanted, deadline);
  if (done) landed(change);
  if (done && *done) **done = taken_in(std::move(**done), wants_class(read_back));
  return done;
}

std::vector<Result<>> GroupClasses::apply_all(std::span<const Change> changes, Deadline deadline) {
  std::vector<Change> sent;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto other = translated(changes[i]);
    if (other && sent.empty()) sent.assign(changes.begin(), changes.end());
    if (other) sent[i] = std::move(*other);
  }
  auto out = server_.apply_all(sent.empty() ? changes : sent, deadline);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i]) landed(changes[i]);
  return out;
}

Directory::Mixed GroupClasses::apply_and_search(const Change& change, const Names& read_back,
                                                std::span<const SearchRequest> searches, Deadline deadline) {
  const bool concerned = target(change).is_within(base_);
  if (!concerned && none_concerned(searches))
    return server_.apply_and_search(change, read_back, searches, deadline);
  const auto wanted = concerned && !read_back.empty() ? attributes_asked(read_back) : read_back;
  const auto sent = translated(change);
  auto out = server_.apply_and_search(sent ? *sent : change, wanted, asked(searches), deadline);
  if (out.change) landed(change);
  if (concerned && out.change && *out.change)
    **out.change = taken_in(std::move(**out.change), wants_class(read_back));
  for (std::size_t i = 0; i < out.searches.size(); ++i)
    if (out.searches[i] && is_concerned(searches[i]))
      for (auto& entry : *out.searches[i])
        entry = taken_in(std::move(entry), wants_class(searches[i].attributes));
  return out;
}

}  // namespace dirbridge::directory
