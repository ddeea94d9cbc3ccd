#include "libcore/os/temporary/unnamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace penstock {

std::string temporary_directory(std::string directory) {
  if (!directory.empty()) return directory;
  const char* given = std::getenv("TMPDIR");
  return given != nullptr && *given != '\0' ? given : "/tmp";
}

Descriptor open_unnamed_file(const std::string& directory) {
  // A file that never has a name; where the file system does not support this, it has one for a
  // moment.
  int fd = open(directory.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);  // NOLINT
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return Descriptor(fd);
  std::string path = directory + "/penstock.XXXXXX";
  fd = mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) unlink(path.c_str());
  return Descriptor(fd);
}

}  // namespace penstock
