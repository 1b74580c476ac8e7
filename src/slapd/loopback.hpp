#pragma once
// Ports of 127.0.0.1, and the question whether an LDAP server answers on one. No LDAP library: the question
// is one fixed message (a search of the root DSE).
#include <cstdint>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::slapd {

// A port that was free a moment ago; whoever binds it has to be ready to lose the race.
Result<std::uint16_t> free_port();
bool port_is_free(std::uint16_t port);

// True when a server answered the search before the deadline; false also when nobody listens.
bool ldap_answers(std::uint16_t port, Deadline deadline);

}  // namespace dirbridge::slapd
