/* Whether a command's argument is mapped memory. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "exports.h"

#define PAGE_BYTES 4096UL

/* Of a command word of the BSDs. */
#define COMMAND_OUT 0x40000000u
#define COMMAND_IN 0x80000000u
#define COMMAND_SIZE(command) (((command) >> 16) & 0x1fff)

bool vmm_is_range_mapped(uint32_t command, uintptr_t first, uintptr_t last);

static inline bool vmm_is_page_remembered(uintptr_t page)
{
	return vmm_thread.writable_pages[page / PAGE_BYTES % PAGES_REMEMBERED] == page;
}

/*
 * False if a command's argument is not there. A page that the calling thread has once found writable is not looked at again: looking costs
 * a system call, and arguments lie on a few pages, most of them of the stack.
 */
static inline bool vmm_is_argument_mapped(uint32_t command, const void *argument)
{
	uintptr_t first, last;

	if ((command & (COMMAND_IN | COMMAND_OUT)) == 0 || COMMAND_SIZE(command) == 0)
		return true; /* there is none */
	first = (uintptr_t)argument & ~(PAGE_BYTES - 1);
	last = ((uintptr_t)argument + COMMAND_SIZE(command) - 1) & ~(PAGE_BYTES - 1);
	if (__builtin_expect(first != 0 && vmm_is_page_remembered(first)
			&& (last == first || (last == first + PAGE_BYTES && vmm_is_page_remembered(last))), 1))
		return true;
	return vmm_is_range_mapped(command, first, last);
}

#endif
