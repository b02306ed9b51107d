/* What a process holds of the engine's making: descriptors of VM memory and of KVM, and threads, as /proc tells. */
#ifndef CLIENT_LEFTOVERS_H
#define CLIENT_LEFTOVERS_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static inline int count_descriptors(const char *part)
{
    DIR *folder = opendir("/proc/self/fd");
    REQUIRE(folder != NULL);

    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[300], target[300];
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0)
            continue;

        target[length] = '\0';
        count += strstr(target, part) != NULL;
    }

    closedir(folder);
    return count;
}

/* Descriptors of memory files, as VMs have them. */
static inline int count_memory_files(void)
{
    return count_descriptors("memfd:");
}

/* Descriptors of KVM's VMs and vCPUs; /dev/kvm itself may stay open. */
static inline int count_kvm_files(void)
{
    return count_descriptors("kvm-");
}

#endif
