// The files of which this program consists: itself, and the shared libraries that it loads.
#pragma once

#include <string>
#include <vector>

namespace penstock {

struct ProgramFile {
  std::string name;  // beside the others
  std::string path;  // of this host
};

// The program that runs, as "penstock", its dynamic loader, as kOwnLoader (stage_process.h), and
// all its libraries by their own names, those that are only loaded when they are needed (ZeroMQ,
// cctz, utf8proc, zstd, bzip2 and xz) included. With these alone in a folder it runs on every host
// of the same architecture whose kernel is not older than the loader asks for: OWN_FOLDER/LOADER
// --library-path OWN_FOLDER OWN_FOLDER/penstock. Sorted by name. Throws Error when a library is not
// installed here.
std::vector<ProgramFile> program_files();

}  // namespace penstock
