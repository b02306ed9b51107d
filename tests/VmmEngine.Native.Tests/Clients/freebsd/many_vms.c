/* 32 VMs in one process, each with 64 MiB and a guest of its own; when they are gone nothing of them is left. */
#include "freebsd_guest.h"
#include "leftovers.h"

enum { VMS = 32, ROUNDS = 2 };

static const uint8_t answer[] = {
    0xA0, 0x00, 0x20, /* mov al, [2000h] */
    0xE6, 0x10,       /* out 10h, al     */
    0xF4,             /* hlt             */
};

static void open_all(struct guest *guests)
{
    for (int i = 0; i < VMS; i++) {
        char name[16];
        snprintf(name, sizeof name, "vm%d", i);
        guest_open(&guests[i], name, answer, sizeof answer);
        guests[i].memory[0x2000] = (uint8_t)(i + 1);
    }
}

static void run_all(const struct guest *guests)
{
    for (int i = 0; i < VMS; i++) {
        struct vm_exit vmexit;
        REQUIRE_EQ(0, guest_run(&guests[i], &vmexit));
        EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
        EXPECT_EQ(i + 1, vmexit.u.inout.eax & 0xFF);
    }
}

static void all_run_and_nothing_is_left(void)
{
    static struct guest guests[VMS];
    int control = device_open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    int memory_files = count_memory_files();
    int kvm_files = count_kvm_files();

    for (int round = 0; round < ROUNDS; round++) {
        open_all(guests);
        EXPECT(count_memory_files() >= memory_files + VMS);
        run_all(guests);
        for (int i = 0; i < VMS; i++)
            guest_close(&guests[i]);

        EXPECT_EQ(memory_files, count_memory_files());
        EXPECT_EQ(kvm_files, count_kvm_files());
    }

    EXPECT_EQ(0, device_close(control));
}

int main(void)
{
    return RUN_CASES(CASE(all_run_and_nothing_is_left));
}
