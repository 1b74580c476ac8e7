#pragma once
// Hands leads over in Jira for a connection, within the time that the administrator allows. Thread-safe.
#include <chrono>

#include "jira/leads.hpp"
#include "provision/handover.hpp"

namespace dirbridge::operate {

class LeadHandover final : public provision::Handover {
 public:
  LeadHandover(jira::Server server, jira::Successors successors, std::chrono::milliseconds timeout)
      : leads_(std::move(server), std::move(successors)), timeout_(timeout) {}

  Result<> hand_over(std::string_view login_name, Deadline deadline) override;

 private:
  jira::Leads leads_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace dirbridge::operate
