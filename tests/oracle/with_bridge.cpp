// `with_bridge COMMAND ARGUMENT...`: runs a command beside a bridge over a private slapd, which end with it.
// The command finds SCIM_URL and SCIM_TOKEN in its environment; its exit code is ours.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include "e2e/bridge.hpp"

namespace {

int run_to_its_end(char** command) {
  pid_t child = 0;
  if (const int failure = posix_spawnp(&child, command[0], nullptr, nullptr, command, environ);
      failure != 0) {
    std::fprintf(stderr, "%s: %s\n", command[0], std::strerror(failure));
    return 127;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: with_bridge COMMAND ARGUMENT...\n");
    return 2;
  }
  try {
    dirbridge::slapd::Options slapd;
    slapd.fsync = false;
    dirbridge::e2e::Bridge bridge({{{"oracle", {}, {}}}, slapd, {}});
    const auto& site = bridge.site("oracle");
    setenv("SCIM_URL", site.scim_url.c_str(), 1);
    setenv("SCIM_TOKEN", site.token.reveal().c_str(), 1);
    return run_to_its_end(arguments + 1);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "with_bridge: %s\n", failure.what());
    return 1;
  }
}
