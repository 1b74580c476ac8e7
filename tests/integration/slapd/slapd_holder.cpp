// Starts a private slapd, prints its process number and waits until it is killed.
#include <unistd.h>

#include <cstdio>

#include "slapd/private_slapd.hpp"

int main(int argc, char** argv) {
  dirbridge::slapd::Options options;
  options.fsync = false;
  if (argc > 1) options.directory = argv[1];
  const auto server =
      dirbridge::slapd::PrivateSlapd::start(options, dirbridge::deadline_in(std::chrono::seconds(30)));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().detail.c_str());
    return 1;
  }
  std::printf("%d\n", (*server)->pid());
  std::fflush(stdout);
  for (;;) ::pause();
}
