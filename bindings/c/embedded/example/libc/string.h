// For compilers that come without a C library. The functions are in the static library.
#ifndef STRING_H
#define STRING_H
#include <stddef.h>
size_t strlen(const char *string);
#endif
