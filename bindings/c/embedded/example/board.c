// What a firmware has anyway: the start, memory, a way to print, an end for defects. For a
// Cortex-M4 with a floating-point unit; prints and ends by semihosting.
#include <stddef.h>
#include <stdint.h>

#include "board.h"

int main(void);
extern uint32_t board_stack_top, board_data, board_data_end, board_data_source;
extern uint32_t board_bss, board_bss_end;

static int semihost(int number, const void *argument)
{
  register int result __asm__("r0") = number;
  register const void *second __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(result) : "r"(second) : "memory");
  return result;
}

void print(const char *line)
{
  semihost(0x04, line); // SYS_WRITE0
  semihost(0x04, "\n");
}

// SYS_EXIT: "application exit" is right, everything else is not.
static _Noreturn void end(int code)
{
  semihost(0x18, (const void *)(uintptr_t)(code == 0 ? 0x20026 : 0x20023));
  for (;;) {
  }
}

// Memory that is never given back: enough for one code. Take the malloc of your C library.
static uint64_t heap[2048];
static size_t heap_used;

void *malloc(size_t bytes)
{
  size_t words = (bytes + 7) / 8;
  if (words > sizeof(heap) / 8 - heap_used) {
    return NULL;
  }
  void *memory = &heap[heap_used];
  heap_used += words;
  return memory;
}

void free(void *memory)
{
  (void)memory;
}

_Noreturn void lp_panic_handler(const char *file, uint32_t line)
{
  (void)line;
  print(file);
  end(1);
}

static void fault(void)
{
  print("fault");
  end(1);
}

// volatile, so that no loop becomes a call of memcpy or memset.
void board_start(void)
{
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; // switches the floating-point unit on
  __asm__ volatile("dsb\n isb");
  volatile uint32_t *from = &board_data_source;
  for (volatile uint32_t *to = &board_data; to < &board_data_end; to++) {
    *to = *from++;
  }
  for (volatile uint32_t *to = &board_bss; to < &board_bss_end; to++) {
    *to = 0;
  }
  end(main());
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
  &board_stack_top, (void *)board_start, (void *)fault, (void *)fault,
  (void *)fault, (void *)fault, (void *)fault,
};
