#include "support/replicated_slapds.hpp"

#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/slapd_fixture.hpp"

namespace dirbridge::test {

namespace {

using slapd::PrivateSlapd;

void configure(const PrivateSlapd& server, const std::string& ldif) {
  const auto done =
      run_command({"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", server.ldapi_uri()}, ldif, {"LDAPNOINIT=1"});
  if (done.exit_code != 0) throw std::runtime_error("slapd cannot be configured: " + done.output);
}

constexpr const char* database = "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n";

// The values of contextCSN, in any order.
std::multiset<std::string> state_of(const PrivateSlapd& server) {
  const auto found = ldap_search(server, As::Admin, {"-s", "base", "-b", server.suffix(), "contextCSN"});
  std::multiset<std::string> out;
  std::istringstream lines(found.output);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("contextCSN")) out.insert(line);
  return out;
}

}  // namespace

ReplicatedSlapds::ReplicatedSlapds() {
  auto options = fast_slapd_options();
  options.ldapi = true;
  options.admin_password = Secret("the-same-admin-on-both");
  options.bridge_password = Secret("the-same-bridge-on-both");
  options.reader_password = Secret("the-same-reader-on-both");
  first_ = start_slapd(options);
  second_ = start_slapd(options);
  // What both were given is not the same entry: the second one gets all of it from the first one.
  const auto soon = deadline_in(std::chrono::seconds(20));
  if (!second_->stop(soon)) throw std::runtime_error("slapd does not stop");
  for (const auto& file : std::filesystem::directory_iterator(second_->directory() + "/data"))
    std::filesystem::remove(file.path());
  if (!second_->restart(soon)) throw std::runtime_error("slapd does not start again");
  replicate(*first_, 1, *second_);
  replicate(*second_, 2, *first_);
  if (!alike(soon)) throw std::runtime_error("the two slapds do not replicate");
}

void ReplicatedSlapds::replicate(PrivateSlapd& server, int id, const PrivateSlapd& from) {
  configure(server,
            "dn: cn=config\nchangetype: modify\nreplace: olcServerID\nolcServerID: " + std::to_string(id) +
                "\n\ndn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: "
                "syncprov\n\ndn: olcOverlay=syncprov,olcDatabase={1}mdb,cn=config\nchangetype: "
                "add\nobjectClass: olcOverlayConfig\nobjectClass: olcSyncProvConfig\nolcOverlay: "
                "syncprov\n");
  configure(server, std::string(database) + "add: olcSyncrepl\nolcSyncrepl: rid=001 provider=" + from.uri() +
                        " binddn=\"" + from.admin_dn() + "\" bindmethod=simple credentials=" +
                        from.admin_password().reveal() + " searchbase=\"" + from.suffix() +
                        "\" type=refreshAndPersist retry=\"1 +\" timeout=2\n-\nadd: olcMultiProvider\n"
                        "olcMultiProvider: TRUE\n");
}

void ReplicatedSlapds::cut() {
  configure(*second_, std::string(database) + "delete: olcMultiProvider\n-\ndelete: olcSyncrepl\n");
}

bool ReplicatedSlapds::alike(Deadline deadline) {
  while (remaining(deadline).count() > 0) {
    const auto state = state_of(*first_);
    if (!state.empty() && state == state_of(*second_)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace dirbridge::test
