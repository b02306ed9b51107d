/* 32 VMs in one process, each with a guest of its own; when they are gone nothing of them is left. */
#include "leftovers.h"
#include "openbsd_guest.h"

enum { VMS = 32, ROUNDS = 2 };

static const uint8_t answer[] = {
    0xA0, 0x00, 0x20, /* mov al, [2000h] */
    0xE6, 0x10,       /* out 10h, al     */
};

static void open_all(struct guest *guests)
{
    for (int i = 0; i < VMS; i++) {
        guest_open(&guests[i], "one of many", answer, sizeof answer);
        guests[i].memory[0x2000] = (uint8_t)(i + 1);
    }
}

static void run_all(const struct guest *guests)
{
    for (int i = 0; i < VMS; i++) {
        struct vm_exit vmexit = { 0 };
        EXPECT_EQ(VMX_EXIT_IO, guest_run(&guests[i], &vmexit, 0, nothing));
        EXPECT_EQ(i + 1, vmexit.u.vei.vei_data & 0xFF);
    }
}

static void expect_info(int device)
{
    static struct vm_info_result results[VMS];
    struct vm_info_params info = { .vip_size = sizeof results, .vip_info = results };
    EXPECT_EQ(0, device_ioctl(device, VMM_IOC_INFO, &info));
    EXPECT_EQ(VMS, info.vip_info_ct);
    for (int i = 1; i < VMS; i++)
        EXPECT(results[i - 1].vir_id > results[i].vir_id); /* newest first */
}

static void all_run_and_nothing_is_left(void)
{
    static struct guest guests[VMS];
    int device = device_open("/dev/vmm", O_RDWR);
    REQUIRE(device >= 0);
    int memory_files = count_memory_files();
    int kvm_files = count_kvm_files();

    for (int round = 0; round < ROUNDS; round++) {
        open_all(guests);
        run_all(guests);
        expect_info(device);
        for (int i = 0; i < VMS; i++)
            guest_close(&guests[i]);

        EXPECT_EQ(memory_files, count_memory_files());
        EXPECT_EQ(kvm_files, count_kvm_files());
    }

    EXPECT_EQ(0, device_close(device));
}

int main(void)
{
    return RUN_CASES(CASE(all_run_and_nothing_is_left));
}
