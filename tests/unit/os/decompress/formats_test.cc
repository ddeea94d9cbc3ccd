// bzip2, xz and lz4 files and zip archives, as the programs of these names make them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/decompress/zip.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class Decompress : public FolderTest {
 protected:
  // What a command prints, run in a folder of its own where `in.csv` holds the text.
  std::string made_by(const std::string& command, const std::string& text) {
    write("in.csv", text);
    FILE* pipe = popen(("cd '" + folder_.string() + "' && " + command).c_str(), "r");
    std::string out;
    std::array<char, 4096> piece{};
    for (size_t n; (n = fread(piece.data(), 1, piece.size(), pipe)) > 0;)
      out.append(piece.data(), n);
    EXPECT_EQ(pclose(pipe), 0) << command;
    return out;
  }

  // Archives by Python's zipfile, which `script` calls z.
  std::string archive(const std::string& script, const std::string& text) {
    return made_by(
        "python3 -c 'import sys, zipfile\n"
        "with zipfile.ZipFile(\"a.zip\", \"w\", zipfile.ZIP_DEFLATED) as z:\n " +
            script + "\nsys.stdout.buffer.write(open(\"a.zip\", \"rb\").read())'",
        text);
  }
};

std::string all_of(ByteSource& source, int64_t piece) {
  std::string out;
  std::string buffer(static_cast<size_t>(piece), '\0');
  for (int64_t n; (n = source.read(buffer.data(), piece)) > 0;)
    out.append(buffer.data(), static_cast<size_t>(n));
  EXPECT_EQ(source.read(buffer.data(), piece), 0) << "the end stays the end";
  return out;
}

std::string read_packed(const std::string& bytes, int64_t window = kDefaultWindowBytes) {
  return all_of(*open_unwrapped(source_from_bytes(bytes, "in"), window), 997);
}

// As from a pipe, which cannot be sought.
std::string read_piped(const std::string& bytes) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  EXPECT_EQ(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0, true);
  EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), std::ssize(bytes));
  close(ends[1]);
  auto source = open_unwrapped(source_from_descriptor(ends[0], "in"));
  std::string out;
  try {
    out = all_of(*source, 65536);
  } catch (...) {
    close(ends[0]);
    throw;
  }
  close(ends[0]);
  return out;
}

std::string failure(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing thrown";
}

std::string rows(int count) {
  std::string text = "id,name\n";
  for (int i = 0; i < count; ++i)
    text += std::to_string(i * 7919 % 10007) + ",row " + std::to_string(i) + "\n";
  return text;
}

constexpr std::array kCommands{"bzip2 -c <in.csv", "xz -c <in.csv", "lz4 -q -c <in.csv",
                               "lz4 -q -c --no-frame-crc -B4 <in.csv", "xz -0 -C none -c <in.csv"};

TEST_F(Decompress, ReadsAllMembersOfEachFormat) {
  const std::string text = rows(100'000);
  for (const char* command : kCommands) {
    const std::string packed = made_by(command, text);
    const std::string empty = made_by(command, "");
    const std::string more = made_by(command, "more");
    EXPECT_TRUE(read_packed(packed) == text) << command;
    EXPECT_EQ(read_packed(empty), "") << command;
    EXPECT_TRUE(read_packed(packed + empty + more) == text + "more") << command;
    EXPECT_TRUE(read_piped(packed + more) == text + "more") << command;
    EXPECT_EQ(read_packed(more + std::string(512, '\0') + more), "moremore") << command;
    EXPECT_TRUE(failure([&] {
                  read_packed(more + "garbage garbage");
                }).starts_with("in: compressed data is damaged ("))
        << command;
  }
}

TEST_F(Decompress, RefusesWhatIsCutAtEveryByte) {
  for (const char* command : kCommands) {
    const std::string first = made_by(command, rows(3));
    const std::string whole = first + made_by(command, rows(20));
    for (size_t cut = 10; cut < whole.size(); ++cut) {
      if (cut == first.size()) continue;  // a whole file ends there
      EXPECT_EQ(failure([&] { read_packed(whole.substr(0, cut)); }),
                "in: compressed data ends too early")
          << command << ": " << cut << " of " << whole.size();
    }
  }
}

TEST_F(Decompress, RefusesChangedBytes) {
  for (const char* command : {"bzip2 -c <in.csv", "xz -c <in.csv", "lz4 -q -c <in.csv"}) {
    const std::string text = rows(50);
    const std::string packed = made_by(command, text);
    for (size_t at = 10; at < packed.size(); ++at) {
      std::string changed = packed;
      changed[at] = static_cast<char>(changed[at] ^ 0x5a);
      const std::string what = failure([&] {
        if (read_packed(changed) == text) throw Error("the same");
      });
      EXPECT_NE(what, "nothing thrown") << command << ": " << at;
    }
  }
}

TEST_F(Decompress, AsksForTheOptionThatAllowsADictionaryOfXz) {
  const std::string packed = made_by("xz -c --lzma2=dict=256MiB <in.csv", "a,b\n1,2\n");
  EXPECT_EQ(failure([&] { read_packed(packed); }),
            "in: compressed data needs a window of 256 MiB, more than the 128 MiB that are "
            "allowed; use --max-window 256M");
  EXPECT_EQ(read_packed(packed, int64_t{256} << 20), "a,b\n1,2\n");
}

TEST_F(Decompress, ReadsTheOneFileOfAnArchive) {
  const std::string text = rows(50'000);
  for (const char* script :
       {"z.write(\"in.csv\")", "z.write(\"in.csv\", compress_type=zipfile.ZIP_STORED)",
        "z.mkdir(\"d\") if hasattr(z, \"mkdir\") else z.writestr(\"d/\", \"\")\n"
        " z.write(\"in.csv\", \"d/in.csv\")",
        "z.open(\"in.csv\", \"w\", force_zip64=True).write(open(\"in.csv\", \"rb\").read())",
        "z.write(\"in.csv\"); z.comment = b\"a comment\""}) {
    const std::string packed = archive(script, text);
    EXPECT_TRUE(read_packed(packed) == text) << script;
    EXPECT_TRUE(read_piped(packed) == text) << script;
  }
  // Its sizes stand behind the data.
  const std::string streamed = made_by("zip -q - - <in.csv", text);
  EXPECT_TRUE(read_packed(streamed) == text);
  EXPECT_TRUE(read_piped(streamed) == text);
  EXPECT_EQ(read_packed(archive("z.writestr(\"e\", \"\")", "")), "");
}

TEST_F(Decompress, KnowsTheNameOfAnArchivesFile) {
  const std::string packed = archive("z.write(\"in.csv\", \"day.tsv\")", "a\n");
  EXPECT_EQ(open_unwrapped(source_from_bytes(packed, "in"))->member(), "day.tsv");
  EXPECT_EQ(open_unwrapped(source_from_bytes("plain", "in"))->member(), "");
}

TEST_F(Decompress, RefusesAnArchiveCutAtEveryByte) {
  for (const std::string& whole :
       {archive("z.write(\"in.csv\")", rows(20)), made_by("zip -q - - <in.csv", rows(20))}) {
    for (size_t cut = 4; cut < whole.size(); ++cut) {
      EXPECT_EQ(failure([&] { read_packed(whole.substr(0, cut)); }),
                "in: compressed data ends too early")
          << cut << " of " << whole.size();
    }
  }
}

TEST_F(Decompress, RefusesArchivesThatAreNotOneFile) {
  const std::string two = archive(
      "z.writestr(\"a.csv\", \"a\")\n z.writestr(\"b/\", \"\")\n z.writestr(\"b/b.csv\", \"b\")",
      "");
  const std::string several =
      "in: is a zip archive of several files ('a.csv', 'b/b.csv'), as spreadsheets are; unpack one "
      "of them with unzip -p";
  EXPECT_EQ(failure([&] { read_packed(two); }), several);
  EXPECT_EQ(failure([&] { read_piped(two); }), several);
  const std::string five = archive("[z.writestr(f\"{n}\", \"\") for n in range(5)]", "");
  EXPECT_TRUE(failure([&] {
                read_packed(five);
              }).starts_with("in: is a zip archive of several files ('0', '1' and 3 more), as"));
  EXPECT_EQ(failure([&] { read_packed(archive("pass", "")); }),
            "in: is a zip archive without files");
  EXPECT_EQ(failure([&] { read_packed(archive("z.writestr(\"d/\", \"\")", "")); }),
            "in: is a zip archive without files");
  const std::string book =
      archive("z.writestr(\"[Content_Types].xml\", \"\")\n z.writestr(\"xl/a.xml\", \"\")", "");
  for (const auto& read : {read_piped, +[](const std::string& b) { return read_packed(b); }}) {
    EXPECT_EQ(failure([&] { read(book); }),
              "in: is a document of a spreadsheet or another office program; save it as CSV");
  }
  const std::string secret = made_by("zip -q -P word - in.csv", "a,b\n");
  EXPECT_EQ(failure([&] { read_packed(secret); }),
            "in: file 'in.csv' of the zip archive is encrypted; unpack it with unzip -p, which "
            "asks for the password");
  const std::string other =
      archive("z.write(\"in.csv\", compress_type=zipfile.ZIP_BZIP2)", "a,b\n");
  EXPECT_EQ(failure([&] { read_packed(other); }),
            "in: file 'in.csv' of the zip archive is compressed by method 12, which is not read; "
            "unpack it with unzip -p");
}

TEST_F(Decompress, RefusesADamagedArchive) {
  const std::string text = rows(20);
  for (const std::string& whole :
       {archive("z.write(\"in.csv\")", text), archive("z.write(\"in.csv\", "
                                                      "compress_type=zipfile.ZIP_STORED)",
                                                      text)}) {
    // The checksum, the sizes and the data.
    for (size_t at = 14; at < 26; ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_NE(failure([&] { read_packed(changed); }), "nothing thrown") << at;
    }
    EXPECT_EQ(failure([&] { read_packed(whole + "more"); }),
              "in: compressed data is damaged (something follows the zip archive)");
    EXPECT_EQ(read_packed(whole + std::string(100, '\0')), text);
  }
}

// What a program flushed comes at once, though its compressed data goes on.
TEST_F(Decompress, HandsOnWhatHasComeOfAPipe) {
  const std::string script =
      "python3 -c 'import sys, zlib\n"
      "c = zlib.compressobj(wbits=31)\n"
      "sys.stdout.buffer.write(c.compress(b\"a,b\\n1,2\\n\") + c.flush(zlib.Z_SYNC_FLUSH))'";
  const std::string begun = made_by(script, "");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], begun.data(), begun.size()), std::ssize(begun));
  auto source = open_unwrapped(source_from_descriptor(ends[0], "in"));
  constexpr std::chrono::milliseconds kShort{1};
  ASSERT_TRUE(source->wait(kShort, kShort));
  char piece[8];
  ASSERT_EQ(read_fully(*source, piece, sizeof piece), 8);
  EXPECT_EQ(std::string(piece, 8), "a,b\n1,2\n");
  EXPECT_FALSE(source->wait(kShort, kShort)) << "nothing more has come";
  close(ends[1]);
  EXPECT_TRUE(source->wait(kShort, kShort)) << "the end, which read() reports";
  EXPECT_EQ(failure([&] { source->read(piece, 1); }), "in: compressed data ends too early");
  close(ends[0]);
}

}  // namespace
}  // namespace penstock
