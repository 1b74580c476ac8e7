#include "bridge.hpp"

#include <poll.h>

#include <boost/json.hpp>
#include <csignal>

#include "http_load.hpp"
#include "slapd/files.hpp"
#include "slapd/loopback.hpp"

namespace dirbridge::bench {
namespace {

constexpr auto connection_name = "bench";
constexpr std::chrono::seconds start_patience{20};

std::string listen_text(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

Result<> Bridge::write_configuration(const std::string& folder, const slapd::PrivateSlapd& directory,
                                     bool over_ldapi) {
  auto admin_port = slapd::free_port();
  if (!admin_port) return admin_port.error();
  const boost::json::value configuration = {
      {"server", {{"listen", listen_text(port_)}}},
      {"admin", {{"listen", listen_text(*admin_port)}}},
      {"log", {{"level", "warning"}}},
      {"directories",
       {{"main",
         {{"uris", boost::json::array{over_ldapi ? directory.ldapi_uri() : directory.uri()}},
          {"bind_dn", directory.bridge_dn()},
          {"bind_password", {{"file", "bind.secret"}}},
          {"user_base", directory.user_base()},
          {"group_base", directory.group_base()},
          {"bridge_base", directory.bridge_base()}}}}},
      {"connections",
       {{connection_name,
         {{"kind", "scim"},
          {"directory", "main"},
          {"tokens_file", "tokens.json"},
          {"users", {{"on_delete", "delete"}}},
          {"guard", {{"enabled", false}}}}}}}};
  auto written =
      slapd::write_private_file(folder + "/bind.secret", directory.bridge_password().reveal() + "\n");
  if (!written) return written;
  return slapd::write_private_file(folder + "/dirbridge.json", boost::json::serialize(configuration));
}

Result<> Bridge::make_token(const std::string& program, const std::string& folder) {
  slapd::Command command;
  command.arguments = {program, "token", "new", connection_name, "--config", folder + "/dirbridge.json"};
  command.output_file = folder + "/token.out";
  auto output = slapd::run(command, deadline_in(start_patience));
  if (!output) return output.error();
  const std::size_t begin = output->text.find("dirb_");
  if (output->exit_code != 0 || begin == std::string::npos)
    return error(ErrorKind::Internal, "no token from `dirbridge token new`: " + output->text);
  const std::size_t end = output->text.find_first_of(" \r\n\"", begin);
  token_ = output->text.substr(begin, end == std::string::npos ? end : end - begin);
  return {};
}

Result<> Bridge::wait_until_ready() const {
  const std::string probe = request("GET", "/Users?count=0", {});  // which the directory has to answer
  std::string last = "it does not listen";
  for (const Deadline deadline = deadline_in(start_patience); remaining(deadline).count() > 0;) {
    if (!process_->running()) return error(ErrorKind::Unavailable, "the bridge ended at once; see its log");
    if (auto load = HttpLoad::connect(port_, 1)) {
      const auto answer = (*load)->exchange(probe);
      if (answer && answer->status == 200) return {};
      last = answer ? "status " + std::to_string(answer->status) + " " + answer->body : answer.error().detail;
    }
    ::poll(nullptr, 0, 20);
  }
  return error(ErrorKind::Timeout, "the bridge does not become ready: " + last);
}

Result<std::unique_ptr<Bridge>> Bridge::start(const std::string& program, const std::string& folder,
                                              const slapd::PrivateSlapd& directory, bool over_ldapi) {
  std::unique_ptr<Bridge> bridge(new Bridge);
  auto port = slapd::free_port();
  if (!port) return port.error();
  bridge->port_ = *port;
  auto written = bridge->write_configuration(folder, directory, over_ldapi);
  if (!written) return written.error();
  auto token = bridge->make_token(program, folder);
  if (!token) return token.error();
  slapd::Command command;
  command.arguments = {program, "serve", "--config", folder + "/dirbridge.json"};
  command.output_file = folder + "/bridge.log";
  auto process = slapd::ChildProcess::start(command);
  if (!process) return process.error();
  bridge->process_ = std::move(*process);
  auto ready = bridge->wait_until_ready();
  if (!ready) return ready.error();
  return bridge;
}

Bridge::~Bridge() {
  if (!process_) return;
  process_->signal(SIGTERM);
  process_->wait(deadline_in(std::chrono::seconds(10)));
}

std::string Bridge::request(std::string_view method, std::string_view path, std::string_view body) const {
  std::string target = "/scim/";
  target.append(connection_name).append("/v2").append(path);
  return http_bytes(method, target, token_, body);
}

}  // namespace dirbridge::bench
