#include "libcore/flow/agent/own_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/ops/scan/operand_file.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

constexpr std::string_view kPatternBytes = "*?[";

// Throws Error unless it is a regular file.
void require_file(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw Error::system(path, "", errno);
  if (S_ISDIR(status.st_mode)) throw Error(path + ": is a directory");
  if (!S_ISREG(status.st_mode)) throw Error(path + ": is not a regular file");
}

// The path as a pattern that matches nothing else.
std::string literal(const std::string& path) {
  std::string pattern;
  for (char c : path) {
    if (c == '\\' || kPatternBytes.find(c) != kPatternBytes.npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::filesystem::path beginning(const std::filesystem::path& folder, std::string& path) {
  constexpr std::string_view kHome = "~/";
  const char* home = std::getenv("HOME");
  if (!path.starts_with(kHome) || home == nullptr) return folder;
  path.erase(0, kHome.size());
  return home;
}

FilesFound match(const std::filesystem::path& folder, const std::string& path) {
  std::string pattern = path.starts_with('/') ? path : literal(folder.string()) + "/" + path;
  glob_t matched{};
  std::unique_ptr<glob_t, decltype(&globfree)> owner(&matched, &globfree);
  FilesFound found;
  // In the C locale, where agents run, the order is that of the bytes.
  int status = glob(pattern.c_str(), 0, nullptr, &matched);
  if (status == GLOB_NOMATCH) {
    found.refusal = path + ": no file there matches the pattern";
  } else if (status != 0) {
    found.refusal = path + ": the pattern cannot be expanded there";
  } else if (static_cast<int64_t>(matched.gl_pathc) > kMaxFoundFiles) {
    found.refusal = fmt::format("{}: the pattern matches {} files; {} are the limit", path,
                                matched.gl_pathc, kMaxFoundFiles);
  } else {
    found.paths.assign(matched.gl_pathv, matched.gl_pathv + matched.gl_pathc);
  }
  return found;
}

}  // namespace

SeenFile look_at_own_file(const std::string& path) {
  SeenFile seen;
  seen.file.path = path;
  try {
    require_file(path);
    seen.file = look_at_file(path);
  } catch (const Error& error) {
    seen.refusal = error.message();
  }
  return seen;
}

FilesFound find_own_files(const std::filesystem::path& folder, const std::string& path) {
  std::string relative = path;
  const std::filesystem::path begin = beginning(folder, relative);
  try {
    std::string file = file_of_operand((begin / relative).string());
    struct stat status {};
    bool is_pattern = relative.find_first_of(kPatternBytes) != relative.npos;
    if (!is_pattern || stat(file.c_str(), &status) == 0) return {{std::move(file)}, ""};
    return match(begin, relative);
  } catch (const Error& error) {
    return {{}, error.message()};
  }
}

bool is_sendable_path(std::string_view path) {
  if (!path.starts_with('/')) return false;
  for (size_t begin = 1; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != part.npos) return false;
    begin = end + 1;
  }
  return path.size() > 1;
}

std::string sent_path(const std::string& folder, const std::string& path) {
  return folder + "/sent" + path;
}

void put_own_piece(const std::string& folder, const PutPiece& piece) {
  const std::string path = sent_path(folder, piece.path);
  const mode_t mode = piece.is_program ? 0700 : 0600;
  if (piece.offset == 0) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    if (error) throw Error::system(path, "create", error.value());
    unlink(path.c_str());
  }
  const int create = piece.offset == 0 ? O_CREAT | O_EXCL : 0;
  Descriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | create, mode));  // NOLINT
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) throw Error::system(path, "", errno);
  if (status.st_size != piece.offset) throw Error(path + ": a piece that does not follow the last");
  size_t done = 0;
  while (done < piece.bytes.size()) {
    ssize_t count = write(file.get(), piece.bytes.data() + done, piece.bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::system(path, "write", errno);
    done += static_cast<size_t>(count);
  }
}

}  // namespace penstock
