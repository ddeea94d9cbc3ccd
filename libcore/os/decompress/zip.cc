#include "libcore/os/decompress/zip.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/decompress/deflate.h"

namespace penstock {
namespace {

// The numbers with which the parts of an archive begin (PKWARE's APPNOTE, 4.3).
constexpr uint64_t kLocalHeader = 0x04034b50;
constexpr uint64_t kDescriptor = 0x08074b50;
constexpr uint64_t kDirectoryEntry = 0x02014b50;
constexpr uint64_t kDirectoryEnd = 0x06054b50;
constexpr uint64_t kDirectoryEnd64 = 0x06064b50;
constexpr uint64_t kLocator64 = 0x07064b50;

// The bytes of these parts without what follows of variable length.
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kDirectoryEntryBytes = 46;
constexpr size_t kDirectoryEndBytes = 22;
constexpr size_t kDirectoryEnd64Bytes = 12;  // up to and including its size
constexpr size_t kLocator64Bytes = 20;

// The directory's end has a comment of up to 64 KiB. A directory is looked at up to this size.
constexpr int64_t kEndBytes = (int64_t{64} << 10) + 22;
constexpr int64_t kMostDirectoryBytes = int64_t{16} << 20;

constexpr uint64_t kStored = 0;
constexpr uint64_t kDeflated = 8;
constexpr uint64_t kIn64 = 0xffffffff;  // a size that stands in the extra field

// Little-endian numbers; 0 beyond the end of the bytes.
uint64_t number_at(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size && at + i < bytes.size(); ++i)
    value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

bool is_folder(std::string_view name) {
  return name.ends_with('/');
}

Error several_files(const std::string& archive, const std::vector<std::string>& names) {
  std::string list;
  const size_t shown = names.size() > 3 ? 2 : names.size();
  for (size_t i = 0; i < shown; ++i)
    list += (i == 0 ? "'" : ", '") + printable(names[i]) + "'";
  if (names.size() > shown) list += " and " + std::to_string(names.size() - shown) + " more";
  return Error::of_input(archive + ": is a zip archive of several files (" + list +
                         "), as spreadsheets are; unpack one of them with unzip -p");
}

// Office's documents begin with these files.
bool is_of_document(std::string_view name) {
  return name == "[Content_Types].xml" || name == "mimetype";
}

Error document(const std::string& archive) {
  return Error::of_input(archive +
                         ": is a document of a spreadsheet or another office program; save it as "
                         "CSV");
}

// Returns the names of the files in the directory of an archive that can be sought; empty when it
// is not found where it should be, which reading the archive then reports.
std::optional<std::vector<std::string>> files_of(const ByteSource& source) {
  if (!source.size()) return std::nullopt;
  const int64_t size = *source.size();
  auto bytes_at = [&source](int64_t at, int64_t count) {
    std::string bytes(static_cast<size_t>(count), '\0');
    bytes.resize(static_cast<size_t>(source.read_at(at, bytes.data(), count)));
    return bytes;
  };
  const std::string tail = bytes_at(size - std::min(size, kEndBytes), std::min(size, kEndBytes));
  const size_t end = tail.rfind("PK\x05\x06");
  if (end == tail.npos) return std::nullopt;
  const auto bytes = static_cast<int64_t>(number_at(tail, end + 12, 4));
  const auto at = static_cast<int64_t>(number_at(tail, end + 16, 4));
  if (bytes > kMostDirectoryBytes || at + bytes > size) return std::nullopt;
  const std::string directory = bytes_at(at, bytes);
  std::vector<std::string> names;
  for (size_t entry = 0; number_at(directory, entry, 4) == kDirectoryEntry;) {
    const size_t name = number_at(directory, entry + 28, 2);
    std::string text =
        directory.substr(std::min(entry + kDirectoryEntryBytes, directory.size()), name);
    if (!is_folder(text)) names.push_back(std::move(text));
    entry += kDirectoryEntryBytes + name + number_at(directory, entry + 30, 2) +
             number_at(directory, entry + 32, 2);
  }
  return names;
}

class ZipSource : public Decompressor {
 public:
  explicit ZipSource(ByteSourcePtr source) : Decompressor(std::move(source)) {
    const auto files = files_of(below());
    if (!files) return;
    if (!files->empty() && std::ranges::any_of(*files, is_of_document)) throw document(name());
    if (files->size() > 1) throw several_files(name(), *files);
  }

  const std::string& member() const { return member_; }

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    switch (state_) {
      case State::kInSignature:
        if (gather(4)) begin_part();
        return 0;
      case State::kInLocalHeader:
        if (gather(kLocalHeaderBytes) && gather(local_size())) begin_file();
        return 0;
      case State::kInStored:
        return copy(out, size);
      case State::kInDeflated:
        return inflate(out, size);
      case State::kInDescriptor:
        if (gather(4) && gather(descriptor_size())) end_file();
        return 0;
      case State::kInDirectoryEntry:
        if (gather(kDirectoryEntryBytes) && gather(entry_size())) {
          ++listed_;
          next_part();
        }
        return 0;
      case State::kInDirectoryEnd64:
        if (gather(kDirectoryEnd64Bytes) && gather(end64_size())) next_part();
        return 0;
      case State::kInLocator64:
        if (gather(kLocator64Bytes)) next_part();
        return 0;
      case State::kInDirectoryEnd:
        if (gather(kDirectoryEndBytes) && gather(end_size())) end_archive();
        return 0;
      case State::kAfterEnd:
        if (input_size() > 0 && !skip_zeros()) damaged("something follows the zip archive");
        return 0;
    }
    return 0;
  }

 private:
  enum class State {
    kInSignature,
    kInLocalHeader,
    kInStored,
    kInDeflated,
    kInDescriptor,
    kInDirectoryEntry,
    kInDirectoryEnd64,
    kInLocator64,
    kInDirectoryEnd,
    kAfterEnd,
  };

  // Collects the first `size` bytes of the part; false when the input must be filled first.
  bool gather(uint64_t size) {
    if (part_.size() < size) {
      const size_t count = std::min<uint64_t>(size - part_.size(), input_size());
      part_.append(reinterpret_cast<const char*>(input()), count);
      at_ += count;
    }
    return part_.size() >= size;
  }
  uint64_t at(size_t place, size_t size) const { return number_at(part_, place, size); }

  size_t local_size() const { return kLocalHeaderBytes + at(26, 2) + at(28, 2); }
  size_t entry_size() const { return kDirectoryEntryBytes + at(28, 2) + at(30, 2) + at(32, 2); }
  size_t end_size() const { return kDirectoryEndBytes + at(20, 2); }
  // The marker of a descriptor may be left out.
  size_t descriptor_at() const { return at(0, 4) == kDescriptor ? 4 : 0; }
  size_t descriptor_size() const { return descriptor_at() + 4 + (is_64_ ? 16 : 8); }
  uint64_t end64_size() {
    const uint64_t rest = at(4, 8);
    if (rest > static_cast<uint64_t>(kMostDirectoryBytes)) damaged("a part of it is too long");
    return kDirectoryEnd64Bytes + rest;
  }

  void next_part() {
    part_.clear();
    state_ = State::kInSignature;
  }

  void begin_part() {
    switch (at(0, 4)) {
      case kLocalHeader:
        if (listed_ > 0) damaged("a file follows its directory");
        state_ = State::kInLocalHeader;
        return;
      case kDirectoryEntry:
        state_ = State::kInDirectoryEntry;
        return;
      case kDirectoryEnd64:
        state_ = State::kInDirectoryEnd64;
        return;
      case kLocator64:
        state_ = State::kInLocator64;
        return;
      case kDirectoryEnd:
        state_ = State::kInDirectoryEnd;
        return;
      default:
        damaged("not a part of a zip archive");
    }
  }

  // Sizes that do not fit stand in the extra field number 1, one after the other.
  void read_sizes(std::string_view extra) {
    compressed_ = at(18, 4);
    bytes_ = at(22, 4);
    is_64_ = false;
    for (size_t i = 0; i + 4 <= extra.size(); i += 4 + number_at(extra, i + 2, 2)) {
      if (number_at(extra, i, 2) != 1) continue;
      is_64_ = true;
      size_t next = i + 4;
      if (bytes_ == kIn64) {
        bytes_ = number_at(extra, next, 8);
        next += 8;
      }
      if (compressed_ == kIn64) compressed_ = number_at(extra, next, 8);
    }
  }

  void begin_file() {
    const std::string name = part_.substr(kLocalHeaderBytes, at(26, 2));
    const uint64_t flags = at(6, 2);
    const uint64_t method = at(8, 2);
    crc_ = static_cast<uint32_t>(at(14, 4));
    read_sizes(std::string_view(part_).substr(kLocalHeaderBytes + name.size()));
    has_descriptor_ = (flags & 8) != 0;
    const std::string file = this->name() + ": file '" + printable(name) + "' of the zip archive ";
    if (is_of_document(name)) throw document(this->name());
    if (!is_folder(name)) {
      if (files_ > 0) throw several_files(this->name(), {member_, name});
      ++files_;
      member_ = name;
    }
    ++parts_;
    if ((flags & 1) != 0) {
      throw Error::of_input(file +
                            "is encrypted; unpack it with unzip -p, which asks for the "
                            "password");
    }
    const bool is_unknown = method == kStored && has_descriptor_;
    if ((method != kStored && method != kDeflated) || is_unknown) {
      throw Error::of_input(file +
                            (is_unknown ? "is stored without its size"
                                        : "is compressed by method " + std::to_string(method)) +
                            ", which is not read; unpack it with unzip -p");
    }
    part_.clear();
    read_ = written_ = 0;
    crc_made_ = 0;
    state_ = method == kStored ? State::kInStored : State::kInDeflated;
    if (method == kStored && bytes_ == 0) end_file();
  }

  int64_t copy(uint8_t* out, int64_t size) {
    const uint64_t most = std::min(static_cast<uint64_t>(size), bytes_ - written_);
    const size_t count = std::min<uint64_t>(most, input_size());
    if (count > 0) std::memcpy(out, input(), count);
    at_ += count;
    read_ += count;
    add(out, count);
    if (written_ == bytes_) end_file();
    return static_cast<int64_t>(count);
  }

  int64_t inflate(uint8_t* out, int64_t size) {
    const Inflater::Step step =
        inflater_.step(input(), input_size(), out, static_cast<size_t>(size));
    if (step.fault != nullptr) damaged(step.fault);
    at_ += step.read;
    read_ += step.read;
    add(out, step.written);
    if (step.is_end) {
      inflater_.reset();
      if (has_descriptor_) {
        state_ = State::kInDescriptor;
      } else {
        end_file();
      }
    }
    return static_cast<int64_t>(step.written);
  }

  void add(const uint8_t* made, size_t count) {
    crc_made_ = crc32_of(crc_made_, made, count);
    written_ += count;
  }

  void end_file() {
    if (state_ == State::kInDescriptor) {
      const size_t from = descriptor_at();
      const size_t width = is_64_ ? 8 : 4;
      crc_ = static_cast<uint32_t>(at(from, 4));
      compressed_ = at(from + 4, width);
      bytes_ = at(from + 4 + width, width);
    }
    // A descriptor of four bytes a size has the lowest of a larger one.
    const uint64_t mask = has_descriptor_ && !is_64_ ? kIn64 : ~uint64_t{0};
    if (crc_ != crc_made_ || bytes_ != (written_ & mask) || compressed_ != (read_ & mask)) {
      damaged("its checksum or size is another one");
    }
    next_part();
  }

  void end_archive() {
    // Where there are more than fit, the number stands in another part.
    constexpr uint64_t kMany = 0xffff;
    const uint64_t entries = at(10, 2);
    if (listed_ != parts_ || (entries != kMany && entries != listed_)) {
      damaged("its directory has other files");
    }
    if (files_ == 0) throw Error::of_input(name() + ": is a zip archive without files");
    part_.clear();
    state_ = State::kAfterEnd;
    between_ = true;
  }

  State state_ = State::kInSignature;
  std::string part_;  // the bytes of the part that is read, from its signature on
  std::string member_;
  uint64_t files_ = 0;
  uint64_t parts_ = 0;   // files and folders
  uint64_t listed_ = 0;  // of them, in the directory
  // Of the file: what the archive says, and what was found.
  bool has_descriptor_ = false;
  bool is_64_ = false;
  uint32_t crc_ = 0;
  uint64_t bytes_ = 0;
  uint64_t compressed_ = 0;
  uint32_t crc_made_ = 0;
  uint64_t written_ = 0;
  uint64_t read_ = 0;
  Inflater inflater_{Inflater::Wrapping::kNone};
};

}  // namespace

ZipMember open_zip(ByteSourcePtr below) {
  auto zip = std::make_unique<ZipSource>(std::move(below));
  const ZipSource& file = *zip;
  ZipMember member{std::make_unique<PeekableSource>(std::move(zip)), {}};
  // The name stands before the file's first byte.
  member.source->peek(1);
  member.name = file.member();
  return member;
}

}  // namespace penstock
