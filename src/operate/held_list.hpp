#pragma once
// What waits for an administrator, since when and by which request, as far as the audit says so. Blocks.
#include <map>

#include "operate/held.hpp"
#include "provision/context.hpp"

namespace dirbridge::operate {

// When and by what each removal was held.
class HeldOrigins {
 public:
  // From the audit: nothing when it is off.
  static Result<HeldOrigins> read(const config::Config& config);
  Held of(const std::string& connection, provision::HeldRemoval removal) const;

 private:
  struct Origin {
    std::string time;
    std::string cause;
  };
  std::map<std::string, Origin> known_;
};

// Everything of the connection that waits, by name.
Result<std::vector<Held>> held_list(const provision::Context& context, const HeldOrigins& origins,
                                    Deadline deadline);

}  // namespace dirbridge::operate
