/*
 * VmmEngine as a C library: the device interfaces of FreeBSD's and OpenBSD's vmm, served inside this process on Linux.
 *
 *   cc example.c $(pkg-config --cflags --libs vmmengine)
 *
 * A device is opened by its path, and takes the commands and structures of its own system, byte for byte, with that system's encoding of
 * command words (which is not Linux's):
 *
 *   /dev/vmmctl, /dev/vmm/NAME, /dev/vmm.io/NAME.SEGMENT    FreeBSD
 *   /dev/vmm                                                OpenBSD, both revisions of its structures
 *
 * Descriptors are real ones: mmap(2), pread(2), pwrite(2), dup(2), poll(2), fcntl(2) and close(2) work on them, and the memory of a FreeBSD VM
 * is in the file of its descriptor at the guest-physical address. VMs live in this process and end with it. The library has descriptors of its own: who closes all
 * that there are, by close_range(2) or closefrom(3), ends its service, unless that is in a child before exec.
 *
 * In the client's process the library uses the signals SIGRTMIN and, with KVM, SIGRTMAX-2, and takes SIGSEGV and SIGFPE, of which it passes on what is not its own to
 * the handlers that were there; a client may put its own over them. SIGPIPE stays as it was. Threads of the library's own block all signals. A thread
 * may not be cancelled, and may not leave by longjmp, while it is inside.
 *
 * All functions may be called from any thread, and answer
 *   -VMM_EDEADLK  in a signal handler that has interrupted one of them on the same thread;
 *   -VMM_ENXIO    in a child of fork(2) that has not called exec: the VMs are its parent's, whose memory it still sees where it is mapped.
 */
#ifndef VMMENGINE_H
#define VMMENGINE_H

#ifdef __cplusplus
extern "C" {
#endif

/* What this header describes; vmm_version() says what was linked. */
#define VMMENGINE_VERSION "0.1.0"

/*
 * Errors are the interface's own numbers, FreeBSD's or OpenBSD's, which are Linux's only up to 34 (and not 11). These differ; up to
 * 80 the two systems agree. vmm_linux_errno() translates.
 */
#define VMM_ENXIO         6
#define VMM_EDEADLK      11
#define VMM_EAGAIN       35
#define VMM_EALREADY     37
#define VMM_EOPNOTSUPP   45
#define VMM_ENAMETOOLONG 63
#define VMM_ENOSYS       78

/* Opens a device. flags are open(2)'s: O_RDONLY, O_WRONLY or O_RDWR, and O_CLOEXEC. Returns a descriptor, or a negated error. */
int vmm_open(const char *path, int flags);

/*
 * Carries out a command. Returns 0, or a negated error, and then has written nothing to *argument. An argument that is not mapped, or read-only where the command
 * writes, is EFAULT. That costs nothing for arguments on the calling thread's stack, among the program's variables, or on its heap; for others it costs a system call.
 *
 * The library remembers what a number stands for. Once close(2) or dup2(2) has made another file of a device's number, it is not for vmm_ioctl until
 * vmm_open gives it out again; vmm_close forgets the number at once.
 */
int vmm_ioctl(int fd, unsigned long command, void *argument);

/*
 * Closes a descriptor, as close(2) does, and returns when what that ends has ended: for example, VMs that were created with
 * DESTROY_ON_CLOSE. With close(2) they end a moment later. Returns 0, or a negated error.
 */
int vmm_close(int fd);

/*
 * For signal handlers: makes the command that the handler has interrupted on its thread, if it runs a vCPU, return as after a signal upstream. FreeBSD's VM_RUN
 * answers the exit VM_EXITCODE_BOGUS, OpenBSD's VMM_IOC_RUN VM_EXIT_NONE; neither is an error, SA_RESTART makes no difference, and the next run goes on in the
 * guest. A handler that does not call this runs at once, but its run goes on: the library does not see the handlers of a program that is linked to it.
 * The preload shim does, and calls this for each. May be called anywhere, and does nothing outside of a run.
 */
void vmm_interrupt(void);

/* The version of the library, such as "0.1.0". */
const char *vmm_version(void);

/* Severities of log lines. */
#define VMM_LOG_ERROR   0 /* a bug of the library's: the call that met it answered an error */
#define VMM_LOG_WARNING 1 /* something does not work here, and what to do about it */
#define VMM_LOG_INFO    2 /* choices made, such as the back end */

/* One line without its end. Called on the thread that is in a function of this library, which it must not call in turn. */
typedef void (*vmm_log_function)(void *context, int severity, const char *line);

/* Sends log lines to a function; with NULL, the default, to nobody. Errors and warnings since the start are sent at once. */
void vmm_set_log(vmm_log_function function, void *context);

/*
 * Sets an option, before the first vmm_open. Every option is also an environment variable, VMMENGINE_ and the name in capitals; what is set here
 * wins. Returns 0; -EINVAL for an option or value that there is not; -EBUSY after the first vmm_open.
 *
 *   backend     auto        KVM where it can be used, else the software processor (the default)
 *               kvm         KVM; creating a VM answers ENXIO where it cannot be used
 *               software    the software processor
 *               scripted    no processor: every vCPU writes to port F4h for ever, for measuring what a client's exits cost
 *   lifetime    process     VMs live as upstream's: until they are destroyed (the default)
 *               descriptor  a VM ends with the last descriptor: FreeBSD's with the last one of its own device, OpenBSD's with the one it was
 *                           created through
 *   credential  superuser   the process may do anything with its VMs (the default)
 *               process     its user ids count, as upstream: for example, only user 0 creates VMs without DESTROY_ON_CLOSE
 *   snapshots   off, on     FreeBSD's snapshot commands, which are an option of its kernel too (the default: off)
 *   max_vcpus   a number    FreeBSD's hw.vmm.maxcpu: vCPU ids of a VM (the default: as many as there are processors)
 *   max_vms     a number    FreeBSD's hw.vmm.maxvmms: VMs of a user (the default: 4 for each processor)
 *   log         off, stderr log lines go to the standard error stream as well (the default: off)
 */
int vmm_set(const char *option, const char *value);

/* Translates an error of the interfaces into Linux's number of the same name; what Linux does not have is EINVAL. Positive numbers. */
int vmm_linux_errno(int error);

#ifdef __cplusplus
}
#endif

#endif
