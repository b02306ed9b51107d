#define _GNU_SOURCE
#include "arguments.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/* Asks the kernel by reading a byte, which needs no recent one. */
static bool can_read(uintptr_t page)
{
	char byte;
	struct iovec here = { &byte, 1 };
	struct iovec there = { (void *)page, 1 };

	return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;
}

/* Asks the kernel to bring the page in as a write would, without writing. */
static bool can_write(uintptr_t page)
{
	if (madvise((void *)page, PAGE_BYTES, MADV_POPULATE_WRITE) == 0)
		return true;

	/* EINVAL: a kernel before 5.14, or memory of a device's, neither of which says more than that it can be read. */
	return errno == EINVAL && can_read(page);
}

static bool is_page_mapped(uint32_t command, uintptr_t page)
{
	if (page == 0)
		return false;
	if (can_write(page)) {
		vmm_thread.writable_pages[page / PAGE_BYTES % PAGES_REMEMBERED] = page;
		return true;
	}
	return (command & COMMAND_OUT) == 0 && can_read(page);
}

bool vmm_is_range_mapped(uint32_t command, uintptr_t first, uintptr_t last)
{
	int error = errno;
	bool is_mapped = last >= first;

	for (uintptr_t page = first; is_mapped && page <= last; page += PAGE_BYTES)
		is_mapped = is_page_mapped(command, page);
	errno = error;
	return is_mapped;
}
