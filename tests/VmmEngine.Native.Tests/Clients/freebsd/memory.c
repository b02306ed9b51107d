/* Guest memory through the VM's descriptor: mmap, pread and pwrite at guest-physical addresses. */
#include <unistd.h>

#include "freebsd_guest.h"

static const uint8_t add[] = {
    0xA1, 0x00, 0x20,       /* mov ax, [2000h] */
    0x05, 0x01, 0x00,       /* add ax, 1       */
    0xA3, 0x02, 0x20,       /* mov [2002h], ax */
    0xE6, 0x10,             /* out 10h, al     */
    0xEB, 0xF3,             /* jmp to the start */
};

static void what_is_written_is_read_on_the_other_side(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "transfer", add, sizeof add);
    uint16_t word = 0x1233;

    EXPECT_EQ(sizeof word, pwrite(guest.vm, &word, sizeof word, 0x2000));
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x34, vmexit.u.inout.eax & 0xFF);
    EXPECT_EQ(sizeof word, pread(guest.vm, &word, sizeof word, 0x2002));
    EXPECT_EQ(0x1234, word);
    EXPECT_EQ(0x34, guest.memory[0x2002]);
    guest_close(&guest);
}

static void a_part_is_mapped_at_its_address(void)
{
    struct guest guest;
    struct vm_exit vmexit;
    guest_open(&guest, "part", add, sizeof add);
    uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, guest.vm, 0x2000);
    REQUIRE(page != MAP_FAILED);

    page[0] = 0x41;
    REQUIRE_EQ(0, guest_run(&guest, &vmexit));
    EXPECT_EQ(0x42, page[2]);
    EXPECT_EQ(0, munmap(page, 4096));
    guest_close(&guest);
}

static void new_memory_is_zero(void)
{
    struct guest guest;
    guest_create(&guest, "zero");
    guest_add_memory(&guest);
    for (size_t i = 0; i < GUEST_MEMORY; i += 4096 - 1)
        REQUIRE_EQ(0, guest.memory[i]);

    guest_close(&guest);
}

static void a_mapping_outlives_the_vm(void)
{
    struct guest guest;
    guest_open(&guest, "mapped", add, sizeof add);
    EXPECT_EQ(0, vm_destroy(guest.control, guest.name));

    EXPECT_EQ(add[0], guest.memory[GUEST_START]);
    guest.memory[GUEST_MEMORY - 1] = 1;
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.vm));
    EXPECT_EQ(0, device_close(guest.control));
}

static void a_name_used_again_is_new_memory(void)
{
    struct guest first, second;
    guest_open(&first, "again", add, sizeof add);
    first.memory[0x5000] = 0x99;
    EXPECT_EQ(0, vm_destroy(first.control, first.name));

    guest_open(&second, "again", add, sizeof add);
    EXPECT_EQ(0, second.memory[0x5000]);
    EXPECT_EQ(0x99, first.memory[0x5000]);
    EXPECT_EQ(0, munmap(first.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(first.vm));
    EXPECT_EQ(0, device_close(first.control));
    guest_close(&second);
}

static void a_descriptor_for_reading_maps_for_reading(void)
{
    struct guest guest;
    guest_open(&guest, "reading", add, sizeof add);
    int reader = device_open("/dev/vmm/reading", O_RDONLY);
    REQUIRE(reader >= 0);

    EXPECT(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
    EXPECT_EQ(EACCES, errno);
    EXPECT_EQ(-1, pwrite(reader, "x", 1, 0));
    uint8_t *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reader, GUEST_START);
    REQUIRE(page != MAP_FAILED);
    EXPECT_EQ(0, memcmp(page, add, sizeof add));
    EXPECT_EQ(0, munmap(page, 4096));
    EXPECT_EQ(0, device_close(reader));
    guest_close(&guest);
}

/* A client lays memory out as upstream's library does: the part behind 4 GiB continues the same segment. */
static void high_memory_lies_at_its_address(void)
{
    enum { LOW = 16 << 20, HIGH = 8 << 20 };
    const uint64_t high_start = (uint64_t)4 << 30;
    struct guest guest;
    guest_create(&guest, "high");
    struct vm_memseg segment = { .segid = VM_SYSMEM, .len = LOW + HIGH };
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG, &segment));
    struct vm_memmap low = { .segid = VM_SYSMEM, .len = LOW, .prot = VM_PROT_ALL };
    struct vm_memmap high = { .segid = VM_SYSMEM, .gpa = high_start, .segoff = LOW, .len = HIGH, .prot = VM_PROT_ALL };
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_MMAP_MEMSEG, &low));
    REQUIRE_EQ(0, guest_ioctl(&guest, VM_MMAP_MEMSEG, &high));
    uint8_t *there = mmap(NULL, HIGH, PROT_READ | PROT_WRITE, MAP_SHARED, guest.vm, (off_t)high_start);
    REQUIRE(there != MAP_FAILED);
    there[5] = 0x66;

    /* The engine finds it there too: it reads the guest's page tables. */
    struct vm_guest_paging paging = { .cpu_mode = CPU_MODE_64BIT, .paging_mode = PAGING_MODE_64, .cr3 = high_start };
    struct vm_gla2gpa walk = { .prot = VM_PROT_READ, .gla = 0x123456, .paging = paging };
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GLA2GPA_NOFAULT, &walk));
    EXPECT_EQ(1, walk.fault);
    uint64_t tables[] = { (high_start + 0x1000) | 7, (high_start + 0x2000) | 7, 0x87 };
    for (size_t i = 0; i < 3; i++)
        memcpy(there + i * 0x1000, &tables[i], sizeof tables[i]);
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GLA2GPA_NOFAULT, &walk));
    EXPECT_EQ(0, walk.fault);
    EXPECT_EQ(0x123456, walk.gpa);

    struct vm_memmap next = { .gpa = 1 };
    EXPECT_EQ(0, guest_ioctl(&guest, VM_MMAP_GETNEXT, &next));
    EXPECT_EQ(high_start, next.gpa);
    EXPECT_EQ(LOW, next.segoff);
    EXPECT_EQ(0, munmap(there, HIGH));
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(
        CASE(what_is_written_is_read_on_the_other_side),
        CASE(a_part_is_mapped_at_its_address),
        CASE(new_memory_is_zero),
        CASE(a_mapping_outlives_the_vm),
        CASE(a_name_used_again_is_new_memory),
        CASE(a_descriptor_for_reading_maps_for_reading),
        CASE(high_memory_lies_at_its_address));
}
