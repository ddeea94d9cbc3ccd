#include "libcore/net/wake.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"

namespace penstock {

Wake::Wake() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw Error::system("exchange", "eventfd", errno);
}

Wake::~Wake() {
  close(fd_);
}

// A full counter has woken its thread already.
void Wake::notify() {
  eventfd_write(fd_, 1);
}

void Wake::clear() {
  eventfd_t count = 0;
  eventfd_read(fd_, &count);
}

}  // namespace penstock
