#pragma once
// slapd's olcLimits and olcSizeLimit (slapd-config(5)): how many entries somebody may get. Pure functions.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/dn.hpp"

namespace dirbridge::doctor {

constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

// The smaller of the soft limit (which searches without paging get) and the hard one (which bounds all pages
// together). The first of `limits` that fits `who` counts, `default_limit` (olcSizeLimit) if none does;
// nullopt when one before it cannot be judged from outside: a group, a pattern.
std::optional<std::size_t> size_limit_of(const directory::Dn& who, const std::vector<std::string>& limits,
                                         std::string_view default_limit);

}  // namespace dirbridge::doctor
