#include <malloc.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/log_writer.hpp"
#include "daemon/bridge.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/version.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::seconds shutdown_limit{20};

// Blocked in every thread that is started later, so that only run_until_stopped() sees them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Gives the signal that stops. The others would end the process by default, in the middle of requests. Those
// that come while one is followed wait; of several alike one is left.
int run_until_stopped(Bridge& bridge, const sigset_t& signals) {
  for (;;) {
    int received = 0;
    sigwait(&signals, &received);
    if (received == SIGTERM || received == SIGINT || received == SIGQUIT) return received;
    if (received == SIGHUP)
      bridge.reload();
    else
      log::warning("signal_ignored",
                   {{"signal", received}, {"detail", "SIGHUP reads the configuration again, SIGTERM stops"}});
  }
}

// glibc gives each thread a heap of its own and keeps what was freed: with a pool of workers that multiplies
// the memory of the largest answers.
void keep_memory_small() {
  // NOLINTBEGIN(concurrency-mt-unsafe): there is only one thread yet
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  // NOLINTEND(concurrency-mt-unsafe)
}

int serve(const std::string& path) {
  keep_memory_small();
  const auto signals = block_signals();
  const auto config = load_or_explain(path);
  if (!config) return 1;
  log::set_level(config->log_level);
  std::optional<log::LogWriter> writer(std::in_place);
  log::info("starting", {{"version", version()}, {"config", path}});
  auto bridge = Bridge::start(*config, path);
  if (!bridge) {
    writer.reset();  // the reason stands last
    std::cerr << "dirbridge cannot start: " << bridge.error().detail << '\n';
    return 1;
  }
  log::info("stopping", {{"signal", run_until_stopped(**bridge, signals)}});
  (*bridge)->stop(deadline_in(shutdown_limit));
  log::info("stopped");
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("serve", "Run the bridge: take SCIM requests and write the directory");
  command->footer(
      "Runs in the foreground and logs JSON lines to standard error. SIGTERM, SIGQUIT or Ctrl-C stops it "
      "after "
      "the requests\n"
      "in progress; SIGHUP makes it read its configuration again, as `dirbridge reload` does; other signals "
      "are "
      "ignored.\n"
      "A directory that is away, at the start or later, is no reason to stop: requests get 503 until it is "
      "there.\n"
      "Run `dirbridge check` first: it finds what `serve` would only stumble over.");
  auto path = std::make_shared<std::string>();
  add_config_option(*command, *path);
  command->callback([path, &exit_code] { exit_code = serve(*path); });
}

}  // namespace dirbridge::daemon
