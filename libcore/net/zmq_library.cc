#include "libcore/net/zmq_library.h"

#include <dlfcn.h>

#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw Error(std::string("libzmq: has no ") + name);
}

ZmqLibrary load() {
  void* library = dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Error(std::string(dlerror()) + "; install ZeroMQ's library");
  ZmqLibrary functions{};
  find(library, "zmq_ctx_new", functions.ctx_new);
  find(library, "zmq_ctx_set", functions.ctx_set);
  find(library, "zmq_ctx_term", functions.ctx_term);
  find(library, "zmq_socket", functions.socket);
  find(library, "zmq_close", functions.close);
  find(library, "zmq_setsockopt", functions.setsockopt);
  find(library, "zmq_bind", functions.bind);
  find(library, "zmq_connect", functions.connect);
  find(library, "zmq_socket_monitor", functions.socket_monitor);
  find(library, "zmq_poll", functions.poll);
  find(library, "zmq_msg_init", functions.msg_init);
  find(library, "zmq_msg_init_size", functions.msg_init_size);
  find(library, "zmq_msg_init_data", functions.msg_init_data);
  find(library, "zmq_msg_close", functions.msg_close);
  find(library, "zmq_msg_size", functions.msg_size);
  find(library, "zmq_msg_data", functions.msg_data);
  find(library, "zmq_msg_more", functions.msg_more);
  find(library, "zmq_msg_recv", functions.msg_recv);
  find(library, "zmq_msg_send", functions.msg_send);
  find(library, "zmq_strerror", functions.strerror);
  find(library, "zmq_curve_keypair", functions.curve_keypair);
  find(library, "zmq_curve_public", functions.curve_public);
  find(library, "zmq_z85_encode", functions.z85_encode);
  find(library, "zmq_z85_decode", functions.z85_decode);
  return functions;
}

}  // namespace

const ZmqLibrary& zmq() {
  static const ZmqLibrary kLibrary = load();
  return kLibrary;
}

}  // namespace penstock
