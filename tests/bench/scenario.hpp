#pragma once
// One kind of work at one number of requests in flight, done by the bridge and by direct LDAP. The runner
// alternates the two and then calls verify(), which looks in the directory for the effect of every
// acknowledged request. Not thread-safe; everything runs on one thread.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http_load.hpp"
#include "ldap_connection.hpp"
#include "ldap_load.hpp"
#include "population.hpp"

namespace dirbridge::bench {

// What all scenarios work on. Outlives them.
struct Stage {
  const Bridge& bridge;
  LdapTarget target;
  std::string user_base;
  std::string group_base;
  LdapConnection& reader;  // for verification only; idle in the timed parts
  Templates templates;
  Population population;
  std::size_t created = 0;  // users created so far: the number in the next one's name
};

class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual Slice bridge_slice(std::chrono::milliseconds duration) = 0;
  virtual Slice direct_slice(std::chrono::milliseconds duration) = 0;
  virtual Result<> verify() = 0;
};

// Requests in flight, most often as many on both sides.
struct InFlight {
  InFlight(std::size_t both) : bridge(both), directly(both) {}
  InFlight(std::size_t through_bridge, std::size_t at_directory)
      : bridge(through_bridge), directly(at_directory) {}
  std::size_t bridge;
  std::size_t directly;
};

// The two load generators.
struct Sides {
  std::unique_ptr<HttpLoad> http;
  std::unique_ptr<LdapLoad> ldap;
};
Result<Sides> connect_sides(const Stage& stage, std::size_t in_flight);
Result<Sides> connect_sides(const Stage& stage, InFlight in_flight, LdapSearchShape searches);

// What the bridge reads of an entry to answer with its resource; the direct side asks for the same.
const std::vector<std::string>& record_attributes();

// How many requests to prepare so that a slice does not run out of them.
std::size_t enough_for(std::chrono::milliseconds duration, std::size_t per_second);

// What the directory holds of a user, as far as verification needs it.
struct StoredUser {
  std::string name;
  std::string id;
  std::string dn;
  bool active = true;
};
Result<std::vector<StoredUser>> stored_users(Stage& stage);

// Fails with the first differences. Both lists are sorted by it.
Result<> expect_same(const std::string& what, std::vector<std::string>& expected,
                     std::vector<std::string>& found);

}  // namespace dirbridge::bench
