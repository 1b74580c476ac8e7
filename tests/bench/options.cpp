#include "options.hpp"

#include <getopt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "base/text.hpp"

namespace dirbridge::bench {
namespace {

constexpr auto usage_text = R"(dirbridge_bench --bridge PROGRAM [options]
Measures `PROGRAM serve` against direct LDAP on a private slapd; see tests/bench/README.md.

  --bridge PROGRAM   the dirbridge binary
  --quick            short slices, fewer of them: under two minutes, for orientation only
  --users N          users in the directory (10000)
  --large            100000 users and a group of 100000 as well
  --in-flight LIST   requests in flight, separated by commas (1,8,32)
  --slice MS         length of a slice (700)
  --pairs N          pairs of slices that count (7)
  --only TEXT        only scenarios with TEXT in their name; DELETE needs POST
  --tuned            no index on member (membership changes get cheaper, "groups of a user" dearer)
  --no-fsync         slapd without fsync: shows the bridge, not the disk
  --ldapi            Unix socket instead of TCP, for both sides
  --json FILE        the results for programs
  --folder DIR       keep configuration, data and logs in DIR
)";

struct Id {
  enum : int {
    Bridge = 1,
    Quick,
    Users,
    Large,
    InFlight,
    SliceLength,
    Pairs,
    Only,
    Tuned,
    NoFsync,
    Ldapi,
    Json,
    Folder,
    Help
  };
};

constexpr std::array<option, 15> long_options = {{{"bridge", required_argument, nullptr, Id::Bridge},
                                                  {"quick", no_argument, nullptr, Id::Quick},
                                                  {"users", required_argument, nullptr, Id::Users},
                                                  {"large", no_argument, nullptr, Id::Large},
                                                  {"in-flight", required_argument, nullptr, Id::InFlight},
                                                  {"slice", required_argument, nullptr, Id::SliceLength},
                                                  {"pairs", required_argument, nullptr, Id::Pairs},
                                                  {"only", required_argument, nullptr, Id::Only},
                                                  {"tuned", no_argument, nullptr, Id::Tuned},
                                                  {"no-fsync", no_argument, nullptr, Id::NoFsync},
                                                  {"ldapi", no_argument, nullptr, Id::Ldapi},
                                                  {"json", required_argument, nullptr, Id::Json},
                                                  {"folder", required_argument, nullptr, Id::Folder},
                                                  {"help", no_argument, nullptr, Id::Help},
                                                  {nullptr, 0, nullptr, 0}}};

bool read_number(std::string_view text, std::size_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size() && number > 0;
}

bool read_numbers(std::string_view text, std::vector<std::size_t>& numbers) {
  numbers.clear();
  for (const std::string_view part : split(text, ',')) {
    std::size_t number = 0;
    if (!read_number(part, number) || number > 128) return false;
    numbers.push_back(number);
  }
  return !numbers.empty();
}

void make_large(Options& options) {
  options.users = 100'000;
  options.group_sizes.push_back(100'000);
}

void make_quick(Options& options) {
  options.slice = std::chrono::milliseconds(200);
  options.pairs = 4;
}

bool take(int id, const char* argument, Options& options) {
  std::size_t number = 0;
  switch (id) {
    case Id::Bridge:
      options.bridge_program = argument;
      return true;
    case Id::Quick:
      make_quick(options);
      return true;
    case Id::Users:
      return read_number(argument, options.users);
    case Id::Large:
      make_large(options);
      return true;
    case Id::InFlight:
      return read_numbers(argument, options.in_flight);
    case Id::SliceLength:
      if (!read_number(argument, number)) return false;
      options.slice = std::chrono::milliseconds(number);
      return true;
    case Id::Pairs:
      return read_number(argument, options.pairs);
    case Id::Only:
      options.only = argument;
      return true;
    case Id::Tuned:
      return options.tuned = true;
    case Id::NoFsync:
      options.fsync = false;
      return true;
    case Id::Ldapi:
      return options.ldapi = true;
    case Id::Json:
      options.json_file = argument;
      return true;
    case Id::Folder:
      options.folder = argument;
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
  Options options;
  exit_code = 2;
  for (int id = 0; (id = getopt_long(argc, argv, "", long_options.data(), nullptr)) != -1;) {
    if (id == Id::Help) exit_code = 0;
    if (id == Id::Help || !take(id, optarg, options)) {
      std::fputs(usage_text, id == Id::Help ? stdout : stderr);
      return std::nullopt;
    }
  }
  if (options.bridge_program.empty() || optind != argc || options.users < 100) {
    std::fputs(usage_text, stderr);
    return std::nullopt;
  }
  auto& sizes = options.group_sizes;
  sizes.erase(
      std::remove_if(sizes.begin(), sizes.end(), [&](std::size_t size) { return size > options.users; }),
      sizes.end());
  return options;
}

}  // namespace dirbridge::bench
