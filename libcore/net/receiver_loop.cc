#include "libcore/net/receiver_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

// After this many messages credit is granted, while further granted bytes are under way.
constexpr int kMessagesATurn = 8;

int64_t seconds(Milliseconds time) {
  return time.count() / 1000;
}

std::string difference(const Schema& a, const Schema& b) {
  if (a.size() != b.size()) return fmt::format("{} columns and {}", a.size(), b.size());
  for (size_t c = 0; c < a.size(); ++c) {
    if (a[c].name != b[c].name) {
      return fmt::format("column {} is '{}' and '{}'", c + 1, a[c].name, b[c].name);
    }
    if (!equals(*a[c].type, *b[c].type)) {
      return fmt::format("column '{}' is {} and {}", a[c].name, a[c].type->to_string(),
                         b[c].type->to_string());
    }
  }
  return {};
}

}  // namespace

ReceiverLoop::ReceiverLoop(const ReceiveOptions& options, int64_t share, ZmqSocket& socket,
                           Inbox& inbox, SchemaBoard& board, Wake& wake)
    : options_(options),
      share_(share),
      sends_seen_(!is_on_this_host(options.endpoint)),
      silence_(stays_on_this_host(options.endpoint) ? kSilence : kRemoteSilence),
      socket_(socket),
      inbox_(inbox),
      board_(board),
      wake_(wake),
      peers_(static_cast<size_t>(options.senders)),
      start_(Clock::now()),
      last_turn_(start_) {}

void ReceiverLoop::order(ReceiverOrder order, const Error& why) {
  {
    std::lock_guard lock(mutex_);
    order_ = order;
    why_ = why;
  }
  wake_.notify();
}

void ReceiverLoop::run() {
  work();
  take_connections();
  note_failed_handshakes();
}

void ReceiverLoop::work() {
  try {
    while (!is_done()) {
      {
        std::lock_guard lock(mutex_);
        if (order_ == ReceiverOrder::kLeave) return send_all(encode_signal(FrameKind::kStop));
        if (order_ == ReceiverOrder::kAbort) throw why_;
      }
      turn();
    }
  } catch (const std::exception& error) {  // memory may run out too
    const Error failure = passed_on(error);
    board_.fail(failure);
    inbox_.fail(failure);
    send_all(encode_error(error.what(), has_place(error)));
  }
}

void ReceiverLoop::turn() {
  ZmqSocket* sockets[] = {&socket_};
  wait_any(sockets, wake_.fd(), kReceiverBeat);
  wake_.clear();
  Clock::time_point now = Clock::now();
  // Then we did not run ourselves, and do not know whether they did.
  if (now - last_turn_ > kSilence / 2) {
    for (std::optional<Peer>& peer : peers_) {
      if (peer) peer->heard = now;
    }
    start_ += now - last_turn_;
  }
  last_turn_ = now;
  take_connections();
  take_messages();
  tend_peers();
}

// Of those who do not get as far as a first frame, the ones with another key may be ours, by
// mistake; so they are named.
void ReceiverLoop::take_connections() {
  while (std::optional<std::string> address = socket_.next_refused_key()) {
    if (++refused_keys_ > kMaxRefusedNotes || !options_.note) continue;
    options_.note(fmt::format("{}: refused a connection from {}: its key is not in the keys file",
                              options_.endpoint, *address));
  }
  while (std::optional<ConnectionEvent> event = socket_.next_event())
    handshakes_ += *event == ConnectionEvent::kAccepted ? 1 : -1;
}

// Only the owner of this process can connect to ipc.
void ReceiverLoop::note_failed_handshakes() const {
  if (handshakes_ <= 0 || !options_.note || is_on_this_host(options_.endpoint)) return;
  options_.note(
      fmt::format("{}: refused {} connection{} in the handshake, {} of them with other "
                  "keys",
                  options_.endpoint, handshakes_, handshakes_ == 1 ? "" : "s", refused_keys_));
}

void ReceiverLoop::take_messages() {
  for (int count = 0; count < kMessagesATurn; ++count) {
    std::optional<ZmqSocket::Message> message = socket_.receive();
    if (!message) return;
    take(*message);
  }
}

void ReceiverLoop::take(const ZmqSocket::Message& message) {
  auto known = workers_.find(message.peer);
  if (known != workers_.end()) {
    size_t worker = known->second;
    try {
      take_frame(worker, parse_frame(message.bytes.span<uint8_t>()), message.bytes);
    } catch (const Error& error) {
      if (error.names_input()) throw;
      throw error.in_input(name_of(worker));
    }
    return;
  }
  // It has had its answer; whatever else it sent is dropped unread.
  if (refused_.count(message.peer) != 0) return;
  try {
    Frame frame = parse_frame(message.bytes.span<uint8_t>());
    if (frame.kind != FrameKind::kHello) throw Error("its first frame is not a hello");
    take_hello(message.peer, std::move(frame.hello));
  } catch (const Error& error) {
    refuse(message.peer, error.message());
  }
}

void ReceiverLoop::refuse(const std::string& id, const std::string& why) {
  // A stranger that connects again and again must not fill the memory with its names.
  if (std::ssize(refused_) >= kMaxRefusedPeers) return;
  refused_.insert(id);
  (void)socket_.send(id, encode_error(why));
  if (options_.note) options_.note(options_.endpoint + ": refused a connection: " + why);
}

std::string ReceiverLoop::objection(const HelloFrame& hello) const {
  if (hello.version != kExchangeVersion) {
    return fmt::format("it speaks version {} of the protocol, not {}", hello.version,
                       kExchangeVersion);
  }
  if (hello.name != options_.name) {
    return fmt::format("it belongs to the exchange '{}', not to '{}'", hello.name, options_.name);
  }
  if (hello.worker > peers_.size()) {
    return fmt::format("it is worker {}, but there are {}", hello.worker, peers_.size());
  }
  if (hello.worker != 0 && peers_[hello.worker - 1]) {
    return fmt::format("worker {} is connected already", hello.worker);
  }
  if (workers_.size() == peers_.size()) {
    return fmt::format("all {} senders are connected already", peers_.size());
  }
  for (const std::optional<Peer>& peer : peers_) {
    if (!peer) continue;
    if (peer->hello.receivers != hello.receivers || peer->hello.receiver != hello.receiver) {
      return fmt::format("it counts this as receiver {} of {}, another sender as {} of {}",
                         hello.receiver + 1, hello.receivers, peer->hello.receiver + 1,
                         peer->hello.receivers);
    }
    if (peer->hello.partitioning != hello.partitioning) {
      return fmt::format("it partitions by {}, another sender by {}", hello.partitioning,
                         peer->hello.partitioning);
    }
  }
  return {};
}

size_t ReceiverLoop::place_of(const HelloFrame& hello) const {
  if (hello.worker != 0) return hello.worker - 1;
  size_t place = 0;
  while (peers_[place])
    ++place;
  return place;
}

// Its memory is a part of the sender's share for bytes under way.
std::optional<RingReader> ReceiverLoop::open_ring(const HelloFrame& hello) const {
  const bool fits = hello.ring.bytes <= static_cast<uint64_t>(share_ / 2);
  if (!fits) return std::nullopt;
  return RingReader::open(hello.ring, hello.nonce);
}

void ReceiverLoop::take_hello(const std::string& id, HelloFrame hello) {
  std::string why = objection(hello);
  if (!why.empty()) throw Error(why);
  size_t worker = place_of(hello);
  Peer& peer = peers_[worker].emplace();
  peer.id = id;
  peer.ring = open_ring(hello);
  const uint64_t memory = peer.ring ? hello.ring.bytes : 0;
  const int64_t most = std::min(share_ - static_cast<int64_t>(memory), kMostWindow);
  peer.window = static_cast<int64_t>(std::min(hello.window, static_cast<uint64_t>(most)));
  peer.window = std::max(peer.window, kLeastWindow);
  inbox_.set_window(worker, peer.window);
  peer.limit = peer.press = peer.window;
  peer.heard = Clock::now();
  peer.hello = std::move(hello);
  workers_.emplace(id, worker);
  send(peer, encode_welcome(peer.hello.nonce, static_cast<uint64_t>(peer.limit), memory));
}

void ReceiverLoop::take_frame(size_t worker, const Frame& frame, const Buffer& bytes) {
  Peer& peer = *peers_[worker];
  peer.heard = Clock::now();
  bool may_follow = frame.kind == FrameKind::kBeat || frame.kind == FrameKind::kError ||
                    frame.kind == FrameKind::kRelayed;
  if (peer.ended && !may_follow) throw Error("a frame follows its end");
  may_follow |= frame.kind == FrameKind::kPart || frame.kind == FrameKind::kPress;
  if (peer.parts_left != 0 && !may_follow) throw Error("a frame in the middle of another");
  switch (frame.kind) {
    case FrameKind::kSchema:
      return take_schema(worker, frame.schema);
    case FrameKind::kSample:
      return take_sample(worker, frame);
    case FrameKind::kData:
    case FrameKind::kPacked:
      return take_data(worker, frame, bytes);
    case FrameKind::kPart:
      return take_part(worker, frame);
    case FrameKind::kShared:
      return take_shared(worker, frame);
    case FrameKind::kEnd:
      return take_end(worker, frame);
    case FrameKind::kPress:
      // The reader of another receiver waits for this sender, which waits for credit here.
      // PROTOCOL.md says why credit beyond what was read ends every such ring.
      grant(peer, peer.received + peer.press);
      peer.press = std::min(2 * peer.press, std::max(kPressBytes, peer.window));
      return;
    case FrameKind::kBeat:
      return;
    case FrameKind::kError:
      throw Error::of_peer(std::string(frame.text));
    case FrameKind::kRelayed:
      throw Error::of_peer(std::string(frame.text), true);
    default:
      throw Error("a frame that senders do not send");
  }
}

void ReceiverLoop::take_schema(size_t worker, std::span<const uint8_t> message) {
  if (peers_[worker]->schema) throw Error("a second schema");
  WireSchema schema = decode_schema_frame(message);
  std::vector<WireSchema> all;
  for (size_t other = 0; other < peers_.size(); ++other) {
    if (!peers_[other] || !peers_[other]->schema) continue;
    all.push_back(*peers_[other]->schema);
    std::string what = difference(*all.back().schema, *schema.schema);
    if (!what.empty()) {
      throw Error(
          fmt::format("its schema and that of sender {} differ: {}; make them equal with "
                      "pproject",
                      other + 1, what));
    }
  }
  peers_[worker]->schema = std::move(schema);
  if (all.size() + 1 < peers_.size()) return;
  all.clear();
  for (const std::optional<Peer>& peer : peers_)
    all.push_back(*peer->schema);
  board_.post(std::move(all));
  has_all_schemas_ = true;
  acknowledge_ends();
}

void ReceiverLoop::take_sample(size_t worker, const Frame& frame) {
  if (peers_[worker]->sample) throw Error("a second sample");
  if (peers_[worker]->hello.receiver != 0 || !options_.choose_splitters) {
    throw Error("a sample that was not asked for");
  }
  peers_[worker]->sample = std::string(frame.text);
  std::vector<std::string> samples;
  for (const std::optional<Peer>& peer : peers_) {
    if (!peer || !peer->sample) return;
    samples.push_back(*peer->sample);
  }
  const HelloFrame& hello = peers_[worker]->hello;
  send_all(encode_text(FrameKind::kSplitters,
                       options_.choose_splitters(samples, hello.partitioning, hello.receivers)));
}

// A frame may pass the limit, since a sender does not cut frames to fit; the next one may not.
void ReceiverLoop::require_granted(const Peer& peer) {
  if (!peer.schema) throw Error("rows before their schema");
  if (peer.received >= peer.limit) throw Error("it sends more than it was granted");
}

void ReceiverLoop::take_data(size_t worker, const Frame& frame, const Buffer& bytes) {
  Peer& peer = *peers_[worker];
  require_granted(peer);
  peer.received += bytes.size();
  accept_rows(worker, frame, bytes);
}

void ReceiverLoop::take_part(size_t worker, const Frame& frame) {
  Peer& peer = *peers_[worker];
  const uint64_t left = frame.numbers[0];
  const uint64_t size = frame.part.size();
  if (peer.parts_left == 0) {
    require_granted(peer);
    if (left > static_cast<uint64_t>(kMaxFrameBytes) - size) throw Error("its frame is too large");
    peer.parts = MutableBuffer(kFrameOffset);
  } else if (size > peer.parts_left || left != peer.parts_left - size) {
    throw Error("its parts do not fit together");
  }
  peer.parts.append(frame.part.data(), std::ssize(frame.part));
  peer.received += std::ssize(frame.part);
  peer.parts_left = left;
  if (left != 0) return;
  const Buffer all = std::exchange(peer.parts, MutableBuffer()).freeze();
  const Buffer bytes = all.slice(kFrameOffset, all.size() - kFrameOffset);
  const Frame whole = parse_frame(bytes.span<uint8_t>());
  const bool has_rows = whole.kind == FrameKind::kData || whole.kind == FrameKind::kPacked;
  if (!has_rows) throw Error("parts of a frame that has no rows");
  accept_rows(worker, whole, bytes);
}

// Its octets are counted already.
void ReceiverLoop::accept_rows(size_t worker, const Frame& frame, const Buffer& bytes) {
  Peer& peer = *peers_[worker];
  if (frame.data.sequence != peer.frames) {
    throw Error(fmt::format("frame {} came where frame {} was due: rows were lost or doubled",
                            frame.data.sequence, peer.frames));
  }
  ++peer.frames;
  peer.rows += frame.data.rows;
  inbox_.put(worker, bytes);
}

void ReceiverLoop::take_shared(size_t worker, const Frame& frame) {
  Peer& peer = *peers_[worker];
  if (!peer.ring) throw Error("a frame in memory that is not shared");
  const Buffer bytes = peer.ring->take(frame.numbers[0], frame.numbers[1]);
  const Frame data = parse_frame(bytes.span<uint8_t>());
  if (data.kind != FrameKind::kData) throw Error("no data frame where it should be in its memory");
  take_data(worker, data, bytes);
}

void ReceiverLoop::take_end(size_t worker, const Frame& frame) {
  Peer& peer = *peers_[worker];
  if (!peer.schema) throw Error("an end before its schema");
  if (frame.numbers[0] != peer.frames || frame.numbers[1] != peer.rows ||
      frame.numbers[2] != static_cast<uint64_t>(peer.received)) {
    throw Error(fmt::format("{} rows in {} frames arrived of {} rows in {}", peer.rows, peer.frames,
                            frame.numbers[1], frame.numbers[0]));
  }
  peer.ended = true;
  inbox_.end(worker);
  acknowledge_ends();
}

// Not before all schemas are there: a sender whose columns are not the others' has not succeeded.
void ReceiverLoop::acknowledge_ends() {
  if (!has_all_schemas_) return;
  for (std::optional<Peer>& peer : peers_) {
    if (!peer->ended || peer->acknowledged) continue;
    send(*peer, encode_ack(peer->rows));
    peer->acknowledged = true;
  }
}

void ReceiverLoop::tend_peers() {
  Clock::time_point now = Clock::now();
  for (size_t worker = 0; worker < peers_.size(); ++worker) {
    if (peers_[worker] && !peers_[worker]->acknowledged) tend(worker, now);
  }
  if (!is_attended_) test_attendance(now);
}

void ReceiverLoop::tend(size_t worker, Clock::time_point now) {
  Peer& peer = *peers_[worker];
  if (inbox_.is_wanted(worker)) send(peer, encode_signal(FrameKind::kWant));
  // What comes before its turn is held, whatever it takes, so that its sender can go on.
  int64_t taken = inbox_.is_early(worker) ? peer.received : inbox_.taken_bytes(worker);
  if (taken != peer.taken) peer.press = peer.window;
  peer.taken = taken;
  // In quarters of a window: credit for every frame that is taken would be a message for each.
  if (taken + peer.window - peer.limit >= peer.window / 4) grant(peer, taken + peer.window);
  if (sends_seen_ && !peer.ring && peer.received != peer.told_seen) {
    peer.told_seen = peer.received;
    send(peer, encode_seen(static_cast<uint64_t>(peer.received)));
  }
  if (now - peer.told >= kReceiverBeat) send(peer, encode_signal(FrameKind::kBeat));
  if (peer.lost && now - *peer.lost >= kDrain) {
    throw Error::of_peer(fmt::format("{} stopped before it had sent all rows (after {} rows)",
                                     name_of(worker), peer.rows));
  }
  if (now - peer.heard >= silence_) {
    throw Error::of_peer(fmt::format("{} has not answered for {} s (after {} rows)",
                                     name_of(worker), seconds(silence_), peer.rows));
  }
}

void ReceiverLoop::grant(Peer& peer, int64_t limit) {
  if (limit <= peer.limit) return;
  peer.limit = limit;
  send(peer, encode_credit(static_cast<uint64_t>(limit)));
}

// A peer that is gone is noticed when something is sent to it; frames that it had sent may still be
// read.
void ReceiverLoop::send(Peer& peer, const Buffer& frame) {
  peer.told = Clock::now();
  if (peer.lost) return;
  if (socket_.send(peer.id, frame) != Sent::kDone) peer.lost = peer.told;
}

void ReceiverLoop::send_all(const Buffer& frame) {
  for (std::optional<Peer>& peer : peers_) {
    if (peer && !peer->acknowledged) send(*peer, frame);
  }
}

void ReceiverLoop::test_attendance(Clock::time_point now) {
  if (workers_.size() == peers_.size()) {
    is_attended_ = true;
    return;
  }
  if (now - start_ < options_.timeout) return;
  std::string missing;
  for (size_t worker = 0; worker < peers_.size(); ++worker) {
    if (!peers_[worker]) missing += (missing.empty() ? "" : ", ") + std::to_string(worker + 1);
  }
  throw Error::of_input(
      fmt::format("{}: {} of {} senders did not come within {} s (missing: {}); see "
                  "--timeout",
                  options_.endpoint, peers_.size() - workers_.size(), peers_.size(),
                  seconds(options_.timeout), missing));
}

std::string ReceiverLoop::name_of(size_t worker) const {
  return fmt::format("{}: sender {}", options_.endpoint, worker + 1);
}

bool ReceiverLoop::is_done() const {
  return std::all_of(peers_.begin(), peers_.end(),
                     [](const std::optional<Peer>& peer) { return peer && peer->acknowledged; });
}

}  // namespace penstock
