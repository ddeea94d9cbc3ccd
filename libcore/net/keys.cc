#include "libcore/net/keys.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/limits.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

constexpr std::string_view kFirstLine = "penstock-keys 1";

// Takes the text up to `end` off the front of `rest`, and `end` itself.
std::string_view take_until(std::string_view& rest, char end) {
  size_t at = rest.find(end);
  std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

// The lines of a keys file, each of which may throw an Error without its place.
class KeysParser {
 public:
  void take(std::string_view line) {
    if (line.empty() || line[0] == '#') return;
    std::string_view word = take_until(line, ' ');
    if (word == "public") {
      set(keys_.own.public_key, line);
    } else if (word == "secret") {
      set(keys_.own.secret_key, line);
    } else if (word == "peer") {
      require_room(keys_.peers.size());
      keys_.peers.push_back(key(line));
    } else if (word == "receiver") {
      require_room(keys_.receivers.size());
      std::string endpoint = parse_endpoint(take_until(line, ' '));
      if (!keys_.receivers.emplace(std::move(endpoint), key(line)).second) {
        throw Error("an endpoint that a line above names");
      }
    } else {
      throw Error("not a line of a keys file; pexchange --make-keys makes one");
    }
  }

  // The file has ended.
  ExchangeKeys finish() {
    if (keys_.own.public_key.empty() || keys_.own.secret_key.empty()) {
      throw Error("lacks a public or a secret key; pexchange --make-keys makes both");
    }
    if (public_key_of(keys_.own.secret_key) != keys_.own.public_key) {
      throw Error("its public and its secret key do not belong together");
    }
    return std::move(keys_);
  }

 private:
  static std::string key(std::string_view text) {
    if (!is_key(text)) throw Error("not a key, which has 40 characters");
    return std::string(text);
  }
  static void set(std::string& to, std::string_view text) {
    if (!to.empty()) throw Error("a second key of its own");
    to = key(text);
  }
  static void require_room(size_t count) {
    if (count >= static_cast<size_t>(kMaxPeers)) {
      throw Error(fmt::format("more than {} lines of a kind", kMaxPeers));
    }
  }

  ExchangeKeys keys_;
};

// A file without a name, as an agent makes it, can be opened only by those who have inherited it.
void require_private(int fd, const std::string& path) {
  struct stat about {};
  if (fstat(fd, &about) != 0) throw Error::system(path, "", errno);
  if (S_ISDIR(about.st_mode)) throw Error::system(path, "", EISDIR);
  const bool has_name = S_ISREG(about.st_mode) && about.st_nlink > 0;
  if (has_name && (about.st_mode & 077) != 0) {
    throw Error(fmt::format("{}: other users may read these keys; use chmod 600 {}", path, path));
  }
}

// Opens a file, or an inherited descriptor once more, so that several processes can read it from
// its beginning. A socket, as ssh has for standard input, cannot be opened; then it is a copy of
// the descriptor.
Descriptor open_keys(const std::string& path) {
  if (path == "-") return Descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  constexpr std::string_view kInherited = "/dev/fd/";
  if (file.get() >= 0 || errno != ENXIO || !path.starts_with(kInherited)) return file;
  const auto number = parse_int64(std::string_view(path).substr(kInherited.size()));
  return Descriptor(fcntl(static_cast<int>(number.value_or(-1)), F_DUPFD_CLOEXEC, 3));
}

}  // namespace

std::vector<std::string> ExchangeKeys::allowed() const {
  return peers.empty() ? std::vector<std::string>{own.public_key} : peers;
}

const std::string& ExchangeKeys::key_of(const std::string& endpoint) const {
  auto found = receivers.find(endpoint);
  return found == receivers.end() ? own.public_key : found->second;
}

std::string to_text(const ExchangeKeys& keys) {
  std::string text = fmt::format("{}\npublic {}\nsecret {}\n", kFirstLine, keys.own.public_key,
                                 keys.own.secret_key);
  for (const std::string& peer : keys.peers)
    text += fmt::format("peer {}\n", peer);
  for (const auto& [endpoint, key] : keys.receivers)
    text += fmt::format("receiver {} {}\n", endpoint, key);
  return text;
}

ExchangeKeys parse_keys(std::string_view text, const std::string& name) {
  if (take_until(text, '\n') != kFirstLine) {
    throw Error(fmt::format("{}:1: not a keys file of this version, which begins with '{}'", name,
                            kFirstLine));
  }
  KeysParser parser;
  for (int64_t line = 2; !text.empty(); ++line) {
    try {
      parser.take(take_until(text, '\n'));
    } catch (const Error& error) {
      throw Error(fmt::format("{}:{}: {}", name, line, error.message()));
    }
  }
  try {
    return parser.finish();
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", name, error.message()));
  }
}

ExchangeKeys read_keys(const std::string& path) {
  const Descriptor file = open_keys(path);
  if (file.get() < 0) throw Error::system(path, "", errno);
  const std::string name = path == "-" ? "standard input" : path;
  require_private(file.get(), name);
  std::string text(static_cast<size_t>(kMaxKeysBytes) + 1, '\0');
  int64_t size =
      read_fully(*source_from_descriptor(file.get(), name), text.data(), std::ssize(text));
  if (size > kMaxKeysBytes) {
    throw Error(fmt::format("{}: a keys file has at most {} bytes", name, kMaxKeysBytes));
  }
  text.resize(static_cast<size_t>(size));
  return parse_keys(text, name);
}

void write_new_keys(const std::string& output) {
  const std::string text = to_text({make_key_pair(), {}, {}});
  if (output == "-") {
    ByteSinkPtr sink = open_sink(output);
    sink->write(text);
    sink->finish();
    return;
  }
  Descriptor file(open(output.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0 && errno == EEXIST) {
    throw Error(output + ": exists already; keys do not replace a file");
  }
  if (file.get() < 0) throw Error::system(output, "", errno);
  ByteSinkPtr sink = sink_to_descriptor(file.get(), output);
  sink->write(text);
  sink->finish();
}

}  // namespace penstock
