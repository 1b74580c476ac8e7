#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "daemon/commands/commands.hpp"
#include "http/client.hpp"

namespace dirbridge::daemon {

namespace {

int ask(const std::string& path, const std::string& question) {
  const auto config = load_or_explain(path);
  if (!config) return 1;
  const auto& address = config->admin.address;
  const auto host = address.find(':') == std::string::npos ? address : "[" + address + "]";
  http::OutgoingRequest request;
  request.url = "http://" + host + ":" + std::to_string(config->admin.port) + question;
  const auto answer = http::make_client({})->send(request, deadline_in(std::chrono::seconds(10)));
  if (!answer) {
    std::cerr << "no answer from " << request.url << ": " << answer.error().detail << '\n';
    return 1;
  }
  std::cout << answer->body;
  return answer->status == 200 ? 0 : 1;
}

}  // namespace

void add_healthcheck_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("healthcheck", "Ask the running bridge whether it can do its work");
  command->footer(
      "Exit code 0 when the bridge on the configured admin address is ready (its directories answer), else 1 "
      "with\n"
      "the reason. With --alive only whether the process answers: for a supervisor that would restart it.");
  auto path = std::make_shared<std::string>();
  auto alive = std::make_shared<bool>(false);
  add_config_option(*command, *path);
  command->add_flag("--alive", *alive, "Ask /healthz instead of /readyz");
  command->callback([path, alive, &exit_code] { exit_code = ask(*path, *alive ? "/healthz" : "/readyz"); });
}

}  // namespace dirbridge::daemon
