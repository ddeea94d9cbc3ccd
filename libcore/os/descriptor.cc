#include "libcore/os/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error::system("a pipe", "create", errno);
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace penstock
