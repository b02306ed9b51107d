/*
 * The library's functions as C sees them: what must be settled before managed code is entered, which no managed code could do.
 *
 * - A signal handler that has interrupted managed code must not enter it again: the runtime ends the process. A count per thread tells.
 * - In a child of fork the runtime's other threads are missing; managed code is not entered there any more.
 * - The runtime ignores SIGPIPE for the whole process when it starts; that is put back. Its threads would take signals as their creators do, and run the client's
 *   handlers, which may call the library, in the midst of managed code: they are created with all signals blocked.
 * - A thread that ends gives back what the engine keeps for it.
 */
#define _GNU_SOURCE
#include "exports.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "watch.h"

#define EXPORT __attribute__((visibility("default")))

/* Of a command word of the BSDs. */
#define COMMAND_OUT 0x40000000u
#define COMMAND_IN 0x80000000u
#define COMMAND_SIZE(command) (((command) >> 16) & 0x1fff)

/* Linux's and the BSDs' number alike. */
#define EFAULT_NUMBER 14

__attribute__((tls_model("initial-exec"))) __thread struct thread_state vmm_thread;

static pthread_once_t started = PTHREAD_ONCE_INIT;
static _Atomic pid_t owner; /* the process that the runtime runs in; 0 before it starts */
static _Atomic int is_child; /* set in children of fork */

/*
 * For each descriptor a number that changes with what it is: odd while it is known to be a device. A duplicate is unknown until its first
 * command. Descriptors beyond the limit are served without being remembered.
 */
#define KNOWN_LIMIT 65536
static _Atomic uint32_t generations[KNOWN_LIMIT];

/* From the C++ ABI's support in glibc: registers a destructor of the calling thread. */
extern int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library);
extern void *__dso_handle;

static void on_fork_in_child(void)
{
	atomic_store(&is_child, 1);
	vmm_thread.place = THREAD_UNKNOWN; /* of the only thread that is left */
}

static void on_thread_exit(void *unused)
{
	(void)unused;
	if (vmm_thread.place != THREAD_OUTSIDE)
		return;
	vmm_thread.place = THREAD_INSIDE;
	for (int i = 0; i < WAYS_REMEMBERED; i++) {
		if (vmm_thread.ways[i].handle != NULL)
			engine_give_back_way(vmm_thread.ways[i].handle);
		vmm_thread.ways[i].handle = NULL;
	}
	vmm_thread.place = THREAD_UNKNOWN;
}

/* All of the library's own calls of pthread_create, the runtime's too: the linker is told (--wrap). */
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = __real_pthread_create(thread, attributes, run, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void start(void)
{
	struct sigaction pipe_action;

	sigaction(SIGPIPE, NULL, &pipe_action);
	engine_start();
	sigaction(SIGPIPE, &pipe_action, NULL);
	vmm_memory_start();
	vmm_watch_prepare();
	pthread_atfork(NULL, NULL, on_fork_in_child);
	atomic_store(&owner, getpid());
}

/* Before managed code is entered, anywhere but on the short way. Returns 0, or a negated error. */
static int enter(void)
{
	if (vmm_thread.place == THREAD_INSIDE)
		return -VMM_EDEADLK;
	if (atomic_load(&is_child) || (atomic_load(&owner) != 0 && atomic_load(&owner) != getpid()))
		return -VMM_ENXIO; /* getpid tells children of vfork, whom nobody announces */

	if (vmm_thread.place == THREAD_UNKNOWN) {
		vmm_thread.place = THREAD_INSIDE;
		pthread_once(&started, start);
		/* The runtime registers for the thread's end first, so that ours runs before. Without memory for that, ways are kept for good. */
		engine_thread_enters();
		vmm_memory_enter_thread();
		__cxa_thread_atexit_impl(on_thread_exit, NULL, &__dso_handle);
	}
	vmm_thread.is_interrupted = 0;
	vmm_thread.place = THREAD_INSIDE;
	return 0;
}

static void leave(void)
{
	vmm_thread.place = THREAD_OUTSIDE;
}

void vmm_mark_known(int fd, int is_known)
{
	uint32_t generation;

	if (fd < 0 || fd >= KNOWN_LIMIT)
		return;
	generation = atomic_load_explicit(&generations[fd], memory_order_relaxed);
	atomic_store_explicit(&generations[fd], ((generation + 2) & ~1u) | (is_known != 0), memory_order_release);
}

EXPORT int vmm_is_device(int fd)
{
	return fd >= 0 && fd < KNOWN_LIMIT && (atomic_load_explicit(&generations[fd], memory_order_relaxed) & 1);
}

/* For the preload shim: the calling thread is in a function of the library. */
EXPORT int vmm_is_inside(void)
{
	return vmm_thread.place == THREAD_INSIDE;
}

EXPORT int vmm_open(const char *path, int flags)
{
	char copy[PATH_MAX];
	size_t length;
	int result;

	/* The kernel looks at the string first, which tells a bad pointer without touching it. Not access(2), which may be the preload shim's. */
	if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0 && errno == EFAULT)
		return -EFAULT_NUMBER;
	length = strnlen(path, sizeof copy);
	if (length == sizeof copy)
		return -VMM_ENAMETOOLONG;
	memcpy(copy, path, length);
	copy[length] = '\0'; /* whatever another thread makes of it meanwhile */

	result = enter();
	if (result == 0) {
		result = engine_open(copy, flags);
		leave();
	}
	if (result >= 0)
		vmm_watch_start();
	return result;
}

/* For the preload shim, whose path has been looked at: 0 if there is such a device, or a negated error. */
EXPORT int vmm_exists(const char *path)
{
	int result = enter();

	if (result == 0) {
		result = engine_exists(path);
		leave();
	}
	return result;
}

/* Never 0. The number is within the limit. */
static inline uint64_t stamp_of(int fd)
{
	return (uint64_t)atomic_load_explicit(&generations[fd], memory_order_acquire) + 1;
}

/* The calling thread's way into a device; null for a descriptor that has none, such as the control device's; WAY_OF_STRANGER for another file's. */
static void *find_way(int fd)
{
	struct way *way = &vmm_thread.ways[fd & (WAYS_REMEMBERED - 1)];
	uint64_t stamp;

	if (fd < 0 || fd >= KNOWN_LIMIT)
		return NULL;
	stamp = stamp_of(fd);
	if (way->fd != fd || way->stamp != stamp) {
		void *found = engine_find_way(fd);

		if (found == NULL || found == WAY_OF_STRANGER)
			return found;
		if (way->handle != NULL)
			engine_give_back_way(way->handle);
		/* If the descriptor has become another one meanwhile, its generation is not this one: the way is not taken again. */
		*way = (struct way) { .handle = found, .stamp = stamp, .fd = fd };
	}
	return way->handle;
}

static __attribute__((noinline, cold)) int ioctl_slowly(int fd, uint32_t command, void *argument)
{
	int result = enter();

	if (result == 0) {
		void *way = find_way(fd);

		result = way == WAY_OF_STRANGER ? -ENOTTY
			: way != NULL ? engine_ioctl_by(way, command, argument)
			: engine_ioctl(fd, command, argument);
		leave();
	}
	return result;
}

/* With an argument that managed code may touch. What does not go this way has its calls last, so that nothing is saved for them here. */
static inline int issue(int fd, uint32_t command, void *argument)
{
	struct thread_state *thread = &vmm_thread;
	const struct way *way = &thread->ways[fd & (WAYS_REMEMBERED - 1)];
	int result;

	if (__builtin_expect(thread->place != THREAD_OUTSIDE || way->fd != fd || way->stamp != stamp_of(fd), 0))
		return ioctl_slowly(fd, command, argument);

	thread->is_interrupted = 0;
	thread->place = THREAD_INSIDE;
	atomic_signal_fence(memory_order_seq_cst);
	result = engine_ioctl_by(way->handle, command, argument);
	atomic_signal_fence(memory_order_seq_cst);
	thread->place = THREAD_OUTSIDE;
	return result;
}

/* With any other: one that is not there becomes null, which the engine answers EFAULT where its system does. */
static __attribute__((noinline)) int issue_checked(int fd, uint32_t command, void *argument)
{
	bool is_mapped = vmm_is_mapped(argument, COMMAND_SIZE(command), (command & COMMAND_OUT) != 0);

	return issue(fd, command, is_mapped ? argument : NULL);
}

EXPORT int vmm_ioctl(int fd, unsigned long command, void *argument)
{
	uint32_t word = (uint32_t)command;

	if ((word & (COMMAND_IN | COMMAND_OUT)) == 0 || __builtin_expect(vmm_is_on_stack(argument, COMMAND_SIZE(word)), 1))
		return issue(fd, word, argument);
	return issue_checked(fd, word, argument);
}

/* Not close(2), which may be the preload shim's. */
static int close_plainly(int fd)
{
	return syscall(SYS_close, fd) == 0 ? 0 : -errno;
}

EXPORT int vmm_close(int fd)
{
	int result;

	if (atomic_load(&is_child))
		vmm_mark_known(fd, 0);
	if (atomic_load(&owner) == 0 || enter() != 0)
		return close_plainly(fd);
	engine_closing(fd);
	result = close_plainly(fd);
	engine_closed();
	leave();
	return result;
}

/* For the preload shim: a descriptor has become a duplicate, or is not what it was. */
EXPORT void vmm_refresh(int fd)
{
	if (atomic_load(&owner) != 0 && enter() == 0) {
		engine_refresh(fd);
		leave();
	}
}

EXPORT const char *vmm_version(void)
{
	return VMM_VERSION;
}

EXPORT int vmm_set(const char *option, const char *value)
{
	int result;

	if (option == NULL || value == NULL)
		return -EINVAL;
	result = enter();
	if (result == 0) {
		result = engine_set(option, value);
		leave();
	}
	return result;
}

EXPORT void vmm_set_log(vmm_log_function function, void *context)
{
	if (enter() == 0) {
		engine_set_log(function, context);
		leave();
	}
}
