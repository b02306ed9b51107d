/*
 * Opening, commanding and closing a device, and interrupting a run: with the library's functions in a program that links to it (CLIENT_LINKED), with plain system
 * calls in one that runs under the preload shim. Both answer a descriptor or 0, or Linux's errno negated.
 */
#ifndef CLIENT_DEVICE_H
#define CLIENT_DEVICE_H

#include <errno.h>
#include <fcntl.h>

#ifdef CLIENT_LINKED

#include <vmmengine.h>

static inline int device_result(int result)
{
    return result < 0 ? -vmm_linux_errno(-result) : result;
}

static inline int device_open(const char *path, int flags)
{
    return device_result(vmm_open(path, flags));
}

static inline int device_ioctl(int fd, unsigned long command, void *argument)
{
    return device_result(vmm_ioctl(fd, command, argument));
}

static inline int device_close(int fd)
{
    return device_result(vmm_close(fd));
}

/* What a signal handler calls so that it ends the run that it has interrupted. The shim sees handlers by itself. */
static inline void device_interrupt(void)
{
    vmm_interrupt();
}

#else

#include <sys/ioctl.h>
#include <unistd.h>

static inline int device_result(int result)
{
    return result == -1 ? -errno : result;
}

static inline int device_open(const char *path, int flags)
{
    return device_result(open(path, flags));
}

static inline int device_ioctl(int fd, unsigned long command, void *argument)
{
    return device_result(ioctl(fd, command, argument));
}

static inline int device_close(int fd)
{
    return device_result(close(fd));
}

static inline void device_interrupt(void)
{
}

#endif

#endif
