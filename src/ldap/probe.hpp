#pragma once
// What ldap/ counts and measures: metrics of the process, served by the admin listener. Thread-safe.
#include <chrono>

#include "base/result.hpp"

namespace dirbridge::ldap {

// The first four are the alternatives of directory::Change::operation, in their order.
enum class Verb { Add, Modify, Rename, Delete, Search, Compare };
inline constexpr int verb_count = 6;

namespace probe {
void connection_opened();
void connection_closed();
void connect_failed();
void waited_for_connection(std::chrono::steady_clock::duration time);
void operation_done(Verb verb, const Result<>& result, std::chrono::steady_clock::duration time);
}  // namespace probe

}  // namespace dirbridge::ldap
