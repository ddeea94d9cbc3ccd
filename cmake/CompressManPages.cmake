# Run by CPack over the files that are about to be packed.
file(GLOB_RECURSE pages "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.[1-8]")
list(FILTER pages INCLUDE REGEX "/man/man[1-8]/[^/]*$")
foreach(page ${pages})
  execute_process(COMMAND gzip -9n "${page}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
