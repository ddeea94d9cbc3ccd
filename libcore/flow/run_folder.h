// The folder of a run: what must have a name while a flow runs.
#pragma once

#include <string>
#include <string_view>

#include "libcore/os/descriptor.h"

namespace penstock {

// A folder of ours alone (mode 0700) in $TMPDIR or /tmp, removed with all that is in it. As long as
// its owner lives it is locked (flock): making one first removes those beside it that nobody has
// locked, since their owner was killed. Signals that would end the process in between are the
// caller's to hold.
class RunFolder {
 public:
  // Throws Error when it cannot be made.
  RunFolder();
  // At a path of choose_path(), so that another process, which knows the path before the folder is
  // made, can remove it when this one is killed at any moment. Throws Error when it cannot be made.
  explicit RunFolder(std::string path);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  // Returns an absolute path where there is nothing yet, most likely.
  static std::string choose_path();
  // Removes the folder at a path of choose_path() if there is one whose owner was killed.
  static void remove_left(const std::string& path);

  // Of the folder itself.
  int descriptor() const { return owner_.get(); }

  // Absolute.
  const std::string& path() const { return path_; }

  // Makes or replaces a file of the folder. Throws Error when it cannot be written.
  void write(const std::string& name, std::string_view bytes) const;

  // A file without a name, for writing and for processes to open by its descriptor, /dev/fd/N.
  // Throws Error when it cannot be made.
  Descriptor make_nameless() const;

 private:
  // Returns false when there is something else at the path.
  bool make();

  std::string path_;
  Descriptor owner_;
};

}  // namespace penstock
