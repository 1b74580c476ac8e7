#pragma once
// What leaving users lead goes to somebody else, before the products stop seeing them. Thread-safe, but for
// HandoverBetween.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::provision {

class Handover {
 public:
  virtual ~Handover() = default;
  // The user's projects and components get their new leads; a user who leads nothing is a success. May be
  // called again for the same user.
  virtual Result<> hand_over(std::string_view login_name, Deadline deadline) = 0;
  // False: not now, while others wait for what the caller holds. It is to let go of all that, having written
  // nothing, and is called again when the answer is known.
  virtual bool may_ask(std::string_view login_name) {
    (void)login_name;
    return true;
  }
};

// Asks between two runs of one request, when nothing is locked, and remembers the answers. One thread.
class HandoverBetween final : public Handover {
 public:
  // `other` outlives it.
  explicit HandoverBetween(Handover& other) : other_(other) {}

  Result<> hand_over(std::string_view login_name, Deadline deadline) override;
  bool may_ask(std::string_view login_name) override;

  // Somebody wants to know what is not known yet.
  bool is_wanted() const { return wanted_.has_value(); }
  // False: whoever called the caller has to let go as well.
  bool ask(Deadline deadline);

 private:
  Handover& other_;
  std::optional<std::string> wanted_;
  std::map<std::string, Result<>, std::less<>> answers_;
};

}  // namespace dirbridge::provision
