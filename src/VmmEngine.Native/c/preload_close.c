/* close(2), dup(2) and their kin: what ends a device's descriptor, and what makes a number another file's. */
#define _GNU_SOURCE
#include <linux/close_range.h>
#include <unistd.h>

#include "preload.h"

/* As many as the library remembers. */
#define MOST_DESCRIPTORS 65536u

static struct {
	int (*close)(int);
	int (*dup)(int);
	int (*dup2)(int, int);
	int (*dup3)(int, int, int);
	int (*close_range)(unsigned int, unsigned int, int);
	void (*closefrom)(int);
} next;

__attribute__((constructor)) static void find_all(void)
{
	next.close = (int (*)(int))vmm_find_next("close");
	next.dup = (int (*)(int))vmm_find_next("dup");
	next.dup2 = (int (*)(int, int))vmm_find_next("dup2");
	next.dup3 = (int (*)(int, int, int))vmm_find_next("dup3");
	next.close_range = (int (*)(unsigned int, unsigned int, int))vmm_find_next("close_range");
	next.closefrom = (void (*)(int))vmm_find_next("closefrom");
}

EXPORT int close(int fd)
{
	const struct engine *loaded = atomic_load_explicit(&vmm_engine, memory_order_acquire);

	if (loaded != NULL && loaded->is_device(fd)) {
		int result = loaded->close(fd);
		return result < 0 ? vmm_fail(loaded, result) : 0;
	}
	return NEXT(close)(fd);
}

/* A duplicate is told, and so is a device that another descriptor is put in the place of. Those that fcntl(2) makes are found by their first command. */
static int duplicated(int old, int result)
{
	const struct engine *loaded = atomic_load_explicit(&vmm_engine, memory_order_acquire);

	if (loaded != NULL && result >= 0 && result != old && (loaded->is_device(old) || loaded->is_device(result)))
		loaded->refresh(result);
	return result;
}

EXPORT int dup(int old)
{
	return duplicated(old, NEXT(dup)(old));
}

EXPORT int dup2(int old, int new)
{
	return duplicated(old, NEXT(dup2)(old, new));
}

EXPORT int dup3(int old, int new, int flags)
{
	return duplicated(old, NEXT(dup3)(old, new, flags));
}

/* Devices are closed one by one, so that what ends with them has ended; then the rest, in which their numbers are no more. */
static void close_devices(unsigned int first, unsigned int last)
{
	const struct engine *loaded = atomic_load_explicit(&vmm_engine, memory_order_acquire);

	for (unsigned int fd = first; loaded != NULL && fd <= last && fd < MOST_DESCRIPTORS; fd++) {
		if (loaded->is_device((int)fd))
			loaded->close((int)fd);
	}
}

EXPORT int close_range(unsigned int first, unsigned int last, int flags)
{
	if ((flags & ~CLOSE_RANGE_UNSHARE) == 0)
		close_devices(first, last);
	return NEXT(close_range)(first, last, flags);
}

EXPORT void closefrom(int first)
{
	close_devices(first < 0 ? 0 : (unsigned int)first, MOST_DESCRIPTORS);
	NEXT(closefrom)(first);
}
