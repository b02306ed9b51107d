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
		int ready = poll(&events, 1, -1);

		if (ready < 0 && errno != EINTR)
			break;
		if (ready > 0) {
			vmm_thread.place = THREAD_INSIDE;
			engine_drain();
			vmm_thread.place = THREAD_OUTSIDE;
		}
	}
	return NULL;
}

void vmm_watch_start(void)
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

int vmm_is_file_open(uint64_t device, uint64_t inode)
{
	DIR *descriptors = opendir("/proc/self/fd");
	struct dirent *entry;
	struct stat status;
	int is_open = 0;

	if (descriptors == NULL)
		return 1;
	while (!is_open && (entry = readdir(descriptors)) != NULL) {
		is_open = entry->d_name[0] != '.'
			&& fstat(atoi(entry->d_name), &status) == 0
			&& status.st_dev == device && status.st_ino == inode;
	}
	closedir(descriptors);
	return is_open;
}
