#include "config/sections/sections.hpp"

namespace dirbridge::config {

namespace {

constexpr std::size_t most = 1'000'000'000;

void read_limit(ObjectReader& guard, std::string_view key, sync::Limit& limit) {
  auto section = guard.object(key);
  if (!section) return;
  limit.count = section->number("count", 0, most).value_or(limit.count);
  if (const auto percent = section->number("percent", 1, 100))
    limit.percent = static_cast<unsigned>(*percent);
  section->finish();
}

}  // namespace

std::optional<sync::BudgetRules> read_guard(ObjectReader& owner,
                                            const std::optional<sync::BudgetRules>& otherwise) {
  sync::BudgetRules rules;
  auto section = owner.object("guard");
  if (!section) return otherwise;
  const bool enabled = section->boolean("enabled").value_or(true);
  if (const auto minutes = section->number("window_minutes", 1, 7 * 24 * 60))
    rules.window = std::chrono::minutes(*minutes);
  read_limit(*section, "disables", rules.disables);
  read_limit(*section, "deletes", rules.deletes);
  read_limit(*section, "group_deletes", rules.group_deletes);
  read_limit(*section, "member_removals", rules.member_removals);
  section->finish();
  return enabled ? std::optional(rules) : std::nullopt;
}

std::optional<audit::FileSettings> read_audit(ObjectReader& root, const std::string& folder) {
  audit::FileSettings file;
  file.path = absolute_file("audit/audit.jsonl", folder);
  auto section = root.object("audit");
  if (!section) return file;
  const bool enabled = section->boolean("enabled").value_or(true);
  if (const auto name = section->text("file")) file.path = absolute_file(*name, folder);
  file.max_bytes =
      section->number("max_bytes", 64 * 1024, 1024UL * 1024 * 1024 * 1024).value_or(file.max_bytes);
  file.files = section->number("files", 0, 10'000).value_or(file.files);
  section->finish();
  return enabled ? std::optional(file) : std::nullopt;
}

}  // namespace dirbridge::config
