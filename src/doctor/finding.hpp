#pragma once
// What `dirbridge check` finds, as values: a command line and pages show them, programs filter them. Not
// thread-safe.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::doctor {

enum class Verdict { Ok, Warning, Problem, Unknown };
std::string_view to_string(Verdict verdict);  // "ok", "warning", ...

// What was looked at. The names of to_string() are stable: programs know findings by them.
enum class Check {
  AccountLock,
  AuditFile,
  Base,
  Connect,
  Connections,
  Controls,
  Dialect,
  Encryption,
  Extension,
  File,
  HostName,
  Index,
  KeyFile,
  Listener,
  MemberIndex,
  Overlays,
  Passwords,
  Placeholder,
  Ppolicy,
  ProductsAccount,
  ProductsAttributes,
  ProductsFilter,
  ProductsGroupClass,
  ProductsGroups,
  ProductsSecrets,
  ProductsUsers,
  Schema,
  Setting,
  SizeLimit,
  Tokens,
  WriteAccess,
};
inline constexpr std::size_t check_count = static_cast<std::size_t>(Check::WriteAccess) + 1;
std::string_view to_string(Check check);  // "size-limit"

struct Finding {
  Verdict verdict = Verdict::Unknown;
  Check check = Check::Setting;
  std::string subject;  // "configuration", or the directory's name
  std::string what;
  std::string fix;  // empty: nothing to do
};

bool has_problem(const std::vector<Finding>& findings);
// {"findings": [{"verdict", "check", "subject", "what", "fix"?}]}
boost::json::object to_json(const std::vector<Finding>& findings);

// Collects what is found about one subject.
class Findings {
 public:
  explicit Findings(std::string subject) : subject_(std::move(subject)) {}
  void ok(Check check, std::string what) { add(Verdict::Ok, check, std::move(what), {}); }
  void warning(Check check, std::string what, std::string fix) {
    add(Verdict::Warning, check, std::move(what), std::move(fix));
  }
  void problem(Check check, std::string what, std::string fix) {
    add(Verdict::Problem, check, std::move(what), std::move(fix));
  }
  void unknown(Check check, std::string what, std::string fix) {
    add(Verdict::Unknown, check, std::move(what), std::move(fix));
  }
  std::vector<Finding> take() { return std::move(list_); }

 private:
  void add(Verdict verdict, Check check, std::string what, std::string fix);
  std::string subject_;
  std::vector<Finding> list_;
};

}  // namespace dirbridge::doctor
