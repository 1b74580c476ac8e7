#include "server/bulk.hpp"

#include <boost/json/array.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/json_access.hpp"
#include "base/log.hpp"
#include "scim/messages.hpp"
#include "server/render.hpp"

namespace dirbridge::server {

namespace {

using provision::Members;
using scim::BulkMethod;
using scim::BulkOperation;
using scim::BulkUnit;

// What came of one operation.
struct Outcome {
  bool processed = false;
  int status = 0;
  std::string id;
  std::string version;
  std::optional<Error> failure;
};

Outcome succeeded(int status, const json::object& resource) {
  return {true, status, std::string(text_at(resource, "id")),
          std::string(text_at(object_at(resource, "meta"), "version")), std::nullopt};
}

Outcome failed(Error failure) {
  return {true, scim::error_status(failure.kind).http, {}, {}, std::move(failure)};
}

json::value adding(json::object value) {
  return json::object{{"schemas", json::array{scim::patch_op_urn}},
                      {"Operations", json::array{json::object{{"op", "add"}, {"value", std::move(value)}}}}};
}

class BulkRun {
 public:
  BulkRun(const Exchange& exchange, scim::BulkRequest request)
      : exchange_(exchange),
        request_(std::move(request)),
        outcomes_(request_.operations.size()),
        undos_(request_.operations.size()) {
    for (const auto& operation : request_.operations)
      if (operation.method == BulkMethod::Post) defined_.insert(operation.bulk_id);
  }

  json::object run(BulkHelpers& helpers) {
    const auto units = scim::plan_bulk(request_);
    // Which operations are left out after an error must not depend on chance.
    const auto pace = request_.fail_on_errors ? BulkPace::OneByOne : BulkPace::Together;
    run_units(units, pace, helpers, [&](const BulkUnit& unit) {
      unit.circular ? run_circle(unit) : run_one(unit.operations.front());
      return !enough_errors();
    });
    return response();
  }

 private:
  bool enough_errors() {
    if (!request_.fail_on_errors) return false;
    std::size_t errors = 0;
    for (const auto& outcome : outcomes_) errors += outcome.failure ? 1 : 0;
    return errors >= *request_.fail_on_errors;
  }

  void run_one(std::size_t index) {
    auto& operation = request_.operations[index];
    if (auto ready = resolve(operation); !ready) return settle(index, failed(ready.error()));
    settle(index, execute(operation));
  }

  // Of a circle: what is created may have to be undone.
  void run_undoably(std::size_t index) {
    auto& operation = request_.operations[index];
    if (operation.method != BulkMethod::Post) return run_one(index);
    if (auto ready = resolve(operation); !ready) return settle(index, failed(ready.error()));
    settle(index, unless_it_throws([&] {
             auto created = door_of(operation).create_undoably(std::move(operation.data), exchange_.deadline);
             if (!created) return failed(created.error());
             undos_[index] = std::move(created->undo);
             return succeeded(201, created->resource);
           }));
  }

  // Creates each without what does not exist yet, then adds that. Who cannot be completed is taken back, so
  // that a resource is never there by half.
  void run_circle(const BulkUnit& unit) {
    std::map<std::size_t, json::object> later;
    std::map<std::size_t, std::set<std::string>> referred;
    std::set<std::string> coming;
    for (const auto index : unit.operations) {
      referred[index] = scim::references(request_.operations[index]);
      coming.insert(request_.operations[index].bulk_id);
    }
    for (const auto index : unit.operations) {
      auto& operation = request_.operations[index];
      if (operation.data.is_object())
        later[index] = scim::take_references(operation.data.get_object(), coming);
      coming.erase(operation.bulk_id);
      run_undoably(index);
    }
    take_back_incomplete(referred);
    for (auto& [index, parts] : later)
      if (!parts.empty() && !outcomes_[index].failure) complete(index, std::move(parts));
    take_back_incomplete(referred);
  }

  // Those that refer to what is not there go, and then those that refer to these.
  void take_back_incomplete(const std::map<std::size_t, std::set<std::string>>& referred) {
    for (bool again = true; again;) {
      again = false;
      for (const auto& [index, names] : referred) {
        if (outcomes_[index].failure) continue;
        const auto complete = resolvable(names);
        if (complete) continue;
        take_back(index, complete.error());
        again = true;
      }
    }
  }

  void complete(std::size_t index, json::object parts) {
    BulkOperation addition = request_.operations[index];
    addition.method = BulkMethod::Patch;
    addition.id = outcomes_[index].id;
    addition.version.clear();
    addition.data = adding(std::move(parts));
    const auto ready = resolve(addition);
    auto outcome = ready ? execute(addition) : failed(ready.error());
    if (outcome.failure) return take_back(index, std::move(*outcome.failure));
    outcome.status = outcomes_[index].status;
    settle(index, std::move(outcome));
  }

  void take_back(std::size_t index, Error why) {
    const auto undone = unless_it_throws([&] {
      auto done = undos_[index](exchange_.deadline);
      return done ? Outcome() : failed(done.error());
    });
    if (undone.failure)
      why.detail += "; and what was created could not be taken back: " + undone.failure->detail;
    settle(index, failed(std::move(why)));
  }

  // References become ids. InvalidValue: nothing in the request has that bulkId. Conflict: what has it could
  // not be created.
  Result<> resolve(BulkOperation& operation) {
    if (operation.problem) return *operation.problem;
    const auto names = scim::references(operation);
    if (names.empty()) return {};
    if (auto known = resolvable(names); !known) return known;
    const std::lock_guard lock(mutex_);
    scim::resolve_references(operation.data, created_);
    scim::resolve_references(operation.id, created_);
    return {};
  }

  Result<> resolvable(const std::set<std::string>& names) {
    const std::lock_guard lock(mutex_);
    for (const auto& name : names) {
      if (created_.contains(name)) continue;
      if (!defined_.contains(name))
        return error(ErrorKind::InvalidValue, "no operation creates bulkId:" + name, "bulkId");
      return error(ErrorKind::Conflict, "bulkId:" + name + " was not created", "bulkId");
    }
    return {};
  }

  provision::ReaderWriter& door_of(const BulkOperation& operation) {
    return operation.type->name == "User" ? *exchange_.connection.users : *exchange_.connection.groups;
  }

  template <class Act>
  static Outcome unless_it_throws(const Act& act) {
    try {
      return act();
    } catch (const std::exception& e) {
      log::error("bulk_operation_failed", {{"detail", e.what()}});
      return failed(error(ErrorKind::Internal, "the operation failed for a reason of our own"));
    }
  }

  Outcome execute(BulkOperation& operation) {
    return unless_it_throws([&] { return carry_out(operation); });
  }

  Outcome carry_out(BulkOperation& operation) {
    auto& resources = door_of(operation);
    const auto deadline = exchange_.deadline;
    const provision::Precondition precondition{operation.version};
    auto data = std::move(operation.data);
    switch (operation.method) {
      case BulkMethod::Post: {
        auto created = resources.create(std::move(data), deadline);
        return created ? succeeded(201, *created) : failed(created.error());
      }
      case BulkMethod::Put: {
        auto replaced = resources.replace(operation.id, std::move(data), precondition, deadline);
        return replaced ? succeeded(200, replaced->resource) : failed(replaced.error());
      }
      case BulkMethod::Patch: {
        auto patched = resources.patch(operation.id, std::move(data), precondition, Members::Leave, deadline);
        return patched ? succeeded(200, patched->resource) : failed(patched.error());
      }
      case BulkMethod::Delete:
        break;
    }
    auto removed = resources.remove(operation.id, precondition, deadline);
    return removed ? Outcome{true, 204, operation.id, {}, std::nullopt} : failed(removed.error());
  }

  void settle(std::size_t index, Outcome outcome) {
    const auto& operation = request_.operations[index];
    const std::lock_guard lock(mutex_);
    if (operation.method == BulkMethod::Post && !operation.problem) {
      if (outcome.failure)
        created_.erase(operation.bulk_id);
      else
        created_[operation.bulk_id] = outcome.id;
    }
    outcomes_[index] = std::move(outcome);
  }

  json::object response() {
    json::array answers;
    for (std::size_t i = 0; i < outcomes_.size(); ++i)
      if (outcomes_[i].processed) answers.emplace_back(answer_of(request_.operations[i], outcomes_[i]));
    return {{"schemas", json::array{scim::bulk_response_urn}}, {"Operations", std::move(answers)}};
  }

  json::object answer_of(const BulkOperation& operation, const Outcome& outcome) const {
    json::object out{{"method", operation.method_text}};
    if (!operation.bulk_id.empty()) out["bulkId"] = operation.bulk_id;
    const auto& id = outcome.id.empty() ? operation.id : outcome.id;
    if (operation.type && !id.empty() && !id.starts_with("bulkId:"))
      out["location"] = exchange_.base_url + operation.type->endpoint + '/' + id;
    if (!outcome.version.empty()) out["version"] = outcome.version;
    out["status"] = std::to_string(outcome.status);
    if (outcome.failure) out["response"] = scim::error_body(*outcome.failure);
    return out;
  }

  const Exchange& exchange_;
  scim::BulkRequest request_;
  std::set<std::string> defined_;  // bulkIds that a POST has
  std::mutex mutex_;
  scim::CreatedIds created_;
  std::vector<Outcome> outcomes_;       // each written by the thread that runs it
  std::vector<provision::Undo> undos_;  // as that; of what was created in circles
};

}  // namespace

http::Response run_bulk(const Exchange& exchange) {
  auto body = body_of(exchange);
  if (!body) return answer(body.error());
  auto request = scim::parse_bulk(exchange.provider.catalog, std::move(*body));
  if (!request) return answer(request.error());
  return answer(200, BulkRun(exchange, std::move(*request)).run(exchange.provider.bulk_helpers));
}

}  // namespace dirbridge::server
