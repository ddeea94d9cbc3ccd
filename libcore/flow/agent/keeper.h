// Runs a function in a process of its own, and ends all that it leaves behind.
#pragma once

#include <functional>

namespace penstock {

// Forks. The child runs `body` and ends with what it returns; the parent waits for it, passes on
// the signals that ask to end, and when the child has ended, however that comes about, kills all
// that it started and waits until they are gone. When the parent is killed the child gets SIGTERM.
// So it takes two kills to leave a process behind.
//
// Returns, in the parent alone, the exit status of the child, 128 + N when signal N ended it. Call
// it before other threads and children are made. Throws Error when there cannot be a process; what
// `body` throws must be caught in it.
int run_kept(const std::function<int()>& body);

}  // namespace penstock
