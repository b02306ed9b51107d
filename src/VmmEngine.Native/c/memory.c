#define _GNU_SOURCE
#include "memory.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE_BYTES 4096UL

static struct { uintptr_t low, high; } variables;
static uintptr_t heap_low;

/* The writable segment of the program itself, which comes first, without what is made read-only after relocation. */
static int find_variables(struct dl_phdr_info *object, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W) != 0 && variables.high == 0) {
			variables.low = object->dlpi_addr + part->p_vaddr;
			variables.high = variables.low + part->p_memsz;
		}
	}
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_memsz + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);

		if (part->p_type == PT_GNU_RELRO && end > variables.low)
			variables.low = end < variables.high ? end : variables.high;
	}
	return 1;
}

void vmm_memory_start(void)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");

	dl_iterate_phdr(find_variables, NULL);
	heap_low = (uintptr_t)sbrk(0);
	while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
		unsigned long low;

		if (strstr(line, "[heap]") != NULL && sscanf(line, "%lx-", &low) == 1)
			heap_low = low;
	}
	if (maps != NULL)
		fclose(maps);
}

void vmm_memory_enter_thread(void)
{
	pthread_attr_t attributes;
	void *low;
	size_t bytes;

	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return;
	if (pthread_attr_getstack(&attributes, &low, &bytes) == 0) {
		vmm_thread.stack_limit = (uintptr_t)low;
		vmm_thread.stack_low = (uintptr_t)low + bytes; /* nothing is taken for granted before a call has been seen there */
		vmm_thread.stack_bytes = 0;
	}
	pthread_attr_destroy(&attributes);
}

/* A stack that grows is mapped down to where the thread is now, and stays so. */
static void note_stack(uintptr_t here)
{
	uintptr_t high = vmm_thread.stack_low + vmm_thread.stack_bytes;

	if (here > vmm_thread.stack_limit && here < vmm_thread.stack_low) {
		vmm_thread.stack_low = here;
		vmm_thread.stack_bytes = high - here;
	}
}

static bool is_within(uintptr_t first, size_t size, uintptr_t low, uintptr_t high)
{
	return first >= low && first < high && size <= high - first;
}

int vmm_stays_mapped(const void *address, size_t size)
{
	note_stack((uintptr_t)__builtin_frame_address(0));
	return vmm_is_on_stack(address, size)
		|| is_within((uintptr_t)address, size, variables.low, variables.high)
		|| is_within((uintptr_t)address, size, heap_low, (uintptr_t)sbrk(0));
}

static bool can_read(uintptr_t page)
{
	char byte;
	struct iovec here = { &byte, 1 };
	struct iovec there = { (void *)page, 1 };

	return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;
}

/*
 * Brings the page in as a write would, without writing. Where a read would do and a write would not, the page is read-only; where neither does, the kernel is
 * older than 5.14 or the memory a device's, and it can be told only that it can be read.
 */
static bool can_write(uintptr_t page)
{
	if (madvise((void *)page, PAGE_BYTES, MADV_POPULATE_WRITE) == 0)
		return true;
	return errno == EINVAL && madvise((void *)page, PAGE_BYTES, MADV_POPULATE_READ) != 0 && can_read(page);
}

bool vmm_is_mapped(const void *address, size_t size, bool is_written)
{
	uintptr_t first = (uintptr_t)address & ~(PAGE_BYTES - 1);
	uintptr_t last = ((uintptr_t)address + size - 1) & ~(PAGE_BYTES - 1);
	bool is_mapped = first != 0 && last >= first;
	int error = errno;

	if (size == 0 || vmm_stays_mapped(address, size))
		return true;
	for (uintptr_t page = first; is_mapped && page <= last; page += PAGE_BYTES)
		is_mapped = is_written ? can_write(page) : can_read(page);
	errno = error;
	return is_mapped;
}
