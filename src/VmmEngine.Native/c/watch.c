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
	struct pollfd events = { .events = POLLIN };
	int interval;

	(void)unused;
	do {
		vmm_thread.place = THREAD_INSIDE;
		interval = engine_drain();
		events.fd = engine_watch();
		vmm_thread.place = THREAD_OUTSIDE;
		/* None is left if the client has closed what is not its own. Then VMs end with vmm_close alone. */
	} while (events.fd >= 0 && (poll(&events, 1, interval) >= 0 || errno == EINTR));
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

/*
 * The names of the process's descriptors, open once and for good: were it opened for each look, the thread above would for a moment hold a number that the client
 * takes for free, because it has just closed it, and puts another descriptor in the place of.
 */
static struct {
	DIR *names;
	struct stat status;
} descriptors;

void vmm_watch_prepare(void)
{
	descriptors.names = opendir("/proc/self/fd");
	if (descriptors.names != NULL)
		fstat(dirfd(descriptors.names), &descriptors.status);
}

/* False if it never was, and if the client has closed it, whose number may be any file's by now. */
static int is_prepared(void)
{
	struct stat now;

	return descriptors.names != NULL && fstat(dirfd(descriptors.names), &now) == 0
		&& now.st_dev == descriptors.status.st_dev && now.st_ino == descriptors.status.st_ino;
}

int vmm_is_file_open(uint64_t device, uint64_t inode, int except)
{
	struct dirent *entry;
	struct stat status;

	if (!is_prepared())
		vmm_watch_prepare();
	if (descriptors.names == NULL)
		return 1;

	rewinddir(descriptors.names);
	while ((entry = readdir(descriptors.names)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != except && fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode)
			return 1;
	}
	return 0;
}
