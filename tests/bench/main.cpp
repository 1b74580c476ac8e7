// dirbridge_bench: what the bridge costs over direct LDAP. Exit code 0 when every acknowledged request had
// its effect, whatever the speed; 1 when not, or when the servers did not start; 2 for wrong usage.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "report.hpp"
#include "setup.hpp"
#include "suite.hpp"

namespace dirbridge::bench {
namespace {

class Folder {
 public:
  explicit Folder(const std::string& wanted) : path_(wanted), keep_(!wanted.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "dirbridge-bench-XXXXXX").string();
    if (!keep_ && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    if (!keep_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool keep_;
};

int fail(const std::string& what) {
  std::fprintf(stderr, "dirbridge_bench: %s\n", what.c_str());
  return 1;
}

int run(const Options& options) {
  const Folder folder(options.folder);
  if (folder.path().empty()) return fail("cannot make a temporary folder");
  auto setup = set_up(options, folder.path());
  if (!setup) return fail(setup.error().detail);
  auto reader = LdapConnection::open(setup->target);
  if (!reader) return fail(reader.error().detail);
  Stage stage{*setup->bridge, setup->target,    setup->slapd->user_base(), setup->slapd->group_base(),
              **reader,       setup->templates, setup->population};
  const Processes processes{setup->bridge->pid(), setup->slapd->pid()};
  MemoryUse memory;
  measure_listing_memory(stage, processes.bridge, memory);
  measure_connection_memory(stage, processes.bridge, memory);
  print_heading(options);
  bool sound = memory.problem.empty();
  const std::vector<Series> all = run_suite(options, stage, processes, [&](const Series& series) {
    print_series(series);
    sound = sound && series.problem.empty();
  });
  memory.at_end = memory_of(processes.bridge);
  print_memory(memory);
  if (!options.json_file.empty()) {
    auto written = write_json(options.json_file, options, all, memory);
    if (!written) return fail(written.error().detail);
  }
  return sound ? 0 : fail("verification failed: the figures above do not count");
}

}  // namespace
}  // namespace dirbridge::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = 0;
  const auto options = dirbridge::bench::parse_options(argc, argv, exit_code);
  return options ? dirbridge::bench::run(*options) : exit_code;
}
