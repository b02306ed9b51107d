/* What the C part of the library and its managed part know of each other. */
#ifndef EXPORTS_H
#define EXPORTS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "vmmengine.h"

/* How many ways into devices a thread remembers: a power of two. */
#define WAYS_REMEMBERED 8

enum thread_place {
	THREAD_UNKNOWN, /* the engine has not seen the thread, or the thread is a forked child's */
	THREAD_OUTSIDE,
	THREAD_INSIDE,  /* in managed code, or about to be */
};

/* A thread's way into a device, good as long as the descriptor's generation stays the same. Zero, as in a new thread, is none, of no descriptor. */
struct way {
	void *handle;
	uint64_t stamp; /* 1 more than the generation */
	int fd;
};

/* Of each thread; zero in a new one. What signal handlers use as well is volatile. */
struct thread_state {
	volatile enum thread_place place;
	volatile sig_atomic_t is_interrupted;    /* a handler has called vmm_interrupt since the thread came in */
	_Atomic uint32_t *volatile run_requests; /* of the vCPU that the thread runs; null: none */
	volatile uint8_t *volatile run_leaves;   /* a byte to set besides; null: none */
	struct way ways[WAYS_REMEMBERED];
	/* The part of the thread's stack that is known to be mapped, and how far down it may go. */
	uintptr_t stack_low;
	size_t stack_bytes;
	uintptr_t stack_limit;
};

extern __attribute__((tls_model("initial-exec"))) __thread struct thread_state vmm_thread;

/* Remembers that a descriptor is a device, or none any more, and ends all ways into what it was. Called by managed code, one thread at a time. */
void vmm_mark_known(int fd, int is_known);

/* 1 if any descriptor of this process but one is one of a file, or if that cannot be told; 0 if none is. Called by managed code. */
int vmm_is_file_open(uint64_t device, uint64_t inode, int except);

/* The calling thread begins, or ends, a run of a vCPU. Called by managed code, which holds the vCPU. */
void vmm_run_begins(_Atomic uint32_t *requests, volatile uint8_t *leave);
void vmm_run_ends(_Atomic uint32_t *requests);

/* What engine_find_way answers for a descriptor that is open and no device. */
#define WAY_OF_STRANGER ((void *)-1)

/* Managed code: Exports.cs. */
void engine_start(void);
void engine_thread_enters(void);
int engine_open(const char *path, int flags);
int engine_exists(const char *path);
int engine_ioctl(int fd, uint32_t command, void *argument);
void engine_closing(int fd);
void engine_closed(void);
void engine_refresh(int fd);
void *engine_find_way(int fd);
int engine_ioctl_by(void *way, uint32_t command, void *argument);
void engine_give_back_way(void *way);
int engine_watch(void);
int engine_drain(void);
int engine_set(const char *option, const char *value);
void engine_set_log(vmm_log_function function, void *context);

#endif
