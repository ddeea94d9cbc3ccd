#include "libcore/flow/probe/measures.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/flow/probe/disk_speed.h"
#include "libcore/flow/probe/memory_speed.h"
#include "libcore/net/link/speed.h"
#include "libcore/os/physical_memory.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCacheTime{50};
constexpr milliseconds kMemoryTime{200};
constexpr int64_t kLeastProbedMemory = int64_t{4} << 20;
constexpr int64_t kMostProbedMemory = int64_t{256} << 20;

int64_t whole(double number) {
  return std::llround(number);
}

int64_t picoseconds(double seconds) {
  return whole(seconds * 1e12);
}

}  // namespace

void answer_link(int listening, const std::string& endpoint, const KeyPair& keys) {
  try {
    answer_link_probe(listening, endpoint, keys);
  } catch (const Error&) {
    return;
  }
}

LinkMeasures measure_link(const std::string& endpoint, const KeyPair& keys) {
  LinkMeasures measures;
  try {
    const LinkSpeed speed = probe_link(endpoint, keys);
    measures.round_trip_ns = whole(speed.round_trip * 1e9);
    measures.sent_rate = whole(speed.sent);
    measures.received_rate = whole(speed.received);
  } catch (const Error& error) {
    measures.refusal = error.message();
  }
  return measures;
}

HostMeasures measure_host() {
  const CacheSizes caches = cache_sizes();
  // More than the caches hold, but not what the host needs for others.
  const int64_t memory =
      std::clamp(4 * caches.third, kLeastProbedMemory,
                 std::clamp(physical_memory() / 8, kLeastProbedMemory, kMostProbedMemory));
  // Half of a level, because other data is in it too; but more than the level before it holds.
  auto within = [&](int64_t level, int64_t before) {
    return std::min(std::max(level / 2, 2 * before), memory / 2);
  };
  // All cores share the third level, and a virtual machine has a share of them: of 384 MiB that the
  // processor has, a core of one took 13 ns for a load from 8 MiB, and 150 from 128 MiB.
  const int64_t third = std::min(caches.third, 16 * caches.second);
  HostMeasures measures;
  measures.first_cache_ps = picoseconds(load_latency(within(caches.first, 2048), kCacheTime));
  measures.second_cache_ps =
      picoseconds(load_latency(within(caches.second, caches.first), kCacheTime));
  measures.third_cache_ps = picoseconds(load_latency(within(third, caches.second), kMemoryTime));
  measures.memory_ps = picoseconds(load_latency(memory, kMemoryTime));
  measures.memory_rate = whole(read_rate(memory, kMemoryTime));
  try {
    const DiskSpeed disk = measure_disk({});
    measures.disk_write_rate = whole(disk.written);
    measures.disk_read_rate = whole(disk.read);
    measures.disk_read_ns = whole(disk.read_latency * 1e9);
    measures.disk_sync_ns = whole(disk.sync_latency * 1e9);
  } catch (const Error& error) {
    measures.disk_refusal = error.message();
  }
  return measures;
}

}  // namespace penstock
