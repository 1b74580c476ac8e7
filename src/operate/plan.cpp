#include "operate/plan.hpp"

#include <boost/json.hpp>

#include "audit/line.hpp"
#include "audit/redaction.hpp"
#include "operate/apply_rules.hpp"
#include "operate/rehearsal.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

constexpr std::chrono::minutes reading_limit{30};

}  // namespace

Result<Plan> make_plan(const config::Config& config, const ConnectionParts& connection) {
  const auto& context = connection.context;
  const auto copy = copy_for_rehearsal(context.directory, connection.rules, deadline_in(reading_limit));
  if (!copy) return copy.error();
  const auto& name = connection.rules.connection;
  const auto& settings = config.connections.at(name);
  provision::KeyLocks locks;
  LeftCollector left;
  ConnectionParts rehearsed(name, settings, config.directories.at(settings.directory),
                            {context.catalog, **copy, locks, context.clock, &left}, nullptr);
  rehearsed.context.mandate.budget = nullptr;
  auto outcome = apply_rules(rehearsed.context);
  Plan out{name};
  if (!outcome.failure.empty()) out.failures.push_back({"", std::move(outcome.failure)});
  if (outcome.applied) {
    out.users = outcome.applied->users;
    out.groups = outcome.applied->groups;
    out.failures = std::move(outcome.applied->failures);
  }
  out.losses = losses_of((*copy)->changes(), connection.rules);
  const auto secrets = secrets_of(config);
  for (const auto& change : (*copy)->changes())
    out.changes.push_back(audit::shown(secrets, context.directory.as_sent(change)));
  out.left = left.take();
  return out;
}

json::object to_json(const Plan& plan) {
  json::array changes;
  for (const auto& change : plan.changes) changes.push_back(audit::to_object(change));
  return {{"connection", plan.connection},  {"changes", std::move(changes)},
          {"losses", to_json(plan.losses)}, {"users", plan.users},
          {"groups", plan.groups},          {"failures", to_json(plan.failures)},
          {"left", to_json(plan.left)}};
}

}  // namespace dirbridge::operate
