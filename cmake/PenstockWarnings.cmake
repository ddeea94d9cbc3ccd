# The flags that every target of ours is compiled with. Warnings are errors with both compilers.
add_library(penstock_flags INTERFACE)
target_compile_options(penstock_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wnull-dereference -Werror
  -fno-math-errno)
# g++ 12 reports null dereferences and overflows inside the standard library's own inlined code.
target_compile_options(penstock_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds;-Wno-restrict;-Wno-maybe-uninitialized>
  # Compiled together (PENSTOCK_TOGETHER), no file is the main one, which g++ would let off.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${PENSTOCK_TOGETHER}>>:-Wno-subobject-linkage>
  # __int128 carries decimals; it is an extension that both compilers have on every 64-bit target.
  $<$<CXX_COMPILER_ID:GNU,Clang>:-Wno-pedantic>)

# A release guards its stack and its buffers, and is linked so that nothing it calls can be replaced
# at run time. Its functions and tables have sections of their own, so that the linker leaves out
# what nothing uses. The other presets do without: sanitizers see more. _FORTIFY_SOURCE is not 3:
# that computes the room behind each pointer while the program runs, also for copies of known size
# into arrays, and hashing keys took four times as long (an exchange 1.26 times). Functions are whole:
# the linker takes two cold parts of equal code for one (tools/CMakeLists.txt), although the frames
# that they unwind differ, and a throw in one then crashed.
target_compile_options(penstock_flags INTERFACE
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-fstack-protector-strong;-fPIE>
  $<$<CONFIG:Release>:-ffunction-sections;-fdata-sections>
  $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-fno-reorder-blocks-and-partition>)
target_link_options(penstock_flags INTERFACE
  $<$<CONFIG:Release>:-pie;-Wl,-z,relro,-z,now,-z,noexecstack,-z,pack-relative-relocs,--gc-sections>)

target_include_directories(penstock_flags INTERFACE "${PROJECT_SOURCE_DIR}")
if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_flags INTERFACE
    -fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(penstock_flags INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()
