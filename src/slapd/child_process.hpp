#pragma once
// A program started as a child of this process, in a session of its own, that is killed when this process
// dies. PR_SET_PDEATHSIG is tied to the thread that forked, so each child has a keeper thread that forks,
// waits and reaps. Threads: all members may be called from any thread. No shell: arguments are passed as they
// are.
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::slapd {

struct Command {
  std::vector<std::string> arguments;    // the first one is the program: an absolute path, or found in PATH
  std::vector<std::string> environment;  // NAME=value, beside what this process has
  std::string input_file = "/dev/null";
  std::string output_file = "/dev/null";  // standard output and error, appended; mode 0600 when it is new
};

class ChildProcess {
 public:
  static Result<std::unique_ptr<ChildProcess>> start(const Command& command);
  ~ChildProcess();  // SIGKILL when it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const;
  bool running() const;     // false from the moment that SIGCHLD tells of
  void signal(int number);  // nothing when it has ended
  void suspend();           // returns when all its threads have stopped; signal(SIGCONT) ends it
  // The exit code (128 + signal when it was killed), or nothing when it still runs at the deadline.
  std::optional<int> wait(Deadline deadline);

 private:
  struct State;
  explicit ChildProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Output {
  int exit_code = 0;
  std::string text;  // standard output and error
};
// Runs to the end and returns what it printed. command.output_file must be named; it is replaced.
Result<Output> run(const Command& command, Deadline deadline);

}  // namespace dirbridge::slapd
