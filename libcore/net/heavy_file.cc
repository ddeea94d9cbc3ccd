#include "libcore/net/heavy_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/partition/heavy_keys.h"

namespace penstock {
namespace {

constexpr std::chrono::milliseconds kLookAgain{2};

// Far more bytes than the heavy keys of kMaxPartitions take.
constexpr int64_t kMostBytes = int64_t{1} << 20;

}  // namespace

std::string leave_heavy_keys(const std::string& path, const std::string& splitters) {
  ByteSinkPtr sink = open_sink(path);
  sink->write(splitters);
  sink->finish();
  HeavyKeys heavy = decode_heavy_keys(splitters);
  if (heavy.hashes.empty()) return {};
  return fmt::format(
      "{} of the keys {} about {:.0f} % of the rows: they are spread over all workers",
      heavy.hashes.size(), heavy.hashes.size() == 1 ? "holds" : "hold", heavy.share * 100);
}

std::vector<uint64_t> await_heavy_keys(const std::string& path, std::chrono::milliseconds timeout) {
  struct stat status {};
  auto until = std::chrono::steady_clock::now() + timeout;
  while (stat(path.c_str(), &status) != 0) {
    if (std::chrono::steady_clock::now() >= until) {
      throw Error(fmt::format(
          "--spread {}: the exchange of the first input has not left its heavy keys there within "
          "{} s; is it running, with the same file? use --timeout to wait longer",
          path, timeout.count() / 1000));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
  ByteSourcePtr source = open_source(path);
  std::string bytes(static_cast<size_t>(std::min<int64_t>(status.st_size, kMostBytes)), '\0');
  bytes.resize(static_cast<size_t>(read_fully(*source, bytes.data(), std::ssize(bytes))));
  return decode_heavy_keys(bytes).hashes;
}

}  // namespace penstock
