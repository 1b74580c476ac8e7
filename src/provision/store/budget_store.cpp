#include "provision/store/budget_store.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

namespace json = boost::json;
using Spending = sync::Budget::Spending;

constexpr std::size_t most_spendings = 5'000;  // of which the youngest are kept
constexpr sync::Removal removals[] = {sync::Removal::Disable, sync::Removal::Delete,
                                      sync::Removal::GroupDelete, sync::Removal::MemberRemoval};

std::int64_t minutes_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::minutes>(time.time_since_epoch()).count();
}

std::string to_text(std::vector<Spending> all) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.minute > b.minute; });
  if (all.size() > most_spendings) all.resize(most_spendings);
  json::array spent;
  for (const auto& one : all)
    spent.push_back(
        json::array{sync::to_string(one.removal), one.subject, minutes_of(one.minute), one.count});
  return json::serialize(json::object{{"spent", std::move(spent)}});
}

std::optional<Spending> spending_of(const json::value& value) {
  const auto* item = value.if_array();
  if (!item || item->size() != 4 || !(*item)[0].is_string() || !(*item)[1].is_string()) return std::nullopt;
  boost::system::error_code failure;
  const auto minute = (*item)[2].to_number<std::int64_t>(failure);
  if (failure || minute < 0 || minute > 100'000'000'000 / 60) return std::nullopt;
  const auto count = (*item)[3].to_number<std::uint32_t>(failure);
  if (failure) return std::nullopt;
  for (const auto removal : removals)
    if (std::string_view((*item)[0].get_string()) == sync::to_string(removal))
      return Spending{removal, std::string((*item)[1].get_string()), WallTime(std::chrono::minutes(minute)),
                      count};
  return std::nullopt;
}

std::vector<Spending> from_text(std::string_view text) {
  std::vector<Spending> out;
  boost::system::error_code failure;
  const auto value = json::parse(text, failure);
  const auto* spent = !failure && value.is_object() ? value.get_object().if_contains("spent") : nullptr;
  if (!spent || !spent->is_array()) return out;
  for (const auto& item : spent->get_array())
    if (auto one = spending_of(item)) out.push_back(std::move(*one));
  return out;
}

}  // namespace

BudgetStore::BudgetStore(Place place, sync::Budget& budget)
    : place_(std::move(place)), budget_(budget), id_(named_uuid("dirbridge budget of " + place_.owner)) {}

BudgetStore::BudgetStore(const Context& context, sync::Reconciler& writer, sync::Budget& budget)
    : BudgetStore({context.directory, context.rules.bridge_base, context.rules.connection, writer}, budget) {}

directory::SearchRequest BudgetStore::find() const {
  return {place_.bridge_base,
          directory::Scope::OneLevel,
          directory::Filter::equal(attr::id, id_),
          {attr::id, attr::connection, attr::resource},
          0};
}

Result<> BudgetStore::exchange(Deadline deadline) {
  if (!kept_)
    if (auto done = read(deadline); !done) return done;
  if (*kept_ == budget_.revision()) return {};
  return write(deadline);
}

Result<> BudgetStore::read(Deadline deadline) {
  const bool fresh = budget_.spending().empty();
  auto entries = directory::search(place_.directory, find(), deadline);
  if (!entries) return entries.error();
  if (!entries->empty()) budget_.restore(from_text(entries->front().attributes.first(attr::resource)));
  kept_ = fresh ? budget_.revision() : budget_.revision() - 1;
  return {};
}

Result<> BudgetStore::write(Deadline deadline) {
  const auto revision = budget_.revision();
  const auto text = to_text(budget_.spending());
  sync::Task task;
  task.find = find();
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    sync::EntryGoal goal;
    goal.reason = "what was spent of the removal budget";
    goal.dn = entry ? entry->dn : place_.bridge_base.child(directory::Rdn(attr::id, id_));
    goal.attributes = {sync::exactly(attr::resource, {text})};
    if (entry) return goal;
    goal.attributes.push_back(sync::exactly("objectClass", {"top", object_class::record}));
    goal.attributes.push_back(sync::exactly(attr::id, {id_}));
    goal.attributes.push_back(sync::exactly(attr::connection, {place_.owner}));
    goal.attributes.push_back(sync::exactly(attr::kind, {"budget"}));
    goal.attributes.push_back(
        sync::exactly("description", {"Spent of the removal budget; deleting it gives a new budget"}));
    return goal;
  };
  auto report = place_.writer.run(task, deadline);
  if (!report) return report.error();
  kept_ = revision;
  return {};
}

}  // namespace dirbridge::provision
