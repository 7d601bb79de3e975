# NUMHOST_SANITIZE: empty, "address,undefined" or "thread". NUMHOST_FUZZ builds the libFuzzer targets (clang).
set(NUMHOST_SANITIZE "" CACHE STRING "Sanitizers to build with")
option(NUMHOST_FUZZ "Build the fuzz targets" OFF)
option(NUMHOST_FUZZ_LEAN "Without a trace of comparisons, which takes most of the time" OFF)
if(NUMHOST_SANITIZE)
  add_compile_options(-fsanitize=${NUMHOST_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NUMHOST_SANITIZE})
endif()
if(NUMHOST_FUZZ AND NOT NUMHOST_COVERAGE) # for coverage the targets only replay their corpora
  add_compile_options(-fsanitize=fuzzer-no-link)
  if(NUMHOST_FUZZ_LEAN)
    add_compile_options(-fno-sanitize-coverage=trace-cmp)
  endif()
endif()
