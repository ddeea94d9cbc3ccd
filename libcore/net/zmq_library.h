// libzmq, loaded when it is first used.
//
// It brings a dozen other libraries with it, for transports and kinds of authentication that are
// not used here. If it were linked in the ordinary way, loading them would cost every process 3 ms
// before its main(), even a pexchange that only passes rows on or prints its help.
#pragma once

#include <zmq.h>

namespace penstock {

// The functions that zmq_socket.cc and curve.cc call, under their names without "zmq_"; zmq.h
// documents them. Errors are in errno.
struct ZmqLibrary {
  decltype(&zmq_ctx_new) ctx_new;
  decltype(&zmq_ctx_set) ctx_set;
  decltype(&zmq_ctx_term) ctx_term;
  decltype(&zmq_socket) socket;
  decltype(&zmq_close) close;
  decltype(&zmq_setsockopt) setsockopt;
  decltype(&zmq_bind) bind;
  decltype(&zmq_connect) connect;
  decltype(&zmq_socket_monitor) socket_monitor;
  decltype(&zmq_poll) poll;
  decltype(&zmq_msg_init) msg_init;
  decltype(&zmq_msg_init_size) msg_init_size;
  decltype(&zmq_msg_init_data) msg_init_data;
  decltype(&zmq_msg_close) msg_close;
  decltype(&zmq_msg_size) msg_size;
  decltype(&zmq_msg_data) msg_data;
  decltype(&zmq_msg_more) msg_more;
  decltype(&zmq_msg_recv) msg_recv;
  decltype(&zmq_msg_send) msg_send;
  decltype(&zmq_strerror) strerror;
  decltype(&zmq_curve_keypair) curve_keypair;
  decltype(&zmq_curve_public) curve_public;
  decltype(&zmq_z85_encode) z85_encode;
  decltype(&zmq_z85_decode) z85_decode;
};

// Returns the library, loaded once for the process; it stays loaded. Thread-safe. Throws Error when
// this machine does not have libzmq, or one that lacks a function.
const ZmqLibrary& zmq();

}  // namespace penstock
