#include "libcore/flow/probe/memory_speed.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <random>
#include <utility>
#include <vector>

#include "libcore/base/check.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kLeastBytes = int64_t{4} << 10;
// What a level has on most servers where the system does not say.
constexpr CacheSizes kCommonSizes{int64_t{32} << 10, int64_t{1} << 20, int64_t{16} << 20};

// One cache line, so that each load is of another.
struct alignas(64) CacheLine {
  uint32_t next;
};

// Memory of whole huge pages, where the kernel has them: with pages of 4 KiB, a load at a random
// place waits for the page tables as well (190 ns in place of 149, in a virtual machine).
struct FreePages {
  void operator()(CacheLine* lines) const {
    std::free(lines);
  }  // NOLINT(cppcoreguidelines-no-malloc)
};
using CacheLines = std::unique_ptr<CacheLine[], FreePages>;

CacheLines make_lines(size_t count) {
  constexpr size_t kHugePage = size_t{2} << 20;
  const size_t bytes = (count * sizeof(CacheLine) + kHugePage - 1) / kHugePage * kHugePage;
  auto* lines = static_cast<CacheLine*>(std::aligned_alloc(kHugePage, bytes));
  if (lines == nullptr) throw std::bad_alloc();
  madvise(lines, bytes, MADV_HUGEPAGE);
  return CacheLines(lines);
}

// Links lines into one cycle through all of them, in a random order (Sattolo's algorithm): a plain
// shuffle could leave a short cycle, which a smaller cache holds. The order keeps prefetchers from
// guessing the next line.
CacheLines random_cycle(size_t count) {
  std::vector<uint32_t> order(count);
  for (size_t i = 0; i < count; ++i)
    order[i] = static_cast<uint32_t>(i);
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): any order will do, and the same each time
  for (size_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[random() % i]);
  CacheLines lines = make_lines(count);
  for (size_t i = 0; i < count; ++i)
    lines[i].next = order[i];
  return lines;
}

// Keeps the compiler from leaving out what gives `value`.
template <typename T>
void use(T value) {
  asm volatile("" : : "r"(value) : "memory");
}

double in_seconds(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

int64_t cache_size(int name, int64_t otherwise) {
  const int64_t bytes = sysconf(name);
  return bytes > 0 ? bytes : otherwise;
}

}  // namespace

CacheSizes cache_sizes() {
  CacheSizes sizes;
  sizes.first = cache_size(_SC_LEVEL1_DCACHE_SIZE, kCommonSizes.first);
  sizes.second = std::max(cache_size(_SC_LEVEL2_CACHE_SIZE, kCommonSizes.second), sizes.first);
  sizes.third = std::max(cache_size(_SC_LEVEL3_CACHE_SIZE, kCommonSizes.third), sizes.second);
  return sizes;
}

double load_latency(int64_t bytes, std::chrono::nanoseconds time) {
  PENSTOCK_CHECK(bytes >= kLeastBytes);
  const CacheLines lines = random_cycle(static_cast<size_t>(bytes) / sizeof(CacheLine));
  // Long enough that reading the clock does not count, short enough for some rounds in the time.
  constexpr int kLoads = 8192;
  double best = std::numeric_limits<double>::infinity();
  uint32_t at = 0;
  // The first rounds bring the lines into the cache; with the best of all they do not count.
  const Clock::time_point end = Clock::now() + time;
  do {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kLoads; ++i)
      at = lines[at].next;
    use(at);
    best = std::min(best, in_seconds(Clock::now() - begin) / kLoads);
  } while (Clock::now() < end);
  return best;
}

double read_rate(int64_t bytes, std::chrono::nanoseconds time) {
  PENSTOCK_CHECK(bytes >= kLeastBytes);
  // Not zeros: the kernel may map untouched pages to one page of zeros, which a cache holds.
  const std::vector<uint64_t> words(static_cast<size_t>(bytes) / sizeof(uint64_t), 1);
  double best = 0;
  const Clock::time_point end = Clock::now() + time;
  do {
    const Clock::time_point begin = Clock::now();
    // Several sums, so that no addition waits for the one before it.
    uint64_t sums[8] = {};
    for (size_t i = 0; i + 8 <= words.size(); i += 8) {
      for (size_t k = 0; k < 8; ++k)
        sums[k] += words[i + k];
    }
    for (uint64_t sum : sums)
      use(sum);
    best = std::max(best, static_cast<double>(bytes) / in_seconds(Clock::now() - begin));
  } while (Clock::now() < end);
  return best;
}

}  // namespace penstock
