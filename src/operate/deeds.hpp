#pragma once
// What one line of the audit says about an entry. Pure functions.
#include <functional>
#include <vector>

#include "audit/line.hpp"
#include "operate/story.hpp"

namespace dirbridge::operate {

// Whether a DN is one of the entry that the story is about.
using IsMeant = std::function<bool(const directory::Dn&)>;

// Empty: nothing.
std::vector<Deed> deeds_in(const audit::Line& line, const IsMeant& is_meant);

}  // namespace dirbridge::operate
