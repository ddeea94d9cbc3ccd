// Many files that are written a piece at a time, few of them open at once, and that get their names
// all together.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/os/byte_sink.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// Files that are open at once, where the system allows so many; else fewer are.
inline constexpr int64_t kOpenFiles = 256;

// Until they have their names, the files are in a folder of their own, `.penstock-PID` (or with -1,
// -2, … behind it where that is taken) in the folder of all names. It is removed by destruction,
// and by a signal that ends the process. Not thread-safe; one object at a time.
class NewFiles {
 public:
  // Makes `folder`, and the folders that it is in, if it does not exist. Throws Error when the
  // files cannot be made there.
  NewFiles(const std::string& folder, Sync sync, int64_t most_open = kOpenFiles);
  ~NewFiles();
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;

  // Adds an empty file, whose number is the number of files before it.
  void add();
  // Appends bytes to a file. Throws Error.
  void append(int64_t file, std::string_view bytes);

  // Gives each file its name and makes the folders of the names. What has such a name is replaced.
  // Throws Error; then some files may have their names. REQUIRES a name for each file.
  void give_names(const std::vector<std::string>& names);

  // Times that a file was opened; for tests.
  int64_t openings() const { return openings_; }

 private:
  struct File {
    Descriptor descriptor;
    std::list<int64_t>::iterator use;  // in uses_, while it is open
  };
  void make_waiting_folder();
  int open_file(int64_t file, int flags);
  void close_file(int64_t file);

  std::string folder_;  // of all names
  bool made_folder_ = false;
  std::string waiting_;  // the folder of the files without names
  Sync sync_;
  int64_t most_open_;
  int64_t openings_ = 0;
  std::vector<File> files_;
  std::list<int64_t> uses_;  // files that are open, the latest used first
};

}  // namespace penstock
