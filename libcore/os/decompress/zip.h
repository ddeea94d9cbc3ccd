// Reads the one file of a zip archive, from its first byte to its last: also from a pipe.
#pragma once

#include <memory>
#include <string>

#include "libcore/os/byte_source.h"

namespace penstock {

struct ZipMember {
  std::unique_ptr<PeekableSource> source;
  std::string name;  // of the file, as the archive has it
};

// Opens an archive of one file that is stored or deflated; folders beside it do not count. Its
// sizes, its checksum and the archive's directory are verified. Throws Error, here or from read(),
// for an archive of no files or of several ("…; unpack one with unzip -p NAME MEMBER"), of an
// encrypted file, of one that is compressed in another way, and for one that is damaged or cut. An
// archive that can be sought is refused before its first byte is read; from a pipe, a second file
// shows when the first one has been read.
ZipMember open_zip(ByteSourcePtr below);

}  // namespace penstock
