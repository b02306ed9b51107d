/*
 * Preload shim: a program that opens the devices of FreeBSD's or OpenBSD's vmm by open(2) and uses them by ioctl(2) gets the engine, unchanged.
 *
 *   vmmrun PROGRAM ...     (or LD_PRELOAD=.../libvmmengine-preload.so PROGRAM ...)
 *
 * The engine is loaded when a device is opened for the first time. A program that opens none pays for a comparison in a failed open, and in every ioctl for
 * a load and a branch. mmap, fcntl, read, write, fstat and poll need nothing: the descriptors are real ones. Statically linked programs, and those that
 * make system calls without the C library, are not reached.
 *
 * This part opens and commands; preload_close.c closes and duplicates, preload_paths.c answers what is asked of a path, preload_signals.c lets signals end runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "preload.h"
#include "vmmengine.h"

static struct engine functions;
_Atomic(const struct engine *) vmm_engine;
static pthread_once_t loading = PTHREAD_ONCE_INIT;

/*
 * The functions behind ours. Found before main, and earlier where another library's constructor calls one of ours: until then the one that is to
 * be fast finds them when it is called, so that there is nothing to test later.
 */
static int find_and_ioctl(int fd, unsigned long command, void *argument);

static struct {
	int (*open)(const char *, int, ...);
	int (*open64)(const char *, int, ...);
	int (*openat)(int, const char *, int, ...);
	int (*openat64)(int, const char *, int, ...);
	int (*ioctl)(int, unsigned long, void *);
} next = { .ioctl = find_and_ioctl };

void *vmm_find_next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void find_all(void)
{
	next.open = (int (*)(const char *, int, ...))vmm_find_next("open");
	next.open64 = (int (*)(const char *, int, ...))vmm_find_next("open64");
	next.openat = (int (*)(int, const char *, int, ...))vmm_find_next("openat");
	next.openat64 = (int (*)(int, const char *, int, ...))vmm_find_next("openat64");
	next.ioctl = (int (*)(int, unsigned long, void *))vmm_find_next("ioctl");
}

static int find_and_ioctl(int fd, unsigned long command, void *argument)
{
	find_all();
	return next.ioctl(fd, command, argument);
}

/* The library lies beside the shim. Its whole path is given, because who calls dlopen may not be who it seems: sanitizers come in between. */
static void *load_library(void)
{
	char path[PATH_MAX + sizeof VMM_SONAME];
	const char *slash;
	Dl_info self;

	if (dladdr(&functions, &self) == 0 || (slash = strrchr(self.dli_fname, '/')) == NULL
			|| slash - self.dli_fname >= PATH_MAX)
		return dlopen(VMM_SONAME, RTLD_NOW | RTLD_LOCAL);
	memcpy(path, self.dli_fname, slash + 1 - self.dli_fname);
	strcpy(path + (slash + 1 - self.dli_fname), VMM_SONAME);
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static void load(void)
{
	void *library = load_library();

	if (library == NULL) {
		fprintf(stderr, "libvmmengine-preload: %s\n", dlerror());
		return;
	}
	functions.open = (int (*)(const char *, int))dlsym(library, "vmm_open");
	functions.ioctl = (int (*)(int, unsigned long, void *))dlsym(library, "vmm_ioctl");
	functions.close = (int (*)(int))dlsym(library, "vmm_close");
	functions.is_device = (int (*)(int))dlsym(library, "vmm_is_device");
	functions.exists = (int (*)(const char *))dlsym(library, "vmm_exists");
	functions.refresh = (void (*)(int))dlsym(library, "vmm_refresh");
	functions.interrupt = (void (*)(void))dlsym(library, "vmm_interrupt");
	functions.is_inside = (int (*)(void))dlsym(library, "vmm_is_inside");
	functions.linux_errno = (int (*)(int))dlsym(library, "vmm_linux_errno");
	atomic_store(&vmm_engine, &functions);
	vmm_relay_signals();
}

/* Programs that are run by this shim were compiled with Linux's <errno.h>. */
int vmm_fail(const struct engine *engine, int result)
{
	errno = engine->linux_errno(-result);
	return -1;
}

int vmm_is_device_path(const char *path)
{
	return strncmp(path, "/dev/vmm", 8) == 0
		&& (path[8] == '\0' || path[8] == '/' || strcmp(path + 8, "ctl") == 0 || strncmp(path + 8, ".io/", 4) == 0);
}

/* What an open that failed comes to. The system is asked first, so that it judges every path, and bad pointers. */
static int open_device(const char *path, int flags)
{
	const struct engine *loaded;
	int result;

	pthread_once(&loading, load);
	loaded = atomic_load(&vmm_engine);
	if (loaded == NULL) {
		errno = ENOENT;
		return -1;
	}
	result = loaded->open(path, flags);
	return result < 0 ? vmm_fail(loaded, result) : result;
}

static int needs_mode(int flags)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

#define MODE_OF(flags, last) \
	({ \
		mode_t mode = 0; \
		if (needs_mode(flags)) { \
			va_list arguments; \
			va_start(arguments, last); \
			mode = va_arg(arguments, mode_t); \
			va_end(arguments); \
		} \
		mode; \
	})

/* The system would make a file where the device is not: a shell's redirection asks for that. It looks at the path first here too. */
static int would_create_device(const char *path, int flags)
{
	return needs_mode(flags)
		&& syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0 && errno == ENOENT
		&& vmm_is_device_path(path);
}

#define OPEN(path, flags, call) \
	do { \
		int result; \
		if (__builtin_expect(would_create_device(path, flags), 0)) \
			return open_device(path, flags); \
		result = (call); \
		if (result < 0 && errno == ENOENT && vmm_is_device_path(path)) \
			return open_device(path, flags); \
		return result; \
	} while (0)

EXPORT int open(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);
	OPEN(path, flags, NEXT(open)(path, flags, mode));
}

EXPORT int open64(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);
	OPEN(path, flags, NEXT(open64)(path, flags, mode));
}

EXPORT int openat(int directory, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);
	OPEN(path, flags, NEXT(openat)(directory, path, flags, mode));
}

EXPORT int openat64(int directory, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);
	OPEN(path, flags, NEXT(openat64)(directory, path, flags, mode));
}

/* By definition. */
EXPORT int creat(const char *path, mode_t mode)
{
	return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

EXPORT int creat64(const char *path, mode_t mode)
{
	return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* What the same calls become with _FORTIFY_SOURCE. They have no mode. */
EXPORT int __open_2(const char *path, int flags)
{
	OPEN(path, flags, NEXT(open)(path, flags));
}

EXPORT int __open64_2(const char *path, int flags)
{
	OPEN(path, flags, NEXT(open64)(path, flags));
}

EXPORT int __openat_2(int directory, const char *path, int flags)
{
	OPEN(path, flags, NEXT(openat)(directory, path, flags));
}

EXPORT int __openat64_2(int directory, const char *path, int flags)
{
	OPEN(path, flags, NEXT(openat64)(directory, path, flags));
}

/* The devices' commands are of the groups v and V; the second is also that of Linux's video devices, whose calls cost two system calls more here. */
static int may_be_command(unsigned long command)
{
	return ((command >> 8) & 0xdf) == 'V';
}

static __attribute__((noinline)) int ioctl_of_group(const struct engine *loaded, int fd, unsigned long command, void *argument)
{
	int result = loaded->ioctl(fd, command, argument);

	if (__builtin_expect(result == 0, 1))
		return 0;
	return loaded->is_device(fd) ? vmm_fail(loaded, result) : next.ioctl(fd, command, argument);
}

/* Not declared with dots, as <sys/ioctl.h> has it: the third argument is where it would be, and is passed on whatever it is. */
EXPORT int ioctl(int fd, unsigned long command, void *argument)
{
	const struct engine *loaded = atomic_load_explicit(&vmm_engine, memory_order_acquire);

	if (__builtin_expect(may_be_command(command), 0) && loaded != NULL)
		return ioctl_of_group(loaded, fd, command, argument);
	return next.ioctl(fd, command, argument);
}
