#include "libcore/flow/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

constexpr std::string_view kPrefix = "pflow-";
constexpr size_t kUniqueLetters = 6;
constexpr std::string_view kNameLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string base_folder() {
  const char* base = std::getenv("TMPDIR");
  std::string path = base != nullptr && *base != '\0' ? base : "/tmp";
  return std::filesystem::absolute(path).lexically_normal().string();
}

void remove_all(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

// The folder, locked; -1 when that is not to be had.
Descriptor lock_folder(const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));  // NOLINT
  bool locked = folder.get() >= 0 && flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
  return locked ? std::move(folder) : Descriptor();
}

// Removes a folder of ours when nobody has locked it.
void sweep(const std::string& path) {
  Descriptor folder = lock_folder(path);
  struct stat about {};
  bool ours = folder.get() >= 0 && fstat(folder.get(), &about) == 0 && about.st_uid == geteuid();
  if (ours) remove_all(path);
}

void sweep_beside(const std::string& base) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(base, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with(kPrefix) && name.size() == kPrefix.size() + kUniqueLetters) {
      sweep(entry->path().string());
    }
  }
}

// Locks a folder that was just made, as far as its file system knows locks: where it does not,
// nothing is swept either. False when another process has swept it away, or is about to.
bool claim(const std::string& path, Descriptor& owner) {
  owner = Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // NOLINT
  if (owner.get() < 0) return false;
  if (flock(owner.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  struct stat about {};
  return fstat(owner.get(), &about) == 0 && about.st_nlink > 0;
}

}  // namespace

std::string RunFolder::choose_path() {
  std::random_device random;
  std::uniform_int_distribution<size_t> letter(0, kNameLetters.size() - 1);
  std::string name(kPrefix);
  for (size_t i = 0; i < kUniqueLetters; ++i)
    name += kNameLetters[letter(random)];
  return (std::filesystem::path(base_folder()) / name).string();
}

void RunFolder::remove_left(const std::string& path) {
  sweep(path);
}

RunFolder::RunFolder() {
  do {
    path_ = choose_path();
  } while (!make());
}

RunFolder::RunFolder(std::string path) : path_(std::move(path)) {
  if (!make()) throw Error::system(path_, "create", EEXIST);
}

bool RunFolder::make() {
  sweep_beside(std::filesystem::path(path_).parent_path().string());
  for (bool was_ours = false; !was_ours || !claim(path_, owner_);) {
    if (mkdir(path_.c_str(), 0700) == 0) {
      was_ours = true;
    } else if (errno != EEXIST) {
      throw Error::system(path_, "create", errno);
    } else if (!was_ours) {
      return false;
    }
  }
  return true;
}

RunFolder::~RunFolder() {
  remove_all(path_);
}

void RunFolder::write(const std::string& name, std::string_view bytes) const {
  ByteSinkPtr sink = open_sink(path_ + "/" + name);
  sink->write(bytes);
  sink->finish();
}

Descriptor RunFolder::make_nameless() const {
  Descriptor file(open(path_.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));  // NOLINT
  if (file.get() >= 0) return file;
  std::string name = path_ + "/shared-XXXXXX";
  file = Descriptor(mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) throw Error::system(name, "create", errno);
  unlink(name.c_str());
  return file;
}

}  // namespace penstock
