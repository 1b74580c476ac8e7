#include "support/ds389.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "slapd/files.hpp"
#include "slapd/loopback.hpp"
#include "support/external_command.hpp"

namespace dirbridge::test {

namespace {

constexpr std::chrono::seconds ds389_start_time{60};

std::string index(const std::string& attribute) {
  return "dn: cn=" + attribute +
         ",cn=index,cn=userRoot,cn=ldbm database,cn=plugins,cn=config\nobjectClass: nsIndex\ncn: " +
         attribute + "\nnsSystemIndex: false\nnsIndexType: eq\nnsIndexType: pres\n\n";
}

std::string unit(const std::string& dn, const std::string& rights = {}) {
  return "dn: " + dn + "\nobjectClass: organizationalUnit\n" + rights + "\n";
}

std::string account(const std::string& dn, const Secret& password) {
  return "dn: " + dn +
         "\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\nuserPassword: " +
         password.reveal() +
         "\nnsSizeLimit: -1\nnsLookThroughLimit: -1\nnsTimeLimit: -1\nnsIdleTimeout: -1\n\n";
}

std::string rule(const std::string& name, const std::string& what, const std::string& rights,
                 const std::string& who) {
  return "aci: (targetattr" + what + ")(version 3.0; acl \"" + name + "\"; allow (" + rights +
         ") userdn=\"ldap:///" + who + "\";)\n";
}

}  // namespace

Ds389::Ds389(const std::string& folder, const std::vector<std::string>& load_files)
    : names_(slapd::names_of({}).value()),
      manager_password_(new_token()),
      bridge_password_(new_token()),
      reader_password_(new_token()) {
  std::filesystem::create_directories(folder);
  const auto port = slapd::free_port();
  if (!port) throw std::runtime_error(port.error().detail);
  uri_ = "ldap://127.0.0.1:" + std::to_string(*port);
  slapd::Command command;
  command.arguments = {START_389DS, folder, std::to_string(*port), SCHEMA_389DS};
  command.environment = {"MANAGER_PASSWORD=" + manager_password_.reveal()};
  command.output_file = folder + "/output";
  auto started = slapd::ChildProcess::start(command);
  if (!started) throw std::runtime_error(started.error().detail);
  server_ = std::move(*started);
  wait_until_it_answers(*port, folder + "/log/errors");
  const auto file = folder + "/content.ldif";
  std::ofstream(file) << content();
  load(file);
  for (const auto& more : load_files) load(more);
}

void Ds389::wait_until_it_answers(std::uint16_t port, const std::string& log) const {
  const auto deadline = deadline_in(ds389_start_time);
  while (remaining(deadline).count() > 0) {
    if (!server_->running())
      throw std::runtime_error("389 Directory Server ended: " + slapd::read_file_or_empty(log));
    if (slapd::ldap_answers(port, deadline_in(std::chrono::seconds(1)))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("389 Directory Server does not answer: " + slapd::read_file_or_empty(log));
}

void Ds389::load(const std::string& file) const {
  const auto done = run_command(
      {"ldapadd", "-x", "-H", uri_, "-D", manager_dn, "-w", manager_password_.reveal(), "-f", file});
  if (done.exit_code != 0)
    throw std::runtime_error("389 Directory Server refuses " + file + ": " + done.output);
}

std::string Ds389::content() const {
  std::string out =
      "dn: cn=userRoot,cn=ldbm database,cn=plugins,cn=config\nobjectClass: extensibleObject\n"
      "objectClass: nsBackendInstance\ncn: userRoot\nnsslapd-suffix: " +
      names_.suffix +
      "\n\n"
      "dn: cn=\"" +
      names_.suffix +
      "\",cn=mapping tree,cn=config\nobjectClass: extensibleObject\nobjectClass: nsMappingTree\ncn: " +
      names_.suffix + "\nnsslapd-state: backend\nnsslapd-backend: userRoot\n\n";
  for (const auto* attribute :
       {"dirbridgeId", "dirbridgeConnection", "dirbridgeUserName", "dirbridgeExternalId",
        "dirbridgeDisplayName", "dirbridgeMail", "dirbridgeActive", "dirbridgePendingMember",
        "dirbridgeAlias", "dirbridgeTarget", "dirbridgeKind", "dirbridgeDeleted", "dirbridgeHeld",
        "dirbridgeHeldMember", "dirbridgeHandover"})
    out += index(attribute);
  out += "dn: " + names_.suffix + "\nobjectClass: domain\n" +
         rule("bridge reads", "=\"*\"", "read,search,compare", names_.bridge_dn) +
         rule("reader", "!=\"userPassword || dirbridgeResource\"", "read,search,compare", names_.reader_dn) +
         "\n";
  for (const auto& base : {names_.user_base, names_.group_base, names_.bridge_base})
    out += unit(base, rule("bridge", "=\"*\"", "all", names_.bridge_dn));
  out += unit(names_.service_base);
  out += account(names_.bridge_dn, bridge_password_) + account(names_.reader_dn, reader_password_);
  return out;
}

}  // namespace dirbridge::test
