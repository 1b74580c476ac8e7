#pragma once
// How much of what is wanted of a home that is there is planned. What a rule, a limit, the directory or
// somebody else's name refuses can be given up, so that the rest is done (design rule 15). Plain values.
#include <cstddef>

namespace dirbridge::mapping {

struct Extent {
  enum class Naming {
    ByRules,    // named and placed as today's rules want it
    KeepName,   // it keeps the name that it has: no rule is asked for one
    KeepPlace,  // and stays where it is
    KeepAlias,  // and what was begun of a rename stays unfinished
  };
  bool stays() const { return naming >= Naming::KeepPlace; }

  Naming naming = Naming::ByRules;
  bool locked = true;     // by the locks that the rules ask for, beside the mark
  bool described = true;  // mail, password and whatever else follows the resource
  std::size_t name = 0;   // of a new entry: which of names_for_entry()
};

}  // namespace dirbridge::mapping
