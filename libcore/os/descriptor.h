// An open file that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace penstock {

// Owns a descriptor, or none (-1).
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  // Gives it to the caller, who closes it.
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// The two ends of a pipe. Children inherit only the ends that they are given.
struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

// Makes a pipe, raised to kPipeBytes where the kernel allows it. Throws Error when the system has
// no more pipes.
Pipe make_pipe();

}  // namespace penstock
