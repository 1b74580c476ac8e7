#include "slapd/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::slapd {
namespace {

Error file_error(const std::string& what, const std::string& path) {
  return error(ErrorKind::Internal, what + " " + path + ": " + system_reason(errno));
}

}  // namespace

std::string system_reason(int number) {
  return std::generic_category().message(number);
}

std::string find_program(const std::string& name, const std::vector<std::string>& folders) {
  std::vector<std::string> all = folders;
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  for (const std::string_view part : split(path == nullptr ? "" : path, ':')) all.emplace_back(part);
  for (const std::string& folder : all) {
    if (folder.empty() || folder.front() != '/') continue;
    std::string candidate = folder;
    candidate.append("/").append(name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::string find_folder_with(const std::string& file, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::string candidate = folder;
    candidate.append("/").append(file);
    if (::access(candidate.c_str(), R_OK) == 0) return folder;
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return error(ErrorKind::NotFound, "cannot read " + path + ": " + system_reason(errno));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string read_file_or_empty(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string();
}

Result<> write_private_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return file_error("cannot write", fresh);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(file.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("cannot write", fresh);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  file = Descriptor();
  if (::rename(fresh.c_str(), path.c_str()) != 0) return file_error("cannot write", path);
  return {};
}

Result<std::string> make_temporary_folder() {
  const char* base = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  std::string path = std::string(base == nullptr || *base != '/' ? "/tmp" : base) + "/dirbridge-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return file_error("cannot make the folder", path);
  return path;
}

Result<> make_folder(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path folder(path);
  if (std::filesystem::is_directory(folder, failure)) return {};
  std::filesystem::create_directories(folder, failure);
  if (failure) return error(ErrorKind::Internal, "cannot make the folder " + path + ": " + failure.message());
  if (::chmod(path.c_str(), 0700) != 0) return file_error("cannot change the mode of", path);
  return {};
}

Result<DirectoryLock> DirectoryLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  DirectoryLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.file_.is_open()) return file_error("cannot open", path);
  if (::flock(lock.file_.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return file_error("cannot lock", path);
  return error(ErrorKind::Busy, "another private slapd uses the directory " + folder, "directory");
}

}  // namespace dirbridge::slapd
