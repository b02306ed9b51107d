/*
 * Whether a client's address is mapped. A bad one is to be EFAULT, as from a kernel, and not the end of the process.
 *
 * Asking the kernel costs more than most commands. It is not asked about memory that cannot go away: the calling thread's stack above the
 * call, the main program's variables, and its heap up to the break. Nothing else is ever taken for granted, however often it was found there.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exports.h"

/* Finds the main program's variables and heap. Once. */
void vmm_memory_start(void);

/* Finds the calling thread's stack. */
void vmm_memory_enter_thread(void);

/* True if a range is memory that stays, and can be read and written. */
int vmm_stays_mapped(const void *address, size_t size);

/* True if a range can be read, and written if that is asked for. */
bool vmm_is_mapped(const void *address, size_t size, bool is_written);

/* The same for what is on the stack, in place; false for what may be mapped all the same. */
static inline bool vmm_is_on_stack(const void *address, size_t size)
{
	uintptr_t offset = (uintptr_t)address - vmm_thread.stack_low;

	return offset < vmm_thread.stack_bytes && size <= vmm_thread.stack_bytes - offset;
}

#endif
