// The signals that ask a process to end: HUP, INT, QUIT and TERM.
#pragma once

#include <csignal>
#include <vector>

namespace penstock {

// Returns these signals, without those that this process was started to ignore (by nohup, or by a
// shell's &), which stay ignored.
std::vector<int> ending_signals();

// While this object lives, the signals do not end the process: they wait for a reader (a signalfd)
// or for the object's end. Make it in the main thread, before other threads are made.
class HeldSignals {
 public:
  HeldSignals();
  // Signals that have come and were not read take effect now, unless forget() was called.
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // Call this after obeying one of the signals: others that come before the end of this object have
  // no effect.
  void forget() { forgets_ = true; }

 private:
  sigset_t held_{};
  sigset_t before_{};
  bool forgets_ = false;
};

}  // namespace penstock
