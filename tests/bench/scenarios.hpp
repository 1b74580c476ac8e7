#pragma once
// The scenarios of the benchmark. Each is made for one number of requests in flight, with its connections
// open.
#include "scenario.hpp"

namespace dirbridge::bench {

using NewScenario = Result<std::unique_ptr<Scenario>>;

// GET /Users/{id}, or GET /Users?filter=userName eq "...", against the equality search for the same entry.
NewScenario make_lookup_by_id(Stage& stage, std::size_t in_flight);
NewScenario make_lookup_by_name(Stage& stage, std::size_t in_flight);

// The users that a creation made, for the deletion that follows it.
struct CreatedUsers {
  std::vector<User> by_bridge;
  std::vector<User> directly;
};

// POST /Users against ldap add of an entry with the same attributes. verify() fills `created`.
NewScenario make_creation(Stage& stage, std::size_t in_flight, CreatedUsers& created);

// DELETE /Users/{id} against ldap delete, of all users in `created`, in `slices` equal parts.
NewScenario make_deletion(Stage& stage, std::size_t in_flight, const CreatedUsers& created,
                          std::size_t slices);

// PATCH replace active against the ldap modify that changes the same attributes to the same values.
NewScenario make_activation(Stage& stage, std::size_t in_flight);

// PATCH add and remove of one member in turn against ldap modify, on a group of `size` members for each side.
NewScenario make_membership(Stage& stage, InFlight in_flight, std::size_t size);

// GET of a group of `size` members with all of them against the search that returns its entry.
NewScenario make_group_reading(Stage& stage, std::size_t in_flight, std::size_t size);

// A whole GET /Users list by pages against the paged search; one list at a time. The rate counts users.
NewScenario make_listing(Stage& stage, std::size_t page_size);

}  // namespace dirbridge::bench
