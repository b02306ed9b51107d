/* With the option lifetime=descriptor a VM of FreeBSD's interface ends with the last descriptor of its device. */
#include <sched.h>
#include <unistd.h>

#include "freebsd_guest.h"

static const uint8_t halt[] = { 0xF4 }; /* hlt */

static void a_vm_ends_with_its_last_descriptor(void)
{
    struct guest guest;
    guest_open(&guest, "tied", halt, sizeof halt);
    int second = device_open("/dev/vmm/tied", O_RDWR);
    REQUIRE(second >= 0);
    EXPECT_EQ(0, device_close(guest.vm));
    guest.vm = second;
    EXPECT_EQ(0, guest_get(&guest, VM_REG_GUEST_RBX));

    EXPECT_EQ(0, device_close(second));
    EXPECT_EQ(-ENOENT, device_open("/dev/vmm/tied", O_RDWR));
    EXPECT_EQ(halt[0], guest.memory[GUEST_START]);
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.control));
}

/* close(2) is not the library's: it hears of it a moment later. */
static void a_descriptor_closed_by_the_system_counts_too(void)
{
    struct guest guest;
    guest_open(&guest, "heard", halt, sizeof halt);
    EXPECT_EQ(0, close(guest.vm));

    int vm;
    while ((vm = device_open("/dev/vmm/heard", O_RDWR)) >= 0) {
        EXPECT_EQ(0, close(vm));
        sched_yield();
    }

    EXPECT_EQ(-ENOENT, vm);
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.control));
}

int main(void)
{
    REQUIRE_EQ(0, vmm_set("lifetime", "descriptor"));
    return RUN_CASES(CASE(a_vm_ends_with_its_last_descriptor), CASE(a_descriptor_closed_by_the_system_counts_too));
}
