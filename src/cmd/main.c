#include "cmd/program.h"

int main(int argc, char **argv)
{
    return program_main(argc, (const char *const *)argv);
}
