#include "support/slapd_fixture.hpp"

#include <stdexcept>

namespace dirbridge::test {
namespace {

using slapd::PrivateSlapd;

const std::vector<std::string> hermetic{"LDAPNOINIT=1"};

std::vector<std::string> identity(const PrivateSlapd& server, As who) {
  switch (who) {
    case As::Anonymous:
      return {};
    case As::Admin:
      return {"-D", server.admin_dn(), "-w", server.admin_password().reveal()};
    case As::Bridge:
      return {"-D", server.bridge_dn(), "-w", server.bridge_password().reveal()};
    case As::Reader:
      return {"-D", server.reader_dn(), "-w", server.reader_password().reveal()};
  }
  throw std::logic_error("unknown identity");
}

std::vector<std::string> command_line(const char* program, const PrivateSlapd& server,
                                      const std::vector<std::string>& who,
                                      const std::vector<std::string>& rest) {
  std::vector<std::string> all{program, "-x", "-H", server.uri()};
  all.insert(all.end(), who.begin(), who.end());
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace

slapd::Options fast_slapd_options() {
  slapd::Options options;
  options.fsync = false;
  return options;
}

std::unique_ptr<PrivateSlapd> start_slapd(slapd::Options options) {
  auto started = PrivateSlapd::start(std::move(options), deadline_in(std::chrono::seconds(30)));
  if (!started) throw std::runtime_error("slapd does not start: " + started.error().detail);
  return std::move(*started);
}

CommandResult ldap_search(const PrivateSlapd& server, As who, const std::vector<std::string>& arguments) {
  std::vector<std::string> rest{"-LLL", "-o", "ldif-wrap=no"};
  rest.insert(rest.end(), arguments.begin(), arguments.end());
  return run_command(command_line("ldapsearch", server, identity(server, who), rest), {}, hermetic);
}

CommandResult ldap_modify(const PrivateSlapd& server, As who, const std::string& ldif) {
  return run_command(command_line("ldapmodify", server, identity(server, who), {}), ldif, hermetic);
}

CommandResult ldap_add(const PrivateSlapd& server, As who, const std::string& ldif) {
  return run_command(command_line("ldapadd", server, identity(server, who), {}), ldif, hermetic);
}

int bind_result(const PrivateSlapd& server, const std::string& dn, const std::string& password) {
  return run_command(command_line("ldapwhoami", server, {"-D", dn, "-w", password}, {}), {}, hermetic)
      .exit_code;
}

std::size_t count_entries(const std::string& ldif) {
  std::size_t count = ldif.starts_with("dn:") ? 1 : 0;
  for (std::size_t at = ldif.find("\ndn:"); at != std::string::npos; at = ldif.find("\ndn:", at + 1)) ++count;
  return count;
}

}  // namespace dirbridge::test
