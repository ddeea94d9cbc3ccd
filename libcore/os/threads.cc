#include "libcore/os/threads.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {

void throw_no_thread(const std::system_error& error) {
  throw Error("a thread cannot be started: " + error.code().message() +
              "; raise the limit on processes (ulimit -u) or on memory (ulimit -v)");
}

void require_threads(int count) {
  std::mutex mutex;
  std::condition_variable over;
  bool is_over = false;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(count));
  auto end = [&] {
    {
      std::lock_guard lock(mutex);
      is_over = true;
    }
    over.notify_all();
    for (std::thread& thread : threads)
      thread.join();
  };
  try {
    // All at once: each thread waits until the last one runs.
    for (int i = 0; i < count; ++i) {
      threads.push_back(start_thread([&] {
        std::unique_lock lock(mutex);
        over.wait(lock, [&] { return is_over; });
      }));
    }
  } catch (const Error&) {
    end();
    throw;
  }
  end();
}

}  // namespace penstock
