#include "libcore/net/sender_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

// A running sender of some receivers is woken for all events; this is for beats and timeouts.
constexpr Milliseconds kTurn{250};

}  // namespace

SenderLoop::SenderLoop(const SendOptions& options, Greeting greeting,
                       std::span<std::optional<RingWriter>> rings, std::span<LinkState> links,
                       const ZmqContext& context, Outbox& outbox, Wake& wake)
    : options_(options),
      greeting_(greeting),
      rings_(rings),
      links_(links),
      outbox_(outbox),
      wake_(wake),
      start_(Clock::now()),
      last_turn_(start_) {
  for (const std::string& endpoint : options.endpoints) {
    test_endpoint_to_send_to(endpoint);
    peers_.push_back(std::make_unique<Peer>(context, endpoint));
    connect(peers_.size() - 1);
  }
}

void SenderLoop::connect(size_t receiver) {
  Peer& peer = *peers_[receiver];
  if (!options_.keys) require_loopback(peer.endpoint);
  const std::string address = resolve_endpoint(peer.endpoint);
  if (!is_on_this_host(address)) {
    peer.encrypts = options_.keys != nullptr;
    peer.pace.emplace();
    adapt_to_link(receiver);
  }
  if (peer.encrypts) {
    peer.socket.encrypt_to(options_.keys->own, options_.keys->key_of(peer.endpoint));
  }
  if (!stays_on_this_host(address)) {
    peer.silence = kRemoteSilence;
    peer.chooses_codec = options_.compress == Compress::kAuto;
  }
  peer.socket.connect(address);
}

void SenderLoop::run() {
  try {
    while (!is_done()) {
      std::optional<std::string> why = outbox_.aborted();
      if (why && is_time_to_fail()) throw Error(*why);
      turn();
    }
  } catch (const std::exception& error) {  // memory may run out too
    outbox_.fail(passed_on(error));
    for (size_t receiver = 0; receiver < peers_.size(); ++receiver) {
      Peer& peer = *peers_[receiver];
      bool is_there = peer.stage != Stage::kConnecting && peer.stage != Stage::kDone;
      if (!is_there || peer.lost) continue;
      send(peer, encode_error(error.what(), has_place(error)));
      // A receiver that has read this and is gone by now is not waited for: ZeroMQ would do so for
      // all of the time when it is about to connect again, though it has nothing left to send.
      take_events(receiver);
      if (!peer.lost) peer.socket.set_linger(kLinger);
    }
  }
  peers_.clear();
}

void SenderLoop::turn() {
  sockets_.clear();
  bool any_lost = false;
  for (const std::unique_ptr<Peer>& peer : peers_) {
    if (peer->stage != Stage::kDone) sockets_.push_back(&peer->socket);
    any_lost |= peer->lost.has_value();
  }
  wait_any(sockets_, wake_.fd(), any_lost ? kDrain / 4 : kTurn);
  wake_.clear();
  Clock::time_point now = Clock::now();
  // Then we did not run ourselves, and do not know whether they did.
  if (now - last_turn_ > kSilence / 2) {
    for (const std::unique_ptr<Peer>& peer : peers_)
      peer->heard = now;
    start_ += now - last_turn_;
  }
  last_turn_ = now;
  for (size_t receiver = 0; receiver < peers_.size(); ++receiver) {
    if (peers_[receiver]->stage == Stage::kDone) continue;
    take_events(receiver);
    take_messages(receiver);
    send_due(receiver);
  }
  press();
  for (size_t receiver = 0; receiver < peers_.size(); ++receiver) {
    if (peers_[receiver]->stage != Stage::kDone) tend(receiver, Clock::now());
  }
}

// A connection that is lost before anything was sent on it does not count: ZeroMQ tries again.
void SenderLoop::take_events(size_t receiver) {
  Peer& peer = *peers_[receiver];
  while (std::optional<ConnectionEvent> event = peer.socket.next_event()) {
    switch (*event) {
      case ConnectionEvent::kReady:
        if (peer.stage == Stage::kConnecting) greet(receiver);
        break;
      case ConnectionEvent::kLost:
        if (peer.stage != Stage::kConnecting && !peer.lost) peer.lost = Clock::now();
        break;
      case ConnectionEvent::kKeyRefused:
      case ConnectionEvent::kOtherSecurity:
      case ConnectionEvent::kCutShort:
        if (peer.stage == Stage::kConnecting) take_failed_handshake(peer, *event);
        break;
      case ConnectionEvent::kAccepted:
        break;  // of a router
    }
  }
}

void SenderLoop::greet(size_t receiver) {
  Peer& peer = *peers_[receiver];
  HelloFrame hello;
  hello.nonce = greeting_.nonce;
  hello.worker = static_cast<uint32_t>(options_.worker);
  hello.receivers = static_cast<uint32_t>(peers_.size());
  hello.receiver = static_cast<uint32_t>(receiver);
  hello.window = static_cast<uint64_t>(greeting_.window);
  if (rings_[receiver]) hello.ring = rings_[receiver]->address();
  hello.name = options_.name;
  hello.partitioning = options_.partitioning;
  peer.stage = Stage::kGreeting;
  peer.heard = Clock::now();
  send(peer, encode_hello(hello));
}

// A receiver that has another key than the one that we expect cannot read our first message, and
// closes the connection; one that wants keys may do so before we know what it wants. So does one
// that dies; so it gets several chances.
void SenderLoop::take_failed_handshake(Peer& peer, ConnectionEvent event) const {
  const bool is_cut = event == ConnectionEvent::kCutShort;
  if (is_on_this_host(peer.endpoint)) return;
  if (is_cut && ++peer.handshakes < kMostHandshakes) return;
  std::string what = "what listens there wants keys, or is not a receiver; see --keys";
  if (event == ConnectionEvent::kKeyRefused) {
    what = "the receiver refused our key; use the keys of this exchange";
  } else if (peer.encrypts && is_cut) {
    what = "the receiver ended the handshake: it has not the key that our keys file states";
  } else if (peer.encrypts) {
    what = "what listens there does not use keys; use --keys at all ends";
  }
  throw Error::of_input(peer.endpoint + ": " + what);
}

void SenderLoop::take_messages(size_t receiver) {
  Peer& peer = *peers_[receiver];
  while (peer.stage != Stage::kDone) {
    std::optional<ZmqSocket::Message> message = peer.socket.receive();
    if (!message) return;
    peer.heard = Clock::now();
    try {
      take_frame(receiver, parse_frame(message->bytes.span<uint8_t>()));
    } catch (const Error& error) {
      if (error.names_input()) throw;
      throw error.in_input(peer.endpoint);
    }
  }
}

void SenderLoop::take_frame(size_t receiver, const Frame& frame) {
  Peer& peer = *peers_[receiver];
  switch (frame.kind) {
    case FrameKind::kWelcome:
      if (peer.stage != Stage::kGreeting || frame.nonce != greeting_.nonce) {
        throw Error("it welcomes another sender");
      }
      peer.stage = Stage::kOpen;
      peer.limit = frame.numbers[0];
      if (rings_[receiver] && frame.numbers[1] != 0) {
        rings_[receiver]->set_open();
        peer.pace.reset();  // there is no link
        links_[receiver].frame_target.store(kMostFrameTarget, std::memory_order_relaxed);
      }
      return;
    case FrameKind::kCredit:
      peer.limit = std::max(peer.limit, frame.numbers[0]);
      peer.pressed = false;
      return;
    case FrameKind::kWant:
      peer.wants = true;
      return;
    case FrameKind::kSeen:
      return take_seen(receiver, frame.numbers[0]);
    case FrameKind::kBeat:
      return;
    case FrameKind::kSplitters:
      outbox_.set_splitters(std::string(frame.text));
      return;
    case FrameKind::kAck:
      if (peer.stage != Stage::kEnded || frame.numbers[0] != peer.rows) {
        throw Error(fmt::format("{} of {} rows were acknowledged", frame.numbers[0], peer.rows));
      }
      peer.stage = Stage::kDone;
      outbox_.set_done(receiver, false);
      return;
    case FrameKind::kStop:
      peer.stage = Stage::kDone;
      outbox_.set_done(receiver, true);
      return;
    case FrameKind::kError:
      peer.stage = Stage::kDone;  // it needs no answer
      throw Error::of_peer(std::string(frame.text));
    case FrameKind::kRelayed:
      peer.stage = Stage::kDone;
      throw Error::of_peer(std::string(frame.text), true);
    default:
      throw Error("a frame that receivers do not send");
  }
}

void SenderLoop::send_due(size_t receiver) {
  Peer& peer = *peers_[receiver];
  if (peer.stage != Stage::kOpen || peer.lost) return;
  if (!peer.has_schema) {
    std::optional<Buffer> schema = outbox_.schema();
    if (!schema) return;
    peer.has_schema = true;
    send(peer, *schema);
  }
  if (receiver == 0 && !peer.has_sample) {
    if (std::optional<Buffer> sample = outbox_.sample()) {
      peer.has_sample = true;
      send(peer, *sample);
    }
  }
  // An ended outbox stays ended: everything to be sent was in it before it ended.
  bool is_last = outbox_.has_ended();
  while (!peer.pace || peer.pace->under_way() < peer.pace->most_under_way()) {
    if (!peer.rest.empty()) {
      send_part(peer);
      continue;
    }
    if (peer.sent >= peer.limit) break;
    std::optional<Outbox::Outgoing> outgoing = outbox_.next(receiver);
    if (!outgoing) break;
    send_data(receiver, *std::move(outgoing));
  }
  if (is_last && peer.rest.empty() && !outbox_.has_next(receiver)) {
    peer.stage = Stage::kEnded;
    send(peer, encode_end(peer.frames, peer.rows, peer.sent));
  }
}

void SenderLoop::send_data(size_t receiver, Outbox::Outgoing outgoing) {
  Peer& peer = *peers_[receiver];
  set_sequence(outgoing.data(), peer.frames);
  peer.frames += 1;
  peer.rows += static_cast<uint64_t>(outgoing.rows);
  peer.wants = false;
  const int64_t size = outgoing.size();
  if (const std::optional<RingWriter::Room>& shared = outgoing.shared) {
    send(peer, encode_shared(shared->position, static_cast<uint64_t>(shared->size)));
  } else if (peer.pace && size > 2 * peer.pace->frame_bytes()) {
    peer.rest = outgoing.frame.freeze();
    return;
  } else {
    send(peer, outgoing.frame.freeze());
  }
  count_sent(peer, size);
}

void SenderLoop::send_part(Peer& peer) {
  const int64_t size = std::min(peer.pace->frame_bytes(), peer.rest.size());
  const int64_t left = peer.rest.size() - size;
  send(peer, encode_part(peer.rest.slice(0, size).span<uint8_t>(), static_cast<uint64_t>(left)));
  peer.rest = left == 0 ? Buffer() : peer.rest.slice(size, left);
  count_sent(peer, size);
}

void SenderLoop::count_sent(Peer& peer, int64_t bytes) {
  peer.sent += static_cast<uint64_t>(bytes);
  if (peer.pace) peer.pace->sent(static_cast<int64_t>(peer.sent), peer.told);
}

void SenderLoop::take_seen(size_t receiver, uint64_t seen) {
  Peer& peer = *peers_[receiver];
  if (!peer.pace) return;
  if (seen > peer.sent) {
    throw Error(fmt::format("{} of {} bytes arrived", seen, peer.sent));
  }
  const auto before = static_cast<int64_t>(peer.sent) - peer.pace->under_way();
  peer.pace->seen(std::max(static_cast<int64_t>(seen), before), peer.heard);
  adapt_to_link(receiver);
}

void SenderLoop::adapt_to_link(size_t receiver) {
  const Peer& peer = *peers_[receiver];
  LinkState& link = links_[receiver];
  link.frame_target.store(peer.pace->frame_bytes(), std::memory_order_relaxed);
  if (peer.chooses_codec) link.codec.store(peer.pace->codec(), std::memory_order_relaxed);
}

// Asks for credit of a receiver for which the reader of another receiver would have to wait.
void SenderLoop::press() {
  for (size_t receiver = 0; receiver < peers_.size(); ++receiver) {
    Peer& peer = *peers_[receiver];
    bool is_stuck = peer.stage == Stage::kOpen && !peer.pressed && peer.sent >= peer.limit &&
                    outbox_.is_pressing(receiver);
    if (!is_stuck) continue;
    bool others_want = false;
    for (const std::unique_ptr<Peer>& other : peers_)
      others_want |= other.get() != &peer && other->stage == Stage::kOpen && other->wants;
    if (!others_want) continue;
    peer.pressed = true;
    send(peer, encode_signal(FrameKind::kPress));
  }
}

void SenderLoop::tend(size_t receiver, Clock::time_point now) {
  Peer& peer = *peers_[receiver];
  bool is_waiting = peer.stage == Stage::kConnecting || peer.stage == Stage::kGreeting;
  if (is_waiting && now - start_ >= options_.timeout) {
    throw Error::of_input(fmt::format("{}: no receiver answered within {} s; see --timeout",
                                      peer.endpoint, options_.timeout.count() / 1000));
  }
  if (peer.stage == Stage::kConnecting) return;
  if (peer.lost) {
    if (now - *peer.lost < kDrain) return;
    throw Error::of_peer(fmt::format("the receiver is gone (after {} rows)", peer.rows))
        .in_input(peer.endpoint);
  }
  if (now - peer.heard >= peer.silence && peer.stage != Stage::kGreeting) {
    throw Error::of_peer(fmt::format("the receiver has not answered for {} s (after {} rows)",
                                     peer.silence.count() / 1000, peer.rows))
        .in_input(peer.endpoint);
  }
  if (now - peer.told >= kSenderBeat) send(peer, encode_signal(FrameKind::kBeat));
}

void SenderLoop::send(Peer& peer, const Buffer& frame) {
  peer.told = Clock::now();
  // Never full, because there is no high-water mark.
  if (peer.socket.send({}, frame) != Sent::kDone && !peer.lost) peer.lost = peer.told;
}

// A receiver that gets the reason does not have to wait for this sender until its deadline.
bool SenderLoop::is_time_to_fail() {
  Clock::time_point now = Clock::now();
  if (!aborted_) aborted_ = now;
  bool all_there = std::none_of(peers_.begin(), peers_.end(),
                                [](const auto& peer) { return peer->stage == Stage::kConnecting; });
  return all_there || now - *aborted_ >= kLinger;
}

bool SenderLoop::is_done() const {
  return std::all_of(peers_.begin(), peers_.end(),
                     [](const std::unique_ptr<Peer>& peer) { return peer->stage == Stage::kDone; });
}

}  // namespace penstock
