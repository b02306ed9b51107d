/*
 * A client's signal ends the VM_RUN that its handler interrupts. The handler that the kernel calls is therefore one of this file, which tells the engine and then calls
 * the client's; sigaction(2) and signal(3) show the client its own.
 *
 * Until a device is opened, handlers are set as if the shim were not there. Two signals to the same thread may be set up with two handlers in turn, so there are two
 * relays for each signal, of which a new handler gets the one that is not in use: what the kernel does in one step, it does in one step here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "preload.h"

typedef void (*handler)(int, siginfo_t *, void *);
typedef void (*plain_handler)(int);

static struct {
	int (*sigaction)(int, const struct sigaction *, struct sigaction *);
	plain_handler (*signal)(int, plain_handler);
	plain_handler (*sysv_signal)(int, plain_handler);
	plain_handler (*sigset)(int, plain_handler);
} next;

__attribute__((constructor)) static void find_all(void)
{
	next.sigaction = (int (*)(int, const struct sigaction *, struct sigaction *))vmm_find_next("sigaction");
	next.signal = (plain_handler (*)(int, plain_handler))vmm_find_next("signal");
	next.sysv_signal = (plain_handler (*)(int, plain_handler))vmm_find_next("__sysv_signal");
	next.sigset = (plain_handler (*)(int, plain_handler))vmm_find_next("sigset");
}

static _Atomic(uintptr_t) handlers[2][NSIG]; /* the client's, behind each relay */
static _Atomic unsigned int turns[NSIG];     /* which relay the last handler of a signal got, in bit 0 */

/* Of the calling thread: handlers that are running. What they call is the client's business, even above a function of the engine. */
static __attribute__((tls_model("initial-exec"))) __thread int depth;

static void relay(unsigned int which, int signal, siginfo_t *information, void *context)
{
	handler own = (handler)atomic_load(&handlers[which][signal]);

	atomic_load(&vmm_engine)->interrupt();
	depth++;
	own(signal, information, context); /* one that takes the number alone does not mind the rest */
	depth--;
}

static void first_relay(int signal, siginfo_t *information, void *context)
{
	relay(0, signal, information, context);
}

static void second_relay(int signal, siginfo_t *information, void *context)
{
	relay(1, signal, information, context);
}

static const handler relays[2] = { first_relay, second_relay };

/* Faults are no wish to come back: the engine and sanitizers pass them on among themselves. */
static int is_relayed(int signal)
{
	return signal > 0 && signal < NSIG && signal != SIGSEGV && signal != SIGBUS && signal != SIGFPE && signal != SIGILL && signal != SIGTRAP;
}

static int is_handler(uintptr_t value)
{
	return value != (uintptr_t)SIG_DFL && value != (uintptr_t)SIG_IGN && value != (uintptr_t)SIG_ERR && value != (uintptr_t)SIG_HOLD;
}

/* What the kernel is given in place of a handler that is being set. */
static uintptr_t wrap(int signal, uintptr_t own)
{
	unsigned int which;

	if (!is_handler(own))
		return own;
	which = (atomic_fetch_xor(&turns[signal], 1) & 1) ^ 1;
	atomic_store(&handlers[which][signal], own);
	return (uintptr_t)relays[which];
}

/* What the client is shown in place of what the kernel has. */
static uintptr_t unwrap(int signal, uintptr_t shown)
{
	return shown == (uintptr_t)first_relay ? atomic_load(&handlers[0][signal])
		: shown == (uintptr_t)second_relay ? atomic_load(&handlers[1][signal])
		: shown;
}

/* The engine's own handlers are left as they are: they come of what it does itself. */
static int passes(int signal)
{
	const struct engine *engine = atomic_load_explicit(&vmm_engine, memory_order_acquire);

	return engine == NULL || !is_relayed(signal) || (engine->is_inside() && depth == 0);
}

EXPORT int sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	struct sigaction relayed;
	int result;

	if (passes(signal))
		return NEXT(sigaction)(signal, action, old);
	if (action != NULL) {
		relayed = *action;
		relayed.sa_sigaction = (handler)wrap(signal, (uintptr_t)action->sa_sigaction);
	}
	result = next.sigaction(signal, action == NULL ? NULL : &relayed, old);
	if (result == 0 && old != NULL)
		old->sa_sigaction = (handler)unwrap(signal, (uintptr_t)old->sa_sigaction);
	return result;
}

static plain_handler set_plainly(plain_handler (*set)(int, plain_handler), int signal, plain_handler own)
{
	if (passes(signal))
		return set(signal, own);
	return (plain_handler)unwrap(signal, (uintptr_t)set(signal, (plain_handler)wrap(signal, (uintptr_t)own)));
}

EXPORT plain_handler signal(int signal, plain_handler own)
{
	return set_plainly(NEXT(signal), signal, own);
}

EXPORT plain_handler bsd_signal(int signal, plain_handler own)
{
	return set_plainly(NEXT(signal), signal, own);
}

EXPORT plain_handler ssignal(int signal, plain_handler own)
{
	return set_plainly(NEXT(signal), signal, own);
}

EXPORT plain_handler sysv_signal(int signal, plain_handler own)
{
	return set_plainly(NEXT(sysv_signal), signal, own);
}

EXPORT plain_handler __sysv_signal(int signal, plain_handler own)
{
	return set_plainly(NEXT(sysv_signal), signal, own);
}

EXPORT plain_handler sigset(int signal, plain_handler own)
{
	return set_plainly(NEXT(sigset), signal, own);
}

void vmm_relay_signals(void)
{
	for (int signal = 1; signal < NSIG; signal++) {
		struct sigaction action, replaced;
		uintptr_t own;

		if (!is_relayed(signal) || NEXT(sigaction)(signal, NULL, &action) != 0)
			continue;
		own = (uintptr_t)action.sa_sigaction;
		if (!is_handler(own) || unwrap(signal, own) != own)
			continue;
		action.sa_sigaction = (handler)wrap(signal, own);
		/* Another thread may have set one in between, and that is a relay already. */
		if (next.sigaction(signal, &action, &replaced) == 0 && (uintptr_t)replaced.sa_sigaction != own)
			next.sigaction(signal, &replaced, NULL);
	}
}
