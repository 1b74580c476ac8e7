#pragma once
// Who is to lose access loses it, whatever a name rule, a limit, a syntax, or somebody else's name says about
// the rest of the request (design rule 15). What keeps the change from being made is given up, piece by
// piece, and told when the rest is done. One of these per request; used by one thread.
#include <string>
#include <vector>

#include "mapping/extent.hpp"
#include "provision/refusal.hpp"

namespace dirbridge::provision {

class Concession {
 public:
  // The attempt that failed.
  struct Attempt {
    bool leaves = false;         // it takes access away: everything else may be given up
    bool may_keep_name = false;  // nobody asked for another name, nor for access
    bool renames = false;        // it would have given another name
    bool moves = false;          // it would have given another home, or place
    bool locks = false;          // it would have set a lock beside the mark
    bool unfinished = false;     // it would have finished a rename that was interrupted
  };

  const mapping::Extent& extent() const { return extent_; }
  bool keeps_alias() const { return extent_.naming == mapping::Extent::Naming::KeepAlias; }
  void keep_name() { extent_.naming = mapping::Extent::Naming::KeepName; }
  // Of what the identity provider writes only `active: false` is taken.
  bool nothing_else() const { return nothing_else_; }

  // Something is given up: try again. False: there is nothing that could be, or it would not help.
  bool give_up(const Error& why, const Attempt& attempt);
  void tell(const Context& context, const directory::Dn& home) const;

 private:
  enum class What { Name, Place, Alias, Lock, Rest };
  struct Left {
    std::string field;
    std::string reason;
    What what = What::Rest;
  };
  bool give_up_name(const Error& why, const Attempt& attempt);
  bool give_up_place(const Error& why, const Attempt& attempt);
  bool give_up_alias(const Error& why, const Attempt& attempt);
  bool give_up_more(const Error& why, const Attempt& attempt);
  bool give_up_lock(const Error& why, const Attempt& attempt);
  bool give_up_rest(const Error& why);
  void lock_again();

  mapping::Extent extent_;
  bool nothing_else_ = false;
  std::vector<Left> left_;
};

}  // namespace dirbridge::provision
