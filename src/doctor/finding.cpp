#include "doctor/finding.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace dirbridge::doctor {

namespace json = boost::json;

std::string_view to_string(Verdict verdict) {
  static constexpr std::string_view words[] = {"ok", "warning", "problem", "unknown"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(Check check) {
  static constexpr std::string_view names[] = {"account-lock",
                                               "audit-file",
                                               "base",
                                               "connect",
                                               "connections",
                                               "controls",
                                               "dialect",
                                               "encryption",
                                               "extension",
                                               "file",
                                               "host-name",
                                               "index",
                                               "key-file",
                                               "listener",
                                               "member-index",
                                               "overlays",
                                               "passwords",
                                               "placeholder",
                                               "ppolicy",
                                               "products-account",
                                               "products-attributes",
                                               "products-filter",
                                               "products-group-class",
                                               "products-groups",
                                               "products-secrets",
                                               "products-users",
                                               "schema",
                                               "setting",
                                               "size-limit",
                                               "tokens",
                                               "write-access"};
  static_assert(std::size(names) == check_count);
  return names[static_cast<std::size_t>(check)];
}

bool has_problem(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.verdict == Verdict::Problem; });
}

json::object to_json(const std::vector<Finding>& findings) {
  json::array list;
  for (const auto& finding : findings) {
    json::object one{{"verdict", to_string(finding.verdict)},
                     {"check", to_string(finding.check)},
                     {"subject", finding.subject},
                     {"what", finding.what}};
    if (!finding.fix.empty()) one["fix"] = finding.fix;
    list.push_back(std::move(one));
  }
  return {{"findings", std::move(list)}};
}

void Findings::add(Verdict verdict, Check check, std::string what, std::string fix) {
  list_.push_back({verdict, check, subject_, std::move(what), std::move(fix)});
}

}  // namespace dirbridge::doctor
