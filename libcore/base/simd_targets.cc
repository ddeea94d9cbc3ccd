// Provides Highway's run-time dispatch without its shared library.
//
// Loading Debian's libhwy.so.1 costs each process 4 ms, which its static constructors spend on
// measuring the clock (measured: an empty program takes 1.3 ms, and 5.3 ms when linked with it). A
// tool on ten rows takes about as long in all. Dispatch needs only the functions below, declared in
// hwy/targets.h and hwy/base.h; we define them and do not link the library. Outside of x86 only the
// targets that the compiler's flags name are compiled, so there is nothing to choose.
#include <hwy/targets.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace hwy {
namespace {

#if HWY_ARCH_X86
int64_t detect_targets() {
  __builtin_cpu_init();
  int64_t targets = HWY_SCALAR | HWY_EMU128;
  if (!__builtin_cpu_supports("ssse3")) return targets;
  targets |= HWY_SSSE3;
  bool sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
              __builtin_cpu_supports("aes");
  if (!sse4) return targets;
  targets |= HWY_SSE4;
  // Highway's AVX2 target also uses LZCNT and F16C; every processor with AVX2, FMA and BMI2 has
  // them.
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
              __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (!avx2) return targets;
  targets |= HWY_AVX2;
  bool avx3 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd");
  if (avx3) targets |= HWY_AVX3;
  return targets;
}
#else
int64_t detect_targets() {
  return HWY_ENABLED_BASELINE;
}
#endif

}  // namespace

int64_t SupportedTargets() {
  static const int64_t kTargets = detect_targets();
  return kTargets;
}

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

// Highway's own assertions end here.
void Abort(const char* file, int line, const char* format, ...) {
  std::fprintf(stderr, "penstock: bug: %s:%d: ", file, line);
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace hwy
