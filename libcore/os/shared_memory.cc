#include "libcore/os/shared_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/check.h"

namespace penstock {
namespace {

constexpr const char* kName = "penstock";
constexpr std::string_view kLinkPrefix = "/memfd:penstock";
// Without these seals a process could make the file shorter, and another process that has mapped it
// would die when it reads there (SIGBUS).
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW;

// Checks a file before it is opened, because opening some files has effects.
bool is_ours_by_name(const std::string& path) {
  char link[64];
  ssize_t size = readlink(path.c_str(), link, sizeof link);
  return size > 0 && std::string_view(link, static_cast<size_t>(size)).starts_with(kLinkPrefix);
}

}  // namespace

SharedMemory::SharedMemory(Descriptor file, uint8_t* data, int64_t size)
    : file_(std::move(file)), data_(data), size_(size) {}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : file_(std::move(other.file_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(other.size_) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (data_ != nullptr) munmap(data_, static_cast<size_t>(size_));
}

std::optional<SharedMemory> SharedMemory::map(Descriptor file, int64_t size) {
  void* data =
      mmap(nullptr, static_cast<size_t>(size), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (data == MAP_FAILED) return std::nullopt;
  return SharedMemory(std::move(file), static_cast<uint8_t*>(data), size);
}

std::optional<SharedMemory> SharedMemory::make(int64_t size) {
  PENSTOCK_CHECK(size > 0);
  Descriptor file(memfd_create(kName, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.get() < 0 || ftruncate(file.get(), size) != 0) return std::nullopt;
  if (fcntl(file.get(), F_ADD_SEALS, kSeals | F_SEAL_SEAL) != 0) return std::nullopt;  // NOLINT
  return map(std::move(file), size);
}

std::optional<SharedMemory> SharedMemory::open(int64_t process, int64_t descriptor, int64_t size) {
  if (process <= 0 || descriptor < 0 || size <= 0) return std::nullopt;
  const std::string path = fmt::format("/proc/{}/fd/{}", process, descriptor);
  if (!is_ours_by_name(path)) return std::nullopt;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));  // NOLINT
  if (file.get() < 0) return std::nullopt;
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || status.st_uid != geteuid()) return std::nullopt;
  const int seals = fcntl(file.get(), F_GET_SEALS);  // NOLINT
  if (status.st_size != size || seals < 0 || (seals & kSeals) != kSeals) return std::nullopt;
  return map(std::move(file), size);
}

}  // namespace penstock
