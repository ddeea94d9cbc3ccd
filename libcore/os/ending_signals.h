// The signals that ask a process to end: HUP, INT, QUIT and TERM.
#pragma once

#include <csignal>
#include <vector>

namespace penstock {

// Those that we were not started to ignore, as nohup or a shell's & does: these stay ignored.
std::vector<int> ending_signals();

// While it lives they do not end us: they wait for a reader (a signalfd) or for its end.
// Call from the main thread, before others are made.
class HeldSignals {
 public:
  HeldSignals();
  // What has come and was not taken takes effect now, unless forget() was called.
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // One of them was obeyed: others that come until the end of this change nothing.
  void forget() { forgets_ = true; }

 private:
  sigset_t held_{};
  sigset_t before_{};
  bool forgets_ = false;
};

}  // namespace penstock
