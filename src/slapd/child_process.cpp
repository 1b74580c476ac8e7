#include "slapd/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "slapd/files.hpp"

namespace dirbridge::slapd {
namespace {

// slapd sizes its connection table by the limit of open files, which is a million in some containers.
constexpr rlim_t max_open_files = 8192;
constexpr int exec_failed = 127;

struct ExecPlan {  // everything that exec needs, made before the fork
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::string input_file;
  int output_fd = -1;
  pid_t parent = 0;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::string_view name_of(std::string_view assignment) {
  return assignment.substr(0, assignment.find('=') + 1);
}

std::vector<std::string> merged_environment(const std::vector<std::string>& extra) {
  std::vector<std::string> all = extra;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const bool replaced = std::any_of(extra.begin(), extra.end(), [&](const std::string& assignment) {
      return name_of(assignment) == name_of(*variable);
    });
    if (!replaced) all.emplace_back(*variable);
  }
  return all;
}

// Runs between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const ExecPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(exec_failed);
  ::setsid();
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  const int input = ::open(plan.input_file.c_str(), O_RDONLY);
  if (input < 0 || ::dup2(input, 0) < 0 || ::dup2(plan.output_fd, 1) < 0 || ::dup2(plan.output_fd, 2) < 0) {
    ::_exit(exec_failed);
  }
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > max_open_files) {
    limit.rlim_cur = max_open_files;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ::execve(plan.argv[0], plan.argv.data(), plan.envp.data());
  ::_exit(exec_failed);
}

int exit_code_of(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace

struct ChildProcess::State {
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool started = false;
  pid_t pid = -1;
  int fork_errno = 0;
  std::optional<int> exit_code;
  std::thread keeper;

  void keep(const ExecPlan& plan) {
    const pid_t child = ::fork();
    if (child == 0) become(plan);
    {
      const std::lock_guard lock(mutex);
      fork_errno = child < 0 ? errno : 0;
      pid = child;
      started = true;
    }
    changed.notify_all();
    if (child < 0) return;
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    // Reaped under the lock, so that signal() can never hit a process number that is used again.
    const std::lock_guard lock(mutex);
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED);
    exit_code = exit_code_of(info);
    changed.notify_all();
  }
};

ChildProcess::ChildProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const Command& command) {
  ExecPlan plan{.arguments = command.arguments,
                .environment = merged_environment(command.environment),
                .argv = {},
                .envp = {},
                .input_file = command.input_file,
                .output_fd = -1,
                .parent = ::getpid()};
  if (plan.arguments.front().find('/') == std::string::npos) {
    plan.arguments.front() = find_program(plan.arguments.front(), {});
  }
  if (::access(plan.arguments.front().c_str(), X_OK) != 0) {
    return error(ErrorKind::Unavailable,
                 "cannot run " + command.arguments.front() + ": " + system_reason(errno));
  }
  plan.argv = pointers(plan.arguments);
  plan.envp = pointers(plan.environment);
  plan.output_fd = ::open(command.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (plan.output_fd < 0) {
    return error(ErrorKind::Internal, "cannot write " + command.output_file + ": " + system_reason(errno));
  }
  auto state = std::make_unique<State>();
  State& shared = *state;
  shared.keeper = std::thread([&shared, &plan] { shared.keep(plan); });
  std::unique_lock lock(shared.mutex);
  shared.changed.wait(lock, [&] { return shared.started; });
  ::close(plan.output_fd);
  if (shared.pid > 0) {
    lock.unlock();
    return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(state)));
  }
  lock.unlock();
  shared.keeper.join();
  return error(ErrorKind::Unavailable,
               std::string("cannot start a process: ") + system_reason(shared.fork_errno));
}

ChildProcess::~ChildProcess() {
  signal(SIGKILL);
  state_->keeper.join();
}

pid_t ChildProcess::pid() const {
  return state_->pid;
}

bool ChildProcess::running() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->exit_code) return false;
  siginfo_t info{};  // the keeper may not have noticed yet
  const int flags = WEXITED | WNOWAIT | WNOHANG;
  return ::waitid(P_PID, static_cast<id_t>(state_->pid), &info, flags) == 0 && info.si_pid == 0;
}

void ChildProcess::signal(int number) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->exit_code) ::kill(state_->pid, number);
}

void ChildProcess::suspend() {
  const std::lock_guard lock(state_->mutex);
  if (state_->exit_code) return;
  ::kill(state_->pid, SIGSTOP);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(state_->pid), &info, WSTOPPED | WEXITED | WNOWAIT);
}

std::optional<int> ChildProcess::wait(Deadline deadline) {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_until(lock, deadline, [&] { return state_->exit_code.has_value(); });
  return state_->exit_code;
}

Result<Output> run(const Command& command, Deadline deadline) {
  ::unlink(command.output_file.c_str());
  auto child = ChildProcess::start(command);
  if (!child) return child.error();
  const std::optional<int> code = (*child)->wait(deadline);
  if (!code) return error(ErrorKind::Timeout, command.arguments.front() + " did not end in time");
  auto text = read_file(command.output_file);
  if (!text) return text.error();
  return Output{*code, std::move(*text)};
}

}  // namespace dirbridge::slapd
