// The board of the example.
#ifndef BOARD_H
#define BOARD_H

// Prints a line on the terminal of the emulator or debugger.
void print(const char *line);

#endif
