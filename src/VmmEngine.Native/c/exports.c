/*
 * The library's functions as C sees them: what must be settled before managed code is entered, which no managed code could do.
 *
 * - A signal handler that has interrupted managed code must not enter it again: the runtime ends the process. A count per thread tells.
 * - In a child of fork the runtime's other threads are missing; managed code is not entered there any more.
 * - The runtime ignores SIGPIPE for the whole process when it starts, and its threads take the signals that their creator takes. Neither is
 *   the client's wish: the first is put back, the second is prevented.
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
#include <unistd.h>

#include "arguments.h"
#include "watch.h"

#define EXPORT __attribute__((visibility("default")))

/* Linux's and the BSDs' number alike. */
#define EFAULT_NUMBER 14

__attribute__((tls_model("initial-exec"))) __thread struct thread_state vmm_thread;

static pthread_once_t started = PTHREAD_ONCE_INIT;
static _Atomic pid_t owner; /* the process that the runtime runs in; 0 before it starts */
static _Atomic int is_child; /* set in children of fork */

/* Descriptors that are known to be devices. A duplicate is unknown until its first command. */
#define KNOWN_LIMIT 65536
static _Atomic unsigned char known[KNOWN_LIMIT];

/* From the C++ ABI's support in glibc: registers a destructor of the calling thread. */
extern int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library);
extern void *__dso_handle;

static void on_fork_in_child(void)
{
	atomic_store(&is_child, 1);
}

static void on_thread_exit(void *unused)
{
	(void)unused;
	if (vmm_thread.depth == 0 && !atomic_load(&is_child)) {
		vmm_thread.depth = 1;
		engine_thread_exits();
		vmm_thread.depth = 0;
	}
	vmm_thread.is_registered = 0;
}

static void start(void)
{
	struct sigaction pipe_action;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	sigaction(SIGPIPE, NULL, &pipe_action);
	engine_start();
	sigaction(SIGPIPE, &pipe_action, NULL);
	pthread_atfork(NULL, NULL, on_fork_in_child);
	vmm_watch_start();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	atomic_store(&owner, getpid());
}

/* Where managed code is entered from a thread for the first time, or for something rare. Returns 0, or a negated error. */
static int enter(void)
{
	if (vmm_thread.depth != 0)
		return -VMM_EDEADLK;
	if (atomic_load(&is_child) || (atomic_load(&owner) != 0 && atomic_load(&owner) != getpid()))
		return -VMM_ENXIO; /* getpid tells children of vfork, whom nobody announces */

	vmm_thread.depth = 1;
	pthread_once(&started, start);
	if (!vmm_thread.is_registered) {
		/* After the runtime has registered its own, so that this one runs first. */
		engine_thread_enters();
		vmm_thread.is_registered = __cxa_thread_atexit_impl(on_thread_exit, NULL, &__dso_handle) == 0;
	}
	return 0;
}

static void leave(void)
{
	vmm_thread.depth = 0;
}

void vmm_mark_known(int fd, int is_known)
{
	if (fd >= 0 && fd < KNOWN_LIMIT)
		atomic_store_explicit(&known[fd], (unsigned char)is_known, memory_order_relaxed);
}

EXPORT int vmm_is_device(int fd)
{
	return fd >= 0 && fd < KNOWN_LIMIT && atomic_load_explicit(&known[fd], memory_order_relaxed);
}

EXPORT int vmm_open(const char *path, int flags)
{
	char copy[PATH_MAX];
	size_t length;
	int result;

	/* The kernel looks at the string first, which tells a bad pointer without touching it. */
	if (access(path, F_OK) != 0 && errno == EFAULT)
		return -EFAULT_NUMBER;
	length = strnlen(path, sizeof copy);
	if (length == sizeof copy)
		return -VMM_ENAMETOOLONG;
	memcpy(copy, path, length + 1);

	result = enter();
	if (result == 0) {
		result = engine_open(copy, flags);
		leave();
	}
	return result;
}

static __attribute__((noinline, cold)) int ioctl_slowly(int fd, uint32_t command, void *argument)
{
	int result = enter();

	if (result == 0) {
		result = engine_ioctl(fd, command, argument);
		leave();
	}
	return result;
}

EXPORT int vmm_ioctl(int fd, unsigned long command, void *argument)
{
	int result;

	if (!vmm_is_argument_mapped((uint32_t)command, argument))
		argument = NULL; /* which the engine answers EFAULT where its system does */
	if (__builtin_expect(vmm_thread.depth != 0 || !vmm_thread.is_registered
			|| atomic_load_explicit(&is_child, memory_order_relaxed), 0))
		return ioctl_slowly(fd, (uint32_t)command, argument);

	vmm_thread.depth = 1;
	atomic_signal_fence(memory_order_seq_cst);
	result = engine_ioctl(fd, (uint32_t)command, argument);
	atomic_signal_fence(memory_order_seq_cst);
	vmm_thread.depth = 0;
	return result;
}

EXPORT int vmm_close(int fd)
{
	int was_device = vmm_is_device(fd);

	if (was_device && !atomic_load(&is_child) && atomic_load(&owner) == getpid())
		vmm_mark_known(fd, 0);
	if (close(fd) != 0)
		return -errno;
	if (was_device && enter() == 0) {
		engine_closed(fd);
		leave();
	}
	return 0;
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

EXPORT int vmm_linux_errno(int error)
{
	/* What is not named here has the same number, up to 34, or no business at a device. */
	switch (error) {
	case VMM_EDEADLK: return EDEADLK;
	case VMM_EAGAIN: return EAGAIN;
	case 36: return EINPROGRESS;
	case VMM_EALREADY: return EALREADY;
	case VMM_EOPNOTSUPP: return EOPNOTSUPP;
	case 60: return ETIMEDOUT;
	case VMM_ENAMETOOLONG: return ENAMETOOLONG;
	case VMM_ENOSYS: return ENOSYS;
	case 84: return EOVERFLOW; /* FreeBSD's */
	case 85: return ECANCELED; /* FreeBSD's */
	case 87: return EOVERFLOW; /* OpenBSD's */
	case 88: return ECANCELED; /* OpenBSD's */
	case 91: return ENOTSUP;   /* OpenBSD's */
	default: return error >= 0 && error <= 34 ? error : EINVAL;
	}
}
