// The pipe that a process writes its rows to, watched while the process waits for input: a reader
// that has enough leaves, and nothing is written that would tell us so (`… | phead -n 3` behind a
// log without news).
#pragma once

namespace penstock {

// Watches this descriptor from now on, if it is a pipe or a socket, and no other. Not to be called
// while a thread waits for input.
void watch_output(int fd);

// Waits until `fd` has bytes or its end, with nothing else to do. When the watched output loses its
// reader before, does what writing to it would: SIGPIPE, or where that is ignored an Error.
void wait_for_input(int fd);

// Does the same when the watched output has no reader now; else nothing.
void end_without_reader();

}  // namespace penstock
