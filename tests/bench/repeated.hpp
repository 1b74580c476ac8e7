#pragma once
// Reads: the same requests and searches over and over.
#include <utility>

#include "http_load.hpp"
#include "scenarios.hpp"

namespace dirbridge::bench {

class Repeated : public Scenario {
 public:
  Repeated(Sides sides, std::vector<HttpRequest> requests, std::vector<LdapJob> searches)
      : sides_(std::move(sides)), requests_(std::move(requests)), searches_(std::move(searches)) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, requests_.size(), 0);
    return sides_.http->run(requests_, schedule, duration);
  }
  Slice direct_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, searches_.size(), 0);
    return sides_.ldap->run(searches_, schedule, duration);
  }
  Result<> verify() override { return {}; }  // each answer was checked for its evidence as it came

 protected:
  Sides sides_;
  std::vector<HttpRequest> requests_;
  std::vector<LdapJob> searches_;
};

}  // namespace dirbridge::bench
