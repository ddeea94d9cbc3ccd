# Every library comes from Debian 12. Where Debian ships an archive it is linked in: each shared
# library costs the dynamic loader about 0.2 ms, and a tool on ten rows should take few of those.
find_package(Threads REQUIRED)

# penstock_headers(NAME HEADER): a library of which headers are all that is used. The package names
# the holders of the rights to the library that HEADER belongs to.
function(penstock_headers name header)
  find_path(PENSTOCK_${name}_INCLUDE ${header} REQUIRED)
  add_library(penstock_dep_${name} INTERFACE)
  target_include_directories(penstock_dep_${name} SYSTEM INTERFACE "${PENSTOCK_${name}_INCLUDE}")
  set_property(GLOBAL APPEND PROPERTY PENSTOCK_USED "${PENSTOCK_${name}_INCLUDE}/${header}")
endfunction()

function(penstock_library name header)
  penstock_headers(${name} ${header})
  find_library(PENSTOCK_${name}_LIBRARY NAMES ${ARGN} REQUIRED)
  target_link_libraries(penstock_dep_${name} INTERFACE "${PENSTOCK_${name}_LIBRARY}")
endfunction()

penstock_library(pg_query pg_query.h libpg_query.a pg_query)
# Its tree comes as JSON. What would give it as Protocol Buffers, 0.8 MB with 150 KB of tables for the
# dynamic loader to relocate, stands in the same object; so that it can be left out, the call there,
# which is never made, goes elsewhere.
target_link_options(penstock_dep_pg_query INTERFACE
  -Wl,--defsym=pg_query_nodes_to_protobuf=pg_query_raw_parse)
penstock_library(simdjson simdjson.h simdjson)
penstock_library(lz4 lz4frame.h liblz4.a lz4)
# Nothing here compresses with more than LZ4's first level; the calls of the higher ones, which are
# never made, go elsewhere, and their 50 KB are left out.
foreach(call LZ4_attach_HC_dictionary LZ4_compress_HC_continue LZ4_compress_HC_extStateHC_fastReset
             LZ4_favorDecompressionSpeed LZ4_initStreamHC LZ4_loadDictHC LZ4_resetStreamHC_fast
             LZ4_saveDictHC LZ4_setCompressionLevel LZ4_sizeofStateHC)
  target_link_options(penstock_dep_lz4 INTERFACE -Wl,--defsym=${call}=LZ4_sizeofState)
endforeach()
penstock_library(zlib zlib.h libz.a z)
penstock_library(md sha2.h libmd.a md)
penstock_library(re2 re2/re2.h libre2.a re2)
# Loaded when a tool first meets a zone's name: libcore/data/zone_database.h says why.
penstock_headers(cctz cctz/time_zone.h)
target_link_libraries(penstock_dep_cctz INTERFACE ${CMAKE_DL_LIBS})

# Loaded for the first use: libcore/base/late_library.h says why.
penstock_headers(zstd zstd.h)
target_link_libraries(penstock_dep_zstd INTERFACE ${CMAKE_DL_LIBS})
penstock_headers(utf8proc utf8proc.h)
target_link_libraries(penstock_dep_utf8proc INTERFACE ${CMAKE_DL_LIBS})
penstock_headers(bzip2 bzlib.h)
target_link_libraries(penstock_dep_bzip2 INTERFACE ${CMAKE_DL_LIBS})
penstock_headers(lzma lzma.h)
target_link_libraries(penstock_dep_lzma INTERFACE ${CMAKE_DL_LIBS})

# Loaded by pexchange when it needs it: libcore/net/zmq_library.h says why.
penstock_headers(zmq zmq.h)
target_link_libraries(penstock_dep_zmq INTERFACE ${CMAKE_DL_LIBS})

# Boost.Asio and Boost.Process are headers; 1.81 is Debian's first with Boost.Process v2, and not the
# version of its libboost-dev. With the standard library's paths nothing of Boost is linked.
penstock_headers(boost boost/process/v2/process.hpp)
target_link_libraries(penstock_dep_boost INTERFACE Threads::Threads)

# Highway is used as headers: libcore/base/simd_targets.cc says what its shared library would cost.
penstock_headers(hwy hwy/highway.h)

# CLI11 and xxHash are headers, fmt nearly so (libcore/base/format_library.cc compiles the rest);
# FlatBuffers needs its headers only, its code is generated at build time.
penstock_headers(fmt fmt/format.h)
penstock_headers(cli11 CLI/CLI.hpp)
penstock_headers(xxhash xxhash.h)
penstock_headers(flatbuffers flatbuffers/flatbuffers.h)
find_program(PENSTOCK_FLATC flatc REQUIRED)
