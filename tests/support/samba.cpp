#include "support/samba.hpp"

#include <filesystem>
#include <random>
#include <stdexcept>
#include <thread>

#include "slapd/files.hpp"
#include "support/external_command.hpp"

namespace dirbridge::test {

namespace {

constexpr std::chrono::seconds samba_start_time{120};

// The ports are fixed: each server listens on an address of its own.
std::string loopback_address() {
  std::random_device random;
  std::uniform_int_distribution<int> numbers(1, 254);
  return "127." + std::to_string(numbers(random)) + "." + std::to_string(numbers(random)) + "." +
         std::to_string(numbers(random));
}

}  // namespace

Samba::Samba(const std::string& folder, const std::string& load_file)
    : names_(slapd::names_of({}).value()),
      ca_file_(folder + "/private/tls/ca.pem"),
      manager_password_("Aa1." + new_token()),
      bridge_password_(new_token()),
      reader_password_(new_token()) {
  names_.bridge_dn = "cn=dirbridge," + names_.service_base;
  names_.reader_dn = "cn=reader," + names_.service_base;
  std::filesystem::create_directories(folder);
  const auto address = loopback_address();
  uri_ = "ldaps://" + address;
  plain_uri_ = "ldap://" + address;
  slapd::Command command;
  command.arguments = {START_SAMBA, folder, address, SCHEMA_AD, load_file};
  command.environment = {"ADMIN_PASSWORD=" + manager_password_.reveal(),
                         "BRIDGE_PASSWORD=" + bridge_password_.reveal(),
                         "READER_PASSWORD=" + reader_password_.reveal()};
  command.output_file = folder + "/output";
  auto started = slapd::ChildProcess::start(command);
  if (!started) throw std::runtime_error(started.error().detail);
  server_ = std::move(*started);
  wait_until_it_answers(command.output_file);
}

void Samba::wait_until_it_answers(const std::string& output) const {
  const auto deadline = deadline_in(samba_start_time);
  while (remaining(deadline).count() > 0) {
    if (!server_->running()) throw std::runtime_error("Samba ended: " + slapd::read_file_or_empty(output));
    const auto asked = run_command({"ldapsearch", "-x", "-H", plain_uri_, "-o", "nettimeout=2", "-D",
                                    names_.reader_dn, "-w", reader_password_.reveal(), "-s", "base", "1.1"});
    if (asked.exit_code == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  throw std::runtime_error("Samba does not answer: " + slapd::read_file_or_empty(output));
}

}  // namespace dirbridge::test
