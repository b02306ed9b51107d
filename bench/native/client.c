/*
 * A client of the C library, which is told line by line what to do how often, and answers with the processor time that its thread took, in nanoseconds.
 *
 *   register N    read a register of a vCPU
 *   run N         run a vCPU to its next exit
 *   system N      a real ioctl, by the C library's own function
 *   other N       an ioctl that has nothing to do with the devices, as the program calls it
 *
 * Compiled with -DSHIM it uses open and ioctl, and is to be run with the preload shim. With an argument, the path of the library, it loads it, opens a device, and
 * answers with the time of that.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include <vmmengine.h>
#include <vmmengine/freebsd.h>

#ifdef SHIM
#define OPEN open
#define COMMAND ioctl
#else
#define OPEN vmm_open
#define COMMAND vmm_ioctl
#endif

#define TERMINAL_SIZE 0x5413 /* TIOCGWINSZ */

static int (*system_ioctl)(int, unsigned long, ...);
static int vm, nothing;

static long long now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void check(int is_right, const char *what)
{
	if (!is_right) {
		fprintf(stderr, "client: %s failed\n", what);
		exit(1);
	}
}

static void make_guest(void)
{
	struct vmmctl_vm_create create;
	int control = OPEN("/dev/vmmctl", O_RDWR);
	int vcpu = 0;

	memset(&create, 0, sizeof create);
	strcpy(create.name, "bench");
	create.flags = 1; /* ends with its descriptor */
	check(control >= 0, "opening /dev/vmmctl");
	check(COMMAND(control, VMMCTL_VM_CREATE, &create) == 0, "VMMCTL_VM_CREATE");
	vm = OPEN("/dev/vmm/bench", O_RDWR);
	check(vm >= 0, "opening the VM");
	check(COMMAND(vm, VM_ACTIVATE_CPU, &vcpu) == 0, "VM_ACTIVATE_CPU");
}

static void read_registers(long count)
{
	struct vm_register argument = { .cpuid = 0, .regnum = 20 };
	int failed = 0;

	for (long i = 0; i < count; i++)
		failed |= COMMAND(vm, VM_GET_REGISTER, &argument);
	check(!failed, "VM_GET_REGISTER");
}

static void run(long count)
{
	struct vm_exit answer;
	struct vm_run argument = { .cpuid = 0, .vm_exit = &answer };
	int failed = 0;

	for (long i = 0; i < count; i++)
		failed |= COMMAND(vm, VM_RUN, &argument);
	check(!failed, "VM_RUN");
}

static void call_system(long count)
{
	char size[64];

	for (long i = 0; i < count; i++)
		system_ioctl(nothing, TERMINAL_SIZE, size);
}

static void call_other(long count)
{
	char size[64];

	for (long i = 0; i < count; i++)
		ioctl(nothing, TERMINAL_SIZE, size);
}

static long long load(const char *path)
{
	long long begin = now(CLOCK_MONOTONIC);
	void *library = dlopen(path, RTLD_NOW);
	int (*open_device)(const char *, int);

	check(library != NULL, "loading the library");
	open_device = (int (*)(const char *, int))dlsym(library, "vmm_open");
	check(open_device("/dev/vmmctl", O_RDWR) >= 0, "opening /dev/vmmctl");
	return now(CLOCK_MONOTONIC) - begin;
}

int main(int arguments, char **argument)
{
	static const struct { const char *name; void (*perform)(long); } works[] = {
		{ "register", read_registers }, { "run", run }, { "system", call_system }, { "other", call_other },
	};
	char name[16];
	long count;

	if (arguments > 1) {
		printf("%lld\n", load(argument[1]));
		return 0;
	}

	system_ioctl = (int (*)(int, unsigned long, ...))dlsym(dlopen("libc.so.6", RTLD_NOW), "ioctl");
	nothing = open("/dev/null", O_RDWR);
	make_guest();
	while (scanf("%15s %ld", name, &count) == 2) {
		for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
			if (strcmp(works[i].name, name) == 0) {
				long long begin = now(CLOCK_THREAD_CPUTIME_ID);

				works[i].perform(count);
				printf("%lld\n", now(CLOCK_THREAD_CPUTIME_ID) - begin);
				fflush(stdout);
			}
		}
	}
	return 0;
}
