#pragma once
// What a change left as it is, so that the rest of it could be done (design rule 15), as values.
#include <boost/json/array.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "sync/journal.hpp"

namespace dirbridge::operate {

struct Left {
  directory::Dn dn;   // of the user or group
  std::string field;  // as sync::LeftNote
  std::string reason;
};

// [{"dn", "field", "reason"}]
boost::json::array to_json(const std::vector<Left>& left);

// Keeps them. Thread-safe.
class LeftCollector final : public sync::Journal {
 public:
  void note(const sync::ChangeNote&) override {}
  void note(const sync::DecisionNote&) override {}
  void note(const sync::LeftNote& note) override;
  std::vector<Left> take();

 private:
  std::mutex mutex_;
  std::vector<Left> list_;
};

}  // namespace dirbridge::operate
