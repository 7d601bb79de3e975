#include <stdio.h>

int main(void)
{
    puts("numhost " NUMHOST_VERSION);
    return 0;
}
