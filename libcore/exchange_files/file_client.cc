#include "libcore/exchange_files/file_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

// A wait that takes so much longer than it should was not a wait alone.
constexpr Milliseconds kPaused{1000};

}  // namespace

FileClient::FileClient(const ZmqContext& context, std::string endpoint, FetchOptions options)
    : endpoint_(std::move(endpoint)),
      options_(std::move(options)),
      socket_(context, ZmqSocket::Kind::kDealer, {.message_bytes = kMostReplyFrame}) {
  try {
    connect();
  } catch (const Error& error) {
    throw Error(error.message());  // the endpoint is not of the command line
  }
}

void FileClient::connect() {
  test_endpoint_to_send_to(endpoint_);
  if (!options_.keys) require_loopback(endpoint_);
  const std::string address = resolve_endpoint(endpoint_);
  encrypts_ = options_.keys && !is_on_this_host(address);
  if (encrypts_) socket_.encrypt_to(options_.keys->own, options_.keys->key_of(endpoint_));
  socket_.connect(address);
}

uint64_t FileClient::ask(const std::string& path, int64_t offset, int64_t size) {
  const uint64_t number = ++last_;
  requests_[number].asked = {number, path, offset, size};
  waiting_.push_back(number);
  take_events();
  send_waiting();
  return number;
}

// While nobody waited the server cannot have failed to answer, so the time begins here.
FileClient::Reply FileClient::take(uint64_t number) {
  auto request = requests_.find(number);
  PENSTOCK_CHECK(request != requests_.end());
  Clock::time_point heard = Clock::now();
  Clock::time_point sent = heard;
  ZmqSocket* const sockets[] = {&socket_};
  for (;;) {
    take_events();
    const bool has_come = take_messages();
    send_waiting();
    if (request->second.reply) break;
    const Clock::time_point now = Clock::now();
    if (has_come) heard = sent = now;
    if (now - heard >= options_.timeout) give_up();
    if (now - sent >= options_.repeat) {
      send_again();
      sent = now;
    }
    const auto next = std::min(heard + options_.timeout, sent + options_.repeat) - now;
    wait_any(sockets, nobody_.fd(), std::chrono::ceil<Milliseconds>(next));
    // Then this process did not run, and perhaps the server did not either.
    if (Clock::now() - now > next + kPaused) heard = sent = Clock::now();
  }
  Reply reply = *std::move(request->second.reply);
  requests_.erase(request);
  return reply;
}

// What was under way on a connection that is lost may have been lost with it.
void FileClient::take_events() {
  while (std::optional<ConnectionEvent> event = socket_.next_event()) {
    switch (*event) {
      case ConnectionEvent::kReady:
        is_connected_ = was_connected_ = true;
        send_again();
        break;
      case ConnectionEvent::kLost:
        is_connected_ = false;
        break;
      case ConnectionEvent::kKeyRefused:
      case ConnectionEvent::kOtherSecurity:
      case ConnectionEvent::kCutShort:
        if (!was_connected_) take_failed_handshake(*event);
        break;
      case ConnectionEvent::kAccepted:
        break;  // of a router
    }
  }
}

void FileClient::take_failed_handshake(ConnectionEvent event) {
  const bool is_cut = event == ConnectionEvent::kCutShort;
  if (is_on_this_host(endpoint_) || (is_cut && ++handshakes_ < kMostHandshakes)) return;
  const char* what = "the server wants keys, or is not a file server; see --keys";
  if (event == ConnectionEvent::kKeyRefused) {
    what = "the server refused our key; name it in the keys file of the server";
  } else if (encrypts_) {
    what = is_cut ? "the server has another key than our keys file states"
                  : "the server does not use keys; use --keys at both ends";
  }
  throw Error::of_input(fmt::format("{}: {}", endpoint_, what));
}

bool FileClient::take_messages() {
  bool has_come = false;
  while (std::optional<ZmqSocket::Message> message = socket_.receive()) {
    has_come = true;
    take_reply(message->bytes);
  }
  return has_come;
}

// A request that was sent twice has two replies, of which the second is not waited for.
void FileClient::take_reply(const Buffer& frame) {
  FileReply reply;
  try {
    reply = decode_reply(frame.span<uint8_t>());
  } catch (const Error& error) {
    throw error.in_input(endpoint_);
  }
  auto request = requests_.find(reply.id);
  if (request == requests_.end() || request->second.reply) return;
  if (std::ssize(reply.content) > request->second.asked.size) {
    throw Error::of_input(endpoint_ + ": a reply with more bytes than were asked for");
  }
  if (request->second.is_under_way) --under_way_;
  request->second.is_under_way = false;
  request->second.reply = {
      reply.status, reply.file_bytes,
      frame.slice(frame.size() - std::ssize(reply.content), std::ssize(reply.content)),
      std::string(reply.text)};
}

void FileClient::forget(uint64_t number) {
  auto request = requests_.find(number);
  if (request == requests_.end()) return;
  if (request->second.is_under_way) --under_way_;
  requests_.erase(request);
}

void FileClient::send_waiting() {
  if (!is_connected_) return;
  for (; under_way_ < kMostRequestsUnderWay && !waiting_.empty(); waiting_.pop_front()) {
    auto request = requests_.find(waiting_.front());
    if (request == requests_.end()) continue;
    request->second.is_under_way = true;
    (void)socket_.send("", encode_request(request->second.asked));
    ++under_way_;
  }
}

void FileClient::send_again() {
  if (!is_connected_) return;
  for (const auto& [number, request] : requests_) {
    if (request.is_under_way) (void)socket_.send("", encode_request(request.asked));
  }
}

void FileClient::give_up() const {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.timeout).count();
  throw Error::of_machine(fmt::format("the server has not answered for {} s", seconds))
      .as_of_peer()
      .in_input(endpoint_);
}

}  // namespace penstock
