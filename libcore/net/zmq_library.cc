#include "libcore/net/zmq_library.h"

#include "libcore/base/late_library.h"

namespace penstock {
namespace {

ZmqLibrary load() {
  const LateLibrary library("libzmq.so.5", "install ZeroMQ's library");
  ZmqLibrary functions{};
  library.find("zmq_ctx_new", functions.ctx_new);
  library.find("zmq_ctx_set", functions.ctx_set);
  library.find("zmq_ctx_term", functions.ctx_term);
  library.find("zmq_socket", functions.socket);
  library.find("zmq_close", functions.close);
  library.find("zmq_setsockopt", functions.setsockopt);
  library.find("zmq_bind", functions.bind);
  library.find("zmq_connect", functions.connect);
  library.find("zmq_socket_monitor", functions.socket_monitor);
  library.find("zmq_poll", functions.poll);
  library.find("zmq_msg_init", functions.msg_init);
  library.find("zmq_msg_init_size", functions.msg_init_size);
  library.find("zmq_msg_init_data", functions.msg_init_data);
  library.find("zmq_msg_close", functions.msg_close);
  library.find("zmq_msg_size", functions.msg_size);
  library.find("zmq_msg_data", functions.msg_data);
  library.find("zmq_msg_more", functions.msg_more);
  library.find("zmq_msg_recv", functions.msg_recv);
  library.find("zmq_msg_send", functions.msg_send);
  library.find("zmq_strerror", functions.strerror);
  library.find("zmq_curve_keypair", functions.curve_keypair);
  library.find("zmq_curve_public", functions.curve_public);
  library.find("zmq_z85_encode", functions.z85_encode);
  library.find("zmq_z85_decode", functions.z85_decode);
  return functions;
}

}  // namespace

const ZmqLibrary& zmq() {
  static const ZmqLibrary kLibrary = load();
  return kLibrary;
}

}  // namespace penstock
