#include "libcore/flow/agent/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <csignal>
#include <cstring>
#include <type_traits>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/flow/agent/message_fields.h"
#include "libcore/flow/agent/message_kinds.h"
#include "libcore/flow/launch/open_channels.h"

namespace penstock {
namespace {

constexpr size_t kSizeBytes = 4;
constexpr int64_t kLastPort = 65535;
constexpr uint8_t kChannelKinds = static_cast<uint8_t>(Channel::Kind::kSecret) + 1;

[[noreturn]] void refuse_message(const std::string& what) {
  throw Error("a message " + what);
}

// Writes numbers, texts, lists of them, and structs by their fields().
class FieldWriter {
 public:
  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }

  std::string bytes;

 private:
  template <std::integral Number>
  void put(Number number) {
    auto value = static_cast<std::make_unsigned_t<Number>>(number);
    for (size_t i = 0; i < sizeof value; ++i) {
      bytes += static_cast<char>(value & 0xFFU);
      if constexpr (sizeof value > 1) value >>= 8U;
    }
  }
  void put(bool value) { bytes += value ? '\1' : '\0'; }
  void put(Channel::Kind kind) { bytes += static_cast<char>(kind); }
  void put(FileKind kind) { bytes += static_cast<char>(kind); }
  void put(Format format) { bytes += static_cast<char>(format); }
  void put(const std::string& text) {
    if (std::ssize(text) > kMaxAgentMessageBytes) refuse_size();
    put(static_cast<uint32_t>(text.size()));
    bytes += text;
  }
  template <typename Item>
  void put(const std::vector<Item>& items) {
    if (std::ssize(items) > kMaxAgentListItems) {
      refuse_message(fmt::format("to be sent has a list of {} items; {} are the limit",
                                 items.size(), kMaxAgentListItems));
    }
    put(static_cast<uint32_t>(items.size()));
    for (const Item& item : items)
      put(item);
  }
  template <typename Struct>
  requires std::is_class_v<Struct>
  void put(const Struct& value) { fields(*this, value); }

  [[noreturn]] static void refuse_size() {
    refuse_message(fmt::format("to be sent is over the limit of {} bytes", kMaxAgentMessageBytes));
  }
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : left_(bytes) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }

  void end() const {
    if (!left_.empty()) refuse_message(fmt::format("has {} bytes too many", left_.size()));
  }

 private:
  std::string_view take(size_t size) {
    if (size > left_.size()) refuse_message("ends in the middle");
    std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  template <std::integral Number>
  void get(Number& number) {
    std::make_unsigned_t<Number> value = 0;
    std::string_view bytes = take(sizeof value);
    for (size_t i = bytes.size(); i-- > 0;)
      value =
          static_cast<decltype(value)>((uint64_t{value} << 8U) | static_cast<uint8_t>(bytes[i]));
    number = static_cast<Number>(value);
  }
  void get(bool& value) { value = take_below(2) != 0; }
  void get(Channel::Kind& kind) { kind = static_cast<Channel::Kind>(take_below(kChannelKinds)); }
  void get(FileKind& kind) { kind = static_cast<FileKind>(take_below(kFileKinds)); }
  void get(Format& format) { format = static_cast<Format>(take_below(kFormats)); }
  uint8_t take_below(uint8_t end) {
    const auto value = static_cast<uint8_t>(take(1)[0]);
    if (value >= end)
      refuse_message(fmt::format("has {} where a number below {} belongs", value, end));
    return value;
  }
  void get(std::string& text) {
    uint32_t size = 0;
    get(size);
    text = take(size);
  }
  // Memory is taken as items come, so the count alone takes none.
  template <typename Item>
  void get(std::vector<Item>& items) {
    uint32_t count = 0;
    get(count);
    if (count > kMaxAgentListItems) {
      refuse_message(
          fmt::format("has a list of {} items; {} are the limit", count, kMaxAgentListItems));
    }
    for (uint32_t i = 0; i < count; ++i)
      get(items.emplace_back());
  }
  template <typename Struct>
  requires std::is_class_v<Struct>
  void get(Struct& value) { fields(*this, value); }

  std::string_view left_;
};

bool is_task(int64_t task) {
  return task >= 0 && task < kMaxAgentListItems;
}

bool is_job(const Job& job) {
  auto is_command = [](const std::vector<std::string>& words) {
    return !words.empty() && !words[0].empty();
  };
  return !job.commands.empty() &&
         std::all_of(job.commands.begin(), job.commands.end(), is_command) &&
         std::all_of(job.inherited.begin(), job.inherited.end(),
                     [](const InheritedChannel& each) { return each.as >= kFirstInherited; });
}

bool is_output(const TaskAttempt& output) {
  return output.fragment >= 1 && output.task >= 1 && output.attempt >= 1;
}

bool is_file(const SeenFile& seen) {
  return seen.file.size >= 0;
}

// Whether what a message says can be meant.
template <typename Message>
bool is_valid(const Message& m) {
  if constexpr (requires { m.attempt; }) {
    if (!is_task(static_cast<int64_t>(m.attempt.task)) || m.attempt.number < 1) return false;
  }
  if constexpr (requires { m.number + int64_t{0}; }) {
    if (m.number < 1) return false;
  }
  if constexpr (requires { is_output(m.output); }) return is_output(m.output);
  if constexpr (requires { m.outputs; }) {
    return std::all_of(m.outputs.begin(), m.outputs.end(), is_output);
  }
  if constexpr (requires { m.keys.public_key; }) {
    return is_key(m.keys.public_key) && is_key(m.keys.secret_key);
  } else if constexpr (std::same_as<Message, OpenPorts>) {
    return m.count >= 0 && m.count <= kMaxAgentListItems;
  } else if constexpr (std::same_as<Message, SurveyFiles>) {
    return !m.scan.empty() && m.inputs >= std::ssize(m.paths) &&
           std::ssize(m.paths) <= kMaxSurveyedFiles;
  } else if constexpr (std::same_as<Message, TakeFolder>) {
    return is_sendable_path(m.path) && is_run_file_name(m.sign);
  } else if constexpr (std::same_as<Message, FolderTaken>) {
    return m.port >= 0 && m.port <= kLastPort;
  } else if constexpr (std::same_as<Message, PutPiece>) {
    return is_sendable_path(m.path) && m.offset >= 0 && std::ssize(m.bytes) <= kMaxFilePieceBytes;
  } else if constexpr (std::same_as<Message, PutFile>) {
    return is_run_file_name(m.name);
  } else if constexpr (std::same_as<Message, BeginStep>) {
    return m.tasks >= 0 && m.tasks <= kMaxAgentListItems &&
           std::all_of(m.channels.begin(), m.channels.end(),
                       [](const Channel& channel) { return channel.number >= 0; });
  } else if constexpr (std::same_as<Message, StartJob>) {
    return is_job(m.job);
  } else if constexpr (std::same_as<Message, SignalAttempt>) {
    return m.number >= 1 && m.number < NSIG;
  } else if constexpr (std::same_as<Message, AgentReady>) {
    return m.cores >= 1 && m.memory_bytes >= 0;
  } else if constexpr (std::same_as<Message, FilesSeen>) {
    return std::all_of(m.files.begin(), m.files.end(), is_file);
  } else if constexpr (std::same_as<Message, FilesSurveyed>) {
    return std::all_of(m.files.begin(), m.files.end(),
                       [](const SurveyedFile& file) { return is_file(file.seen); });
  } else if constexpr (std::same_as<Message, PortsOpened>) {
    return std::all_of(m.ports.begin(), m.ports.end(),
                       [](int64_t port) { return port >= 1 && port <= kLastPort; });
  } else if constexpr (std::same_as<Message, TaskStarted>) {
    return m.pid >= 1;
  } else if constexpr (std::same_as<Message, MovedCounts>) {
    return std::all_of(m.counts.begin(), m.counts.end(),
                       [](const MovedCount& count) { return is_task(count.task); });
  }
  return true;
}

template <typename Variant>
std::string encode_any(const Variant& message) {
  FieldWriter writer;
  writer.bytes.assign(kSizeBytes, '\0');
  std::visit(
      [&]<typename Message>(const Message& what) {
        writer(kKindOf<Message>);
        fields(writer, what);
      },
      message);
  size_t size = writer.bytes.size() - kSizeBytes;
  if (static_cast<int64_t>(size) > kMaxAgentMessageBytes) {
    refuse_message(
        fmt::format("to be sent has {} bytes; {} are the limit", size, kMaxAgentMessageBytes));
  }
  for (size_t i = 0; i < kSizeBytes; ++i)
    writer.bytes[i] = static_cast<char>((size >> (8 * i)) & 0xFFU);
  return std::move(writer.bytes);
}

template <typename... Messages>
std::variant<Messages...> decode_any(std::string_view bytes,
                                     const std::variant<Messages...>* /*which*/) {
  if (bytes.empty()) refuse_message("without a kind");
  const auto kind = static_cast<uint8_t>(bytes[0]);
  std::variant<Messages...> result;
  auto decoded = [&]<typename Message>(const Message* /*which*/) {
    if (kind != kKindOf<Message>) return false;
    FieldReader reader(bytes.substr(1));
    Message message{};
    fields(reader, message);
    reader.end();
    if (!is_valid(message))
      refuse_message(fmt::format("of kind {} has a value out of its range", kind));
    result = std::move(message);
    return true;
  };
  if (!(decoded(static_cast<const Messages*>(nullptr)) || ...)) {
    refuse_message(fmt::format("has the unknown kind {}", kind));
  }
  return result;
}

}  // namespace

bool is_run_file_name(std::string_view name) {
  auto may_stand = [](char c) { return is_name_byte(c) || c == '.' || c == '-'; };
  return !name.empty() && std::ssize(name) <= kMaxRunFileNameBytes && is_name_byte(name[0]) &&
         std::all_of(name.begin(), name.end(), may_stand);
}

std::string encode(const ToAgent& message) {
  return encode_any(message);
}

std::string encode(const FromAgent& message) {
  return encode_any(message);
}

ToAgent decode_to_agent(std::string_view message) {
  return decode_any(message, static_cast<const ToAgent*>(nullptr));
}

FromAgent decode_from_agent(std::string_view message) {
  return decode_any(message, static_cast<const FromAgent*>(nullptr));
}

void MessageSplitter::add(std::string_view bytes) {
  bytes_.erase(0, taken_);
  taken_ = 0;
  bytes_ += bytes;
}

std::optional<std::string_view> MessageSplitter::next() {
  std::string_view left = std::string_view(bytes_).substr(taken_);
  if (left.size() < kSizeBytes) return std::nullopt;
  int64_t size = 0;
  for (size_t i = kSizeBytes; i-- > 0;)
    size = (size << 8) | static_cast<uint8_t>(left[i]);
  if (size < 1 || size > kMaxAgentMessageBytes) {
    refuse_message(fmt::format("has {} bytes; 1 to {} are allowed", size, kMaxAgentMessageBytes));
  }
  if (std::ssize(left) - static_cast<int64_t>(kSizeBytes) < size) return std::nullopt;
  taken_ += kSizeBytes + static_cast<size_t>(size);
  return left.substr(kSizeBytes, static_cast<size_t>(size));
}

}  // namespace penstock
