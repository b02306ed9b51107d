#define _GNU_SOURCE
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exports.h"

/* It runs what the end of a descriptor takes with it: the end of VMs. */
#define STACK_BYTES (512 * 1024)

static void *watch(void *unused)
{
	struct pollfd events = { .fd = engine_watch(), .events = POLLIN };

	(void)unused;
	while (events.fd >= 0) {
		int interval;

		vmm_thread.place = THREAD_INSIDE;
		interval = engine_drain();
		vmm_thread.place = THREAD_OUTSIDE;
		if (poll(&events, 1, interval) < 0 && errno != EINTR)
			break;
	}
	return NULL;
}

static void start(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	/* Without the thread, VMs end with vmm_close only: no reason to refuse service. */
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	if (pthread_create(&thread, &attributes, watch, NULL) == 0)
		pthread_setname_np(thread, "vmm-close");
	pthread_attr_destroy(&attributes);
}

void vmm_watch_start(void)
{
	static pthread_once_t started = PTHREAD_ONCE_INIT;

	pthread_once(&started, start);
}

int vmm_is_file_open(uint64_t device, uint64_t inode, int except)
{
	DIR *descriptors = opendir("/proc/self/fd");
	struct dirent *entry;
	struct stat status;
	int is_open = 0;

	if (descriptors == NULL)
		return 1;
	while (!is_open && (entry = readdir(descriptors)) != NULL) {
		int fd = atoi(entry->d_name);

		is_open = entry->d_name[0] != '.' && fd != except
			&& fstat(fd, &status) == 0
			&& status.st_dev == device && status.st_ino == inode;
	}
	closedir(descriptors);
	return is_open;
}
