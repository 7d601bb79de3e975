# Both compilers build without a warning; NUMHOST_WERROR (presets, CI) makes one an error.
option(NUMHOST_WERROR "Treat warnings as errors" OFF)
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                    -Wswitch-enum -Wvla -Wformat=2 -Wpointer-arith -Wundef)
if(NUMHOST_WERROR)
  add_compile_options(-Werror)
endif()
