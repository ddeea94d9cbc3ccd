// Starts threads where the system may not allow one (ulimit -u, ulimit -v, a container's limit).
#pragma once

#include <cstddef>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

namespace penstock {

// Throws the Error for a thread that could not be started: one line that names the limits.
[[noreturn]] void throw_no_thread(const std::system_error& error);

// Starts a thread. Throws Error when the system does not allow it; `work` is lost then.
template <typename Work>
std::thread start_thread(Work&& work) {
  try {
    return std::thread(std::forward<Work>(work));
  } catch (const std::system_error& error) {
    throw_no_thread(error);
  }
}

// Throws Error unless `count` threads can be started now. For libraries that end the process when
// they cannot start one.
void require_threads(int count);

// Runs work(0), …, work(count - 1), in as many threads as there are cores for us, the caller's
// among them, and returns when all have ended. Where the system allows fewer threads, these do it.
// Throws what one of them threw; those that had not begun are left out then.
void run_in_threads(size_t count, const std::function<void(size_t)>& work);

}  // namespace penstock
