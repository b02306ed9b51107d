/* Device memory: a boot ROM is written through its own node, mapped below 4 GiB, and run from the reset vector. */
#include "freebsd_guest.h"

#define ROM_SIZE 0x10000u
#define ROM_START (0x100000000ull - ROM_SIZE)
#define RESET_VECTOR 0xFFF0u
#define ROM_NODE "/dev/vmm.io/rom.bootrom"

static const uint8_t reset[] = {
    0xB0, 0x5A, /* mov al, 5Ah */
    0xE6, 0x10, /* out 10h, al */
    0xF4,       /* hlt         */
};

static void a_guest_starts_in_its_boot_rom(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    struct vm_activate_cpu activate = { 0 };
    guest_create(&guest, "rom");
    guest_add_memory(&guest);
    EXPECT_EQ(-ENOENT, device_open(ROM_NODE, O_RDWR));

    struct vm_memseg segment = { .segid = VM_BOOTROM, .len = ROM_SIZE, .name = "bootrom" };
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &segment));
    int node = device_open(ROM_NODE, O_RDWR);
    REQUIRE(node >= 0);
    uint8_t *rom = mmap(NULL, ROM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, node, 0);
    REQUIRE(rom != MAP_FAILED);
    memcpy(rom + RESET_VECTOR, reset, sizeof reset);
    struct vm_memmap map = { .gpa = ROM_START, .segid = VM_BOOTROM, .len = ROM_SIZE, .prot = VM_PROT_READ | VM_PROT_EXECUTE };
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_MMAP_MEMSEG, &map));

    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ACTIVATE_CPU, &activate));
    guest_set_segment(&guest, VM_REG_GUEST_CS, 0xFFFF0000);
    guest_set(&guest, VM_REG_GUEST_RIP, RESET_VECTOR);
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    EXPECT_EQ(0x10, vmexit.u.inout.port);
    EXPECT_EQ(0x5A, vmexit.u.inout.eax & 0xFF);

    struct vm_memseg found = { .segid = VM_BOOTROM };
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GET_MEMSEG, &found));
    EXPECT_EQ(ROM_SIZE, found.len);
    EXPECT_EQ(0, strcmp("bootrom", found.name));

    /* The node takes no commands, goes with the VM, and leaves its mappings. */
    EXPECT_EQ(-ENODEV, device_ioctl(node, VM_GET_MEMSEG, &found));
    EXPECT_EQ(0, vm_destroy(guest.control, guest.name));
    EXPECT_EQ(-ENOENT, device_open(ROM_NODE, O_RDWR));
    EXPECT_EQ(reset[0], rom[RESET_VECTOR]);
    EXPECT_EQ(0, munmap(rom, ROM_SIZE));
    EXPECT_EQ(0, device_close(node));
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.vm));
    EXPECT_EQ(0, device_close(guest.control));
}

static void two_segments_are_two_files(void)
{
    struct guest guest;
    guest_create(&guest, "two");
    struct vm_memseg frames = { .segid = 9, .len = 0x2000, .name = "framebuffer" };
    struct vm_memseg rom = { .segid = 10, .len = 0x1000, .name = "pcirom" };
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &frames));
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &rom));
    int nodes[] = { device_open("/dev/vmm.io/two.framebuffer", O_RDWR), device_open("/dev/vmm.io/two.pcirom", O_RDWR) };
    REQUIRE(nodes[0] >= 0 && nodes[1] >= 0);
    uint8_t *first = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_SHARED, nodes[0], 0x1000);
    uint8_t *second = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_SHARED, nodes[1], 0);
    REQUIRE(first != MAP_FAILED && second != MAP_FAILED);

    first[0] = 1;
    EXPECT_EQ(0, second[0]);
    EXPECT_EQ(0, munmap(first, 0x1000));
    EXPECT_EQ(0, munmap(second, 0x1000));
    EXPECT_EQ(0, device_close(nodes[0]));
    EXPECT_EQ(0, device_close(nodes[1]));
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(CASE(a_guest_starts_in_its_boot_rom), CASE(two_segments_are_two_files));
}
