// Wakes a thread that waits in wait_any().
#pragma once

namespace penstock {

// Any thread may notify; one waits for fd() to become readable and then calls clear().
class Wake {
 public:
  // Throws Error when there are no descriptors left.
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  int fd() const { return fd_; }
  void notify();
  void clear();

 private:
  int fd_;
};

}  // namespace penstock
