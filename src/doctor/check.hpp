#pragma once
// `dirbridge check`: is the configuration sound, and is the directory ready for the bridge and for the
// Atlassian products? Each finding says what to do. Changes nothing outside bridge_base, where a probe entry
// is written and removed again. Not thread-safe.
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"

namespace dirbridge::doctor {

enum class Verdict { Ok, Warning, Problem, Unknown };

struct Finding {
  Verdict verdict = Verdict::Unknown;
  std::string what;
  std::string fix;  // empty: nothing to do
};

// "problem  main: what — fix", one line.
std::string to_string(const Finding& finding);
bool has_problem(const std::vector<Finding>& findings);

class Findings {
 public:
  explicit Findings(std::string subject) : subject_(std::move(subject)) {}  // what each line begins with
  void ok(std::string what) { add(Verdict::Ok, std::move(what), {}); }
  void warning(std::string what, std::string fix) { add(Verdict::Warning, std::move(what), std::move(fix)); }
  void problem(std::string what, std::string fix) { add(Verdict::Problem, std::move(what), std::move(fix)); }
  void unknown(std::string what, std::string fix) { add(Verdict::Unknown, std::move(what), std::move(fix)); }
  std::vector<Finding> take() { return std::move(list_); }

 private:
  void add(Verdict verdict, std::string what, std::string fix);
  std::string subject_;
  std::vector<Finding> list_;
};

// What can be said without the network: files, secrets, tokens, risky settings.
std::vector<Finding> check_config(const config::Config& config);
// Everything about one directory, for the bridge's account and then for the products'.
std::vector<Finding> check_directory(const std::string& name, const config::DirectoryConfig& config,
                                     Deadline deadline);

}  // namespace dirbridge::doctor
