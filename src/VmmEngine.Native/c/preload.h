/* What the parts of the preload shim share. Each has its own list of the functions behind it. */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <stdatomic.h>

#define EXPORT __attribute__((visibility("default")))

/* The library's functions, once it is loaded. */
struct engine {
	int (*open)(const char *path, int flags);
	int (*ioctl)(int fd, unsigned long command, void *argument);
	int (*close)(int fd);
	int (*is_device)(int fd);        /* known to be one: no system call, no lock */
	int (*exists)(const char *path); /* 0, or a negated error; opens nothing */
	void (*refresh)(int fd);         /* the descriptor has been made another */
	void (*interrupt)(void);         /* a signal's handler runs on this thread */
	int (*is_inside)(void);          /* the calling thread is in a function of the library */
	int (*linux_errno)(int error);
};

extern _Atomic(const struct engine *) vmm_engine; /* null until a device has been opened */

/* The function of that name behind the shim. */
void *vmm_find_next(const char *name);

/* The path of a device, or what could be one. */
int vmm_is_device_path(const char *path);

/* Sets errno as Linux has it for a negated error of the engine; answers -1. */
int vmm_fail(const struct engine *engine, int result);

/* Has the handlers that are set call the engine. Once, when it has been loaded and before it is used. */
void vmm_relay_signals(void);

/* In a part of the shim: the next function of a name, looked up before main, or earlier where another library's constructor calls ours. */
#define NEXT(name) (__builtin_expect(next.name != NULL, 1) ? next.name : (find_all(), next.name))

#endif
