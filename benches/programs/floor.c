/* R: what a process costs that is given its input through a pipe and reads all of it. */
#include <unistd.h>

static char piece[65536];

int main(void) {
    while (read(0, piece, sizeof piece) > 0) {}
    return 0;
}
