/* What the C part of the library and its managed part know of each other. */
#ifndef EXPORTS_H
#define EXPORTS_H

#include <stddef.h>
#include <stdint.h>

#include "vmmengine.h"

/* How many addresses of pages a thread remembers to be mapped. */
#define PAGES_REMEMBERED 16

/* Of each thread; zero in a new one. */
struct thread_state {
	int depth;         /* 1 while the thread is in managed code or about to be */
	int is_registered; /* the engine has seen the thread, and hears of its end */
	uintptr_t writable_pages[PAGES_REMEMBERED];
};

extern __attribute__((tls_model("initial-exec"))) __thread struct thread_state vmm_thread;

/* Remembers that a descriptor is a device, or that it is not any more. Called by managed code. */
void vmm_mark_known(int fd, int is_known);

/* 1 if any descriptor of this process is one of a file, or if that cannot be told; 0 if none is. Called by managed code. */
int vmm_is_file_open(uint64_t device, uint64_t inode);

/* Managed code: Exports.cs. */
void engine_start(void);
void engine_thread_enters(void);
void engine_thread_exits(void);
int engine_open(const char *path, int flags);
int engine_ioctl(int fd, uint32_t command, void *argument);
void engine_closed(int fd);
int engine_watch(void);
void engine_drain(void);
int engine_set(const char *option, const char *value);
void engine_set_log(vmm_log_function function, void *context);

#endif
