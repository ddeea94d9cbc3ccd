// The files below a folder, which a server gives to others.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/exchange_files/file_frames.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Files that are open at once, the last ones that were asked for.
inline constexpr size_t kMostServedFiles = 64;
// How long a file stays open: so long the space of one that was removed is not free.
inline constexpr std::chrono::milliseconds kServedFileLife{1000};

// Not thread-safe.
class ServedFiles {
 public:
  // Throws Error when the folder cannot be opened.
  explicit ServedFiles(const std::string& path);

  // Returns the reply to the request: the bytes that the file has there, none beyond its end; or
  // that it is gone; or why it cannot be read. Only files below the folder are read: a symbolic
  // link that leads out of it is refused where the kernel has openat2. A file that has taken the
  // place of another is read at once.
  Buffer answer(const FileRequest& request);

  // Closes the files that were opened kServedFileLife ago. Returns whether any is still open.
  bool close_old();

 private:
  using Clock = std::chrono::steady_clock;

  struct OpenFile {
    std::string path;
    Descriptor file;
    struct stat status;  // when it was opened
    Clock::time_point opened;
    uint64_t last_use = 0;
  };

  bool is_current(const OpenFile& file) const;
  int descriptor_of(const std::string& path);

  Descriptor folder_;
  std::vector<OpenFile> files_;
  uint64_t uses_ = 0;
};

}  // namespace penstock
