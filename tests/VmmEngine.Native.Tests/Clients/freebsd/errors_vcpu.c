/* Every error of the commands that deal with vCPUs: ids, registers, events, states. */
#include "freebsd_guest.h"

static const uint8_t halt[] = { 0xF4 }; /* hlt */
static struct guest guest;

#define TRY(command, type, ...) guest_ioctl(&guest, command, &(struct type){ __VA_ARGS__ })

static void ids(void)
{
    struct vm_cpu_topology topology;
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_GET_TOPOLOGY, &topology));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER, vm_register, .cpuid = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER, vm_register, .cpuid = -2));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER, vm_register, .cpuid = topology.maxcpus));
    EXPECT_EQ(-EINVAL, TRY(VM_ACTIVATE_CPU, vm_activate_cpu, .vcpuid = topology.maxcpus));
    EXPECT_EQ(0, TRY(VM_GET_REGISTER, vm_register, .cpuid = topology.maxcpus - 1)); /* comes to be on first mention */
}

static void activity(void)
{
    struct vm_exit vmexit;
    struct vm_run idle = { .cpuid = 1, .vm_exit = &vmexit };
    EXPECT_EQ(-EBUSY, TRY(VM_ACTIVATE_CPU, vm_activate_cpu, 0));
    EXPECT_EQ(-EINVAL, guest_ioctl(&guest, VM_RUN, &idle)); /* not active */
    EXPECT_EQ(-EINVAL, TRY(VM_SUSPEND_CPU, vm_activate_cpu, 1));
    EXPECT_EQ(-EINVAL, TRY(VM_RESUME_CPU, vm_activate_cpu, 0)); /* not stopped */
    EXPECT_EQ(0, TRY(VM_SUSPEND_CPU, vm_activate_cpu, -1));
    EXPECT_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_DEBUG, vmexit.exitcode);
    EXPECT_EQ(0, TRY(VM_RESUME_CPU, vm_activate_cpu, -1));
    EXPECT_EQ(-EBUSY, guest_ioctl(&guest, VM_REINIT, NULL));
}

static void registers(void)
{
    int numbers[VM_REG_LAST + 1] = { VM_REG_GUEST_RAX, VM_REG_GUEST_RBX };
    uint64_t values[VM_REG_LAST + 1] = { 1, 2 };
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER, vm_register, .regnum = VM_REG_LAST));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_REGISTER, vm_register, .regnum = VM_REG_LAST));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_REGISTER, vm_register, .regnum = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER, vm_register, .regnum = VM_REG_GUEST_GDTR));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER_SET, vm_register_set, .count = VM_REG_LAST + 1, .regnums = numbers, .regvals = values));
    EXPECT_EQ(-EFAULT, TRY(VM_GET_REGISTER_SET, vm_register_set, .count = 1, .regvals = values));
    EXPECT_EQ(-EFAULT, TRY(VM_GET_REGISTER_SET, vm_register_set, .count = 1, .regnums = numbers));
    EXPECT_EQ(0, TRY(VM_SET_REGISTER_SET, vm_register_set, .count = 2, .regnums = numbers, .regvals = values));
    EXPECT_EQ(2, guest_get(&guest, VM_REG_GUEST_RBX));
    EXPECT_EQ(0, TRY(VM_GET_REGISTER_SET, vm_register_set, .count = 0));

    /* A set stops at the first bad register and has changed the earlier ones; a get then answers nothing. */
    numbers[1] = VM_REG_LAST;
    values[0] = 77;
    EXPECT_EQ(-EINVAL, TRY(VM_SET_REGISTER_SET, vm_register_set, .count = 2, .regnums = numbers, .regvals = values));
    EXPECT_EQ(77, guest_get(&guest, VM_REG_GUEST_RAX));
    values[0] = 5;
    EXPECT_EQ(-EINVAL, TRY(VM_GET_REGISTER_SET, vm_register_set, .count = 2, .regnums = numbers, .regvals = values));
    EXPECT_EQ(5, values[0]);
    EXPECT_EQ(-EINVAL, TRY(VM_GET_SEGMENT_DESCRIPTOR, vm_seg_desc, .regnum = VM_REG_GUEST_RAX));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_SEGMENT_DESCRIPTOR, vm_seg_desc, .regnum = VM_REG_LAST));
}

static void capabilities(void)
{
    EXPECT_EQ(-EINVAL, TRY(VM_GET_CAPABILITY, vm_capability, .captype = VM_CAP_MAX));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_CAPABILITY, vm_capability, .captype = -1, .capval = 1));
    EXPECT_EQ(0, TRY(VM_SET_CAPABILITY, vm_capability, .captype = VM_CAP_HALT_EXIT, .capval = 1));
    EXPECT_EQ(0, TRY(VM_SET_CAPABILITY, vm_capability, .captype = VM_CAP_HALT_EXIT, .capval = 0));
}

static void events(void)
{
    EXPECT_EQ(-EINVAL, TRY(VM_INJECT_EXCEPTION, vm_exception, .vector = 32));
    EXPECT_EQ(-EINVAL, TRY(VM_INJECT_EXCEPTION, vm_exception, .vector = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_INJECT_EXCEPTION, vm_exception, .vector = 8));
    EXPECT_EQ(0, TRY(VM_INJECT_EXCEPTION, vm_exception, .vector = 6));
    EXPECT_EQ(-EBUSY, TRY(VM_INJECT_EXCEPTION, vm_exception, .vector = 6));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_INTINFO, vm_intinfo, .info1 = 0x80000320)); /* exception 32 */
    EXPECT_EQ(-EINVAL, TRY(VM_SET_INTINFO, vm_intinfo, .info1 = 0x80000203)); /* NMI with vector 3 */
    EXPECT_EQ(-EINVAL, TRY(VM_SET_INTINFO, vm_intinfo, .info1 = 0x80001000)); /* a reserved bit */
    EXPECT_EQ(-EINVAL, TRY(VM_INJECT_NMI, vm_nmi, .cpuid = -1));
}

static void interrupts(void)
{
    EXPECT_EQ(-EINVAL, TRY(VM_LAPIC_IRQ, vm_lapic_irq, .vector = 15));
    EXPECT_EQ(-EINVAL, TRY(VM_LAPIC_IRQ, vm_lapic_irq, .vector = 256));
    EXPECT_EQ(-EINVAL, TRY(VM_LAPIC_MSI, vm_lapic_msi, .addr = 0xFED00000, .msg = 0x40));
    EXPECT_EQ(-EINVAL, TRY(VM_IOAPIC_ASSERT_IRQ, vm_ioapic_irq, .irq = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_IOAPIC_PULSE_IRQ, vm_ioapic_irq, .irq = 32));
    EXPECT_EQ(-EINVAL, TRY(VM_ISA_ASSERT_IRQ, vm_isa_irq, .atpic_irq = 16, .ioapic_irq = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_ISA_SET_IRQ_TRIGGER, vm_isa_irq_trigger, .atpic_irq = 16));
    EXPECT_EQ(-EINVAL, TRY(VM_ISA_SET_IRQ_TRIGGER, vm_isa_irq_trigger, .atpic_irq = 2, .trigger = 1));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_X2APIC_STATE, vm_x2apic, .state = 2));
}

static void platform(void)
{
    EXPECT_EQ(-EINVAL, TRY(VM_RTC_READ, vm_rtc_data, .offset = 128));
    EXPECT_EQ(-EINVAL, TRY(VM_RTC_READ, vm_rtc_data, .offset = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_RTC_WRITE, vm_rtc_data, .offset = 13));
    EXPECT_EQ(-EINVAL, TRY(VM_RTC_WRITE, vm_rtc_data, .offset = 50));
    EXPECT_EQ(-EINVAL, TRY(VM_RTC_WRITE, vm_rtc_data, .offset = 128));
    EXPECT_EQ(0, TRY(VM_RTC_WRITE, vm_rtc_data, .offset = 14, .value = 1));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_KERNEMU_DEV, vm_readwrite_kernemu_device, .gpa = 0xFE000000, .access_width = 2));
    EXPECT_EQ(-EINVAL, TRY(VM_SET_TOPOLOGY, vm_cpu_topology, .sockets = 60000, .cores = 60000, .threads = 1));
    EXPECT_EQ(-ENOENT, TRY(VM_STATS, vm_stats, .index = 100000));
    EXPECT_EQ(-EINVAL, TRY(VM_STATS, vm_stats, .index = -1));
    EXPECT_EQ(-EINVAL, TRY(VM_STAT_DESC, vm_stat_desc, .index = 100000));
}

static void passthrough(void)
{
    EXPECT_EQ(-ENXIO, TRY(VM_BIND_PPTDEV, vm_pptdev, 0));
    EXPECT_EQ(-ENOENT, TRY(VM_UNBIND_PPTDEV, vm_pptdev, 0));
    EXPECT_EQ(-ENOENT, TRY(VM_PPTDEV_MSI, vm_pptdev_msi, 0));
}

static void sets(void)
{
    struct cpuset_t cpus;
    EXPECT_EQ(-ERANGE, TRY(VM_GET_CPUS, vm_cpuset, .cpusetsize = 0, .cpus = &cpus));
    EXPECT_EQ(-ERANGE, TRY(VM_GET_CPUS, vm_cpuset, .cpusetsize = CPU_SETSIZE_BYTES + 1, .cpus = &cpus));
    EXPECT_EQ(-EINVAL, TRY(VM_GET_CPUS, vm_cpuset, .which = 3, .cpusetsize = CPU_SETSIZE_BYTES, .cpus = &cpus));
    EXPECT_EQ(-EFAULT, TRY(VM_GET_CPUS, vm_cpuset, .cpusetsize = CPU_SETSIZE_BYTES));
    EXPECT_EQ(0, TRY(VM_GET_CPUS, vm_cpuset, .cpusetsize = CPU_SETSIZE_BYTES, .cpus = &cpus));
    EXPECT_EQ(1, cpus.__bits[0]);
}

/* Last: it ends what can be done with the VM. */
static void suspension(void)
{
    EXPECT_EQ(-EINVAL, TRY(VM_SUSPEND, vm_suspend, VM_SUSPEND_NONE));
    EXPECT_EQ(-EINVAL, TRY(VM_SUSPEND, vm_suspend, VM_SUSPEND_LAST));
    EXPECT_EQ(0, TRY(VM_SUSPEND, vm_suspend, VM_SUSPEND_POWEROFF));
    EXPECT_EQ(-EALREADY, TRY(VM_SUSPEND, vm_suspend, VM_SUSPEND_RESET));
}

int main(void)
{
    guest_open(&guest, "errors", halt, sizeof halt);
    int status = RUN_CASES(
        CASE(ids),
        CASE(activity),
        CASE(registers),
        CASE(capabilities),
        CASE(events),
        CASE(interrupts),
        CASE(platform),
        CASE(passthrough),
        CASE(sets),
        CASE(suspension));
    guest_close(&guest);
    return atomic_load(&check_failures) == 0 ? status : EXIT_FAILURE;
}
