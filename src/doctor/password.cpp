// Passwords: does the server do its part of what the configuration says?
#include "doctor/parts.hpp"

namespace dirbridge::doctor {

void check_passwords(const CheckContext& context) {
  constexpr auto fix = "olcPPolicyHashCleartext: TRUE on the ppolicy overlay, or set password to \"hash\"";
  switch (context.config.password) {
    case mapping::PasswordRule::Ignore:
      return;
    case mapping::PasswordRule::Hash:
      context.findings.ok(Check::Passwords, "passwords are hashed by the bridge ({CRYPT}, SHA-512)");
      return;
    case mapping::PasswordRule::ServerHash:
      break;
  }
  if (config::is_active_directory(context.config)) {
    context.findings.ok(Check::Passwords, "passwords are hashed by the server");
    return;
  }
  if (!context.backend) {
    context.findings.unknown(
        Check::Passwords,
        "password is \"server_hash\", but cn=config is not readable: does the server hash passwords?", fix);
  } else if (context.backend->hashes_passwords) {
    context.findings.ok(Check::Passwords, "passwords are hashed by the server");
  } else {
    context.findings.problem(Check::Passwords,
                             "password is \"server_hash\", but the server would keep passwords as clear text",
                             fix);
  }
}

}  // namespace dirbridge::doctor
