#include "libcore/os/ending_signals.h"

#include <ctime>

namespace penstock {

std::vector<int> ending_signals() {
  std::vector<int> signals;
  for (int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    struct sigaction now {};
    bool is_ignored = sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;  // NOLINT
    if (!is_ignored) signals.push_back(number);
  }
  return signals;
}

HeldSignals::HeldSignals() {
  sigemptyset(&held_);
  for (int number : ending_signals())
    sigaddset(&held_, number);
  sigprocmask(SIG_BLOCK, &held_, &before_);
}

HeldSignals::~HeldSignals() {
  timespec at_once{};
  while (forgets_ && sigtimedwait(&held_, nullptr, &at_once) > 0) {
  }
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace penstock
