/* A VM of FreeBSD's interface with 64 MiB of memory at 0 and one vCPU in real mode: what most clients begin with. */
#ifndef CLIENT_FREEBSD_GUEST_H
#define CLIENT_FREEBSD_GUEST_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <vmmengine/freebsd.h>

#include "check.h"
#include "device.h"

#define GUEST_MEMORY ((size_t)64 << 20)
#define GUEST_START 0x1000
#define GUEST_STACK 0x8000

struct guest {
    char name[32];
    int control;     /* /dev/vmmctl */
    int vm;          /* /dev/vmm/NAME */
    int cpuid;       /* the vCPU that is commanded */
    uint8_t *memory; /* all of the guest's memory, mapped through the VM's descriptor */
};

static inline void guest_path(const char *name, char *path, size_t size)
{
    snprintf(path, size, "/dev/vmm/%s", name);
}

static inline int vm_create(int control, const char *name, uint32_t flags)
{
    struct vmmctl_vm_create create = { .flags = flags };
    memcpy(create.name, name, strlen(name));
    return device_ioctl(control, VMMCTL_VM_CREATE, &create);
}

static inline int vm_destroy(int control, const char *name)
{
    struct vmmctl_vm_destroy destroy = { 0 };
    memcpy(destroy.name, name, strlen(name));
    return device_ioctl(control, VMMCTL_VM_DESTROY, &destroy);
}

/* Creates and opens a VM without memory or vCPUs. */
static inline void guest_create(struct guest *guest, const char *name)
{
    char path[64];
    *guest = (struct guest){ .memory = MAP_FAILED };
    snprintf(guest->name, sizeof guest->name, "%s", name);
    guest->control = device_open("/dev/vmmctl", O_RDWR);
    REQUIRE(guest->control >= 0);
    REQUIRE_EQ(0, vm_create(guest->control, name, 0));
    guest_path(name, path, sizeof path);
    guest->vm = device_open(path, O_RDWR);
    REQUIRE(guest->vm >= 0);
}

static inline int guest_ioctl(const struct guest *guest, unsigned long command, void *argument)
{
    return device_ioctl(guest->vm, command, argument);
}

static inline uint64_t guest_get(const struct guest *guest, int reg)
{
    struct vm_register value = { .cpuid = guest->cpuid, .regnum = reg };
    EXPECT_EQ(0, guest_ioctl(guest, VM_GET_REGISTER, &value));
    return value.regval;
}

static inline void guest_set(const struct guest *guest, int reg, uint64_t value)
{
    struct vm_register argument = { .cpuid = guest->cpuid, .regnum = reg, .regval = value };
    EXPECT_EQ(0, guest_ioctl(guest, VM_SET_REGISTER, &argument));
}

static inline void guest_set_segment(const struct guest *guest, int reg, uint64_t base)
{
    struct vm_seg_desc descriptor = { .cpuid = guest->cpuid, .regnum = reg };
    EXPECT_EQ(0, guest_ioctl(guest, VM_GET_SEGMENT_DESCRIPTOR, &descriptor));
    descriptor.desc.base = base;
    EXPECT_EQ(0, guest_ioctl(guest, VM_SET_SEGMENT_DESCRIPTOR, &descriptor));
    guest_set(guest, reg, base >> 4 & 0xFFFF);
}

/* Gives the guest its memory, mapped here too. */
static inline void guest_add_memory(struct guest *guest)
{
    struct vm_memseg segment = { .segid = VM_SYSMEM, .len = GUEST_MEMORY };
    REQUIRE_EQ(0, guest_ioctl(guest, VM_ALLOC_MEMSEG, &segment));
    struct vm_memmap map = { .segid = VM_SYSMEM, .len = GUEST_MEMORY, .prot = VM_PROT_ALL };
    REQUIRE_EQ(0, guest_ioctl(guest, VM_MMAP_MEMSEG, &map));
    guest->memory = mmap(NULL, GUEST_MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vm, 0);
    REQUIRE(guest->memory != MAP_FAILED);
}

/* Activates the vCPU and puts it at the code, interrupts off, segments at 0. */
static inline void guest_begin(const struct guest *guest)
{
    struct vm_activate_cpu activate = { .vcpuid = guest->cpuid };
    REQUIRE_EQ(0, guest_ioctl(guest, VM_ACTIVATE_CPU, &activate));
    guest_set_segment(guest, VM_REG_GUEST_CS, 0);
    guest_set_segment(guest, VM_REG_GUEST_DS, 0);
    guest_set_segment(guest, VM_REG_GUEST_ES, 0);
    guest_set_segment(guest, VM_REG_GUEST_SS, 0);
    guest_set(guest, VM_REG_GUEST_RIP, GUEST_START);
    guest_set(guest, VM_REG_GUEST_RSP, GUEST_STACK);
}

/* All of the above, with this code. */
static inline void guest_open(struct guest *guest, const char *name, const uint8_t *code, size_t size)
{
    guest_create(guest, name);
    guest_add_memory(guest);
    memcpy(guest->memory + GUEST_START, code, size);
    guest_begin(guest);
}

/* One VM_RUN, whatever comes of it. */
static inline int guest_try_run(const struct guest *guest, struct vm_exit *vmexit)
{
    struct vm_run run = { .cpuid = guest->cpuid, .vm_exit = vmexit };
    return guest_ioctl(guest, VM_RUN, &run);
}

/* Runs until there is something for the client to do: two exits only ask to be called again. */
static inline int guest_run(const struct guest *guest, struct vm_exit *vmexit)
{
    int error;
    do {
        error = guest_try_run(guest, vmexit);
    } while (error == 0 && (vmexit->exitcode == VM_EXITCODE_REQIDLE || vmexit->exitcode == VM_EXITCODE_BOGUS));

    return error;
}

/* Destroys the VM and lets go of everything. */
static inline void guest_close(struct guest *guest)
{
    EXPECT_EQ(0, vm_destroy(guest->control, guest->name));
    if (guest->memory != MAP_FAILED)
        EXPECT_EQ(0, munmap(guest->memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest->vm));
    EXPECT_EQ(0, device_close(guest->control));
}

/* A word of the guest's memory, which the guest may change at any time. */
static inline volatile uint32_t *guest_word(const struct guest *guest, size_t address)
{
    return (volatile uint32_t *)(guest->memory + address);
}

#endif
