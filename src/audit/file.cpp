#include "audit/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/log.hpp"

namespace dirbridge::audit {

namespace {

std::string numbered(const std::string& path, std::size_t number) {
  return number == 0 ? path : path + '.' + std::to_string(number);
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

// What a command of root writes the service must be able to write as well.
void hand_over(int fd, const std::string& folder) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0) return;
  if (::fchown(fd, owner.st_uid, owner.st_gid) != 0)
    log::warning("audit_owner", {{"folder", folder}, {"detail", "the file stays root's"}});
}

}  // namespace

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

void File::append(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (!ready() || !write(line)) return;
  if (silent_) log::info("audit_again", {{"file", settings_.path}});
  silent_ = false;
}

// The file that is open is the one at the path: another process may have rotated it, a person removed it.
bool File::ready() {
  struct stat here {};
  struct stat open_one {};
  const bool current = fd_ >= 0 && ::fstat(fd_, &open_one) == 0 &&
                       ::stat(settings_.path.c_str(), &here) == 0 && here.st_ino == open_one.st_ino &&
                       here.st_dev == open_one.st_dev;
  if (!current && !open()) return false;
  if (::fstat(fd_, &open_one) != 0) return false;
  if (static_cast<std::uint64_t>(open_one.st_size) < settings_.max_bytes) return true;
  return rotate();
}

bool File::open() {
  if (fd_ >= 0) ::close(fd_);
  const auto folder = folder_of(settings_.path);
  std::error_code ignored;  // opening tells
  if (!std::filesystem::exists(folder, ignored)) {
    std::filesystem::create_directories(folder, ignored);
    ::chmod(folder.c_str(), 0700);
  }
  fd_ = ::open(settings_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
               0600);
  if (fd_ < 0) {
    failed("cannot be opened");
    return false;
  }
  hand_over(fd_, folder);
  torn_ = false;
  return true;
}

// One process moves the files, the others find another file at the path.
bool File::rotate() {
  const int folder = ::open(folder_of(settings_.path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || ::flock(folder, LOCK_EX) != 0) {
    if (folder >= 0) ::close(folder);
    failed("cannot be rotated");
    return true;  // a file that is too large is better than none
  }
  struct stat here {};
  const bool large = ::stat(settings_.path.c_str(), &here) == 0 &&
                     static_cast<std::uint64_t>(here.st_size) >= settings_.max_bytes;
  if (large && settings_.files == 0) ::unlink(settings_.path.c_str());
  for (auto n = settings_.files; large && n > 0; --n)
    std::rename(numbered(settings_.path, n - 1).c_str(), numbered(settings_.path, n).c_str());
  ::close(folder);
  return open();
}

bool File::write(std::string_view line) {
  std::string text = torn_ ? "\n" : "";
  text += line;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto count = ::write(fd_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      torn_ = torn_ || rest.size() < text.size();
      failed("cannot be written");
      return false;
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  torn_ = false;
  return true;
}

void File::failed(std::string_view what) {
  const std::string why = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is
  if (!silent_)
    log::error("audit_failed",
               {{"file", settings_.path}, {"detail", "the audit file " + std::string(what)}, {"error", why}});
  silent_ = true;
}

std::vector<std::string> files_of(const FileSettings& settings) {
  std::vector<std::string> out;
  std::error_code ec;
  for (auto n = settings.files + 1; n-- > 0;)
    if (std::filesystem::is_regular_file(numbered(settings.path, n), ec))
      out.push_back(numbered(settings.path, n));
  return out;
}

}  // namespace dirbridge::audit
