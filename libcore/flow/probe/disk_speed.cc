#include "libcore/flow/probe/disk_speed.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int64_t kDiskChunk = int64_t{4} << 20;
constexpr int64_t kPageBytes = int64_t{4} << 10;
// How long each of the four is measured; one that takes longer for a single step is done after it.
constexpr milliseconds kWriteTime{400};
constexpr milliseconds kReadTime{250};
constexpr milliseconds kLatencyTime{150};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The file of one measurement. It has no name, so that nothing stays behind however this ends.
class ProbeFile {
 public:
  explicit ProbeFile(const std::string& folder) : folder_(folder) {
    if (folder_.empty()) {
      const char* variable = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
      folder_ = variable != nullptr && *variable != '\0' ? variable : "/tmp";
    }
    file_ = Descriptor(open(folder_.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC,  // NOLINT
                            0600));
    if (file_.get() >= 0) return;
    // Not every file system has files without a name.
    std::string name = folder_ + "/penstock-XXXXXX";
    file_ = Descriptor(mkostemp(name.data(), O_CLOEXEC));
    if (file_.get() < 0) fail();
    unlink(name.c_str());
  }

  void write(const std::vector<char>& bytes, int64_t at) const {
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t count = pwrite(file_.get(), bytes.data() + done, bytes.size() - done,
                                   at + static_cast<int64_t>(done));
      if (count < 0 && errno != EINTR) fail();
      if (count > 0) done += static_cast<size_t>(count);
    }
  }

  void sync() const {
    if (fdatasync(file_.get()) != 0) fail();
  }

  // Returns the bytes that were read.
  int64_t read(std::vector<char>& to, int64_t at) const {
    const ssize_t count = pread(file_.get(), to.data(), to.size(), at);
    if (count < 0 && errno != EINTR) fail();
    return count < 0 ? 0 : count;
  }

  // Only what is on the disk already is forgotten.
  void forget() const { posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED); }

 private:
  [[noreturn]] void fail() const { throw Error::system(folder_, "measure its disk", errno); }

  std::string folder_;
  Descriptor file_;
};

// Returns the bytes that were written, and sets the rate.
int64_t measure_writes(const ProbeFile& file, std::minstd_rand& random, DiskSpeed& speed) {
  // A disk or a file system may compress: random bytes stay as many as they are.
  std::vector<char> bytes(static_cast<size_t>(kDiskChunk));
  for (char& byte : bytes)
    byte = static_cast<char>(random() >> 16);
  int64_t written = 0;
  const Clock::time_point begin = Clock::now();
  do {
    file.write(bytes, written);
    file.sync();
    written += kDiskChunk;
  } while (written < kDiskProbeBytes && Clock::now() - begin < kWriteTime);
  speed.written = static_cast<double>(written) / seconds_since(begin);
  return written;
}

double measure_reads(const ProbeFile& file, int64_t size) {
  std::vector<char> bytes(static_cast<size_t>(kDiskChunk));
  file.forget();
  int64_t at = 0;
  const Clock::time_point begin = Clock::now();
  while (at < size && (at == 0 || Clock::now() - begin < kReadTime))
    at += file.read(bytes, at);
  return static_cast<double>(at) / seconds_since(begin);
}

// Calls step() again and again for kLatencyTime. Returns the seconds that one takes on average: a
// disk has slow steps now and then, which are part of its speed.
template <typename Step>
double mean_time(Step step) {
  int64_t count = 0;
  const Clock::time_point begin = Clock::now();
  do {
    step();
    ++count;
  } while (Clock::now() - begin < kLatencyTime);
  return seconds_since(begin) / static_cast<double>(count);
}

}  // namespace

DiskSpeed measure_disk(const std::string& folder) {
  const ProbeFile file(folder);
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): not a secret
  DiskSpeed speed;
  const int64_t size = measure_writes(file, random, speed);
  speed.read = measure_reads(file, size);
  file.forget();
  std::vector<char> page(static_cast<size_t>(kPageBytes), 'x');
  speed.read_latency = mean_time(
      [&] { file.read(page, static_cast<int64_t>(random()) % (size / kPageBytes) * kPageBytes); });
  speed.sync_latency = mean_time([&] {
    file.write(page, 0);
    file.sync();
  });
  return speed;
}

}  // namespace penstock
