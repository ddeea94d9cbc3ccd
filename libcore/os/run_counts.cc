#include "libcore/os/run_counts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

constexpr int64_t kLineBytes = 128;

int64_t load(int64_t& count) {
  return std::atomic_ref(count).load(std::memory_order_relaxed);
}

void increase(int64_t& count, int64_t by) {
  if (by != 0) std::atomic_ref(count).fetch_add(by, std::memory_order_relaxed);
}

void* map(int fd, int64_t bytes) {
  void* memory =
      mmap(nullptr, static_cast<size_t>(bytes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

// The size of a file of counts that belongs to this user; 0 for anything else.
int64_t counts_size(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid()) return 0;
  std::string_view magic = kRunCountsMagic;
  char begin[kLineBytes];
  ssize_t got = pread(fd, begin, sizeof begin, 0);
  if (got != kLineBytes || !std::string_view(begin, kLineBytes).starts_with(magic)) return 0;
  return status.st_size;
}

}  // namespace

RunCounts::RunCounts(std::string path, int64_t places)
    : path_(std::move(path)), bytes_((places + 1) * kLineBytes) {
  PENSTOCK_CHECK(places > 0);
  Descriptor file(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));  // NOLINT
  if (file.get() < 0) throw Error::system(path_, "create", errno);
  // Given its blocks now: a write to a mapped file on a full disk would kill the process.
  int error = posix_fallocate(file.get(), 0, bytes_);
  if (error != 0) throw Error::system(path_, "write", error);
  memory_ = map(file.get(), bytes_);
  if (memory_ == nullptr) throw Error::system(path_, "map", errno);
  std::memcpy(memory_, kRunCountsMagic, std::strlen(kRunCountsMagic));
}

RunCounts::RunCounts(void* memory, int64_t bytes, int64_t place)
    : memory_(memory), bytes_(bytes), place_(place) {}

RunCounts::RunCounts(RunCounts&& other) noexcept
    : path_(std::move(other.path_)),
      memory_(std::exchange(other.memory_, nullptr)),
      bytes_(other.bytes_),
      place_(other.place_) {}

RunCounts::~RunCounts() {
  if (memory_ != nullptr) munmap(memory_, static_cast<size_t>(bytes_));
}

std::string RunCounts::variable(int64_t place) const {
  return fmt::format("{}={}:{}", kRunCountsVariable, place, path_);
}

int64_t* RunCounts::line(int64_t place) const {
  PENSTOCK_CHECK(place >= 0 && (place + 2) * kLineBytes <= bytes_);
  auto* begin = static_cast<unsigned char*>(memory_) + (place + 1) * kLineBytes;
  return reinterpret_cast<int64_t*>(begin);
}

MovedRows RunCounts::at(int64_t place) const {
  int64_t* counts = line(place);
  return {load(counts[0]), load(counts[1]), load(counts[2]), load(counts[3]), load(counts[4]),
          load(counts[5]), load(counts[6]), load(counts[7]), load(counts[8]), load(counts[9])};
}

void RunCounts::add(const MovedRows& moved) {
  int64_t* counts = line(place_);
  increase(counts[0], moved.rows_in);
  increase(counts[1], moved.rows_out);
  increase(counts[2], moved.bytes_out);
  increase(counts[3], moved.null_values);
  increase(counts[4], moved.left_out_lines);
  increase(counts[5], moved.left_out_records);
  increase(counts[6], moved.faulty_headers);
  increase(counts[7], moved.peer_failures);
  increase(counts[8], moved.bytes_in);
  increase(counts[9], moved.machine_failures);
}

std::optional<RunCounts> RunCounts::from_environment() {
  const char* value = std::getenv(kRunCountsVariable);
  if (value == nullptr) return std::nullopt;
  std::string text = value;
  unsetenv(kRunCountsVariable);
  size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto place = parse_int64(std::string_view(text).substr(0, colon));
  Descriptor file(open(text.c_str() + colon + 1, O_RDWR | O_CLOEXEC | O_NOFOLLOW));  // NOLINT
  if (!place || *place < 0 || file.get() < 0) return std::nullopt;
  int64_t bytes = counts_size(file.get());
  if (*place >= bytes / kLineBytes - 1) return std::nullopt;
  void* memory = map(file.get(), bytes);
  if (memory == nullptr) return std::nullopt;
  return RunCounts(memory, bytes, *place);
}

}  // namespace penstock
