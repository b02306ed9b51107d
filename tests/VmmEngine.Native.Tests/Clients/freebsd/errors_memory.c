/* Every error of the commands that deal with memory. */
#include "freebsd_guest.h"

static struct guest guest;

#define ALLOCATE(...) guest_ioctl(&guest, VM_ALLOC_MEMSEG, &(struct vm_memseg){ __VA_ARGS__ })
#define MAP(...) guest_ioctl(&guest, VM_MMAP_MEMSEG, &(struct vm_memmap){ __VA_ARGS__ })
#define UNMAP(...) guest_ioctl(&guest, VM_MUNMAP_MEMSEG, &(struct vm_munmap){ __VA_ARGS__ })
#define TRANSLATE(...) guest_ioctl(&guest, VM_GLA2GPA_NOFAULT, &(struct vm_gla2gpa){ __VA_ARGS__ })

enum { PAGE = 4096 };

static void allocation(void)
{
    uint64_t domains = 1;
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = -1, .len = PAGE));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = VM_MAX_MEMSEGS, .len = PAGE));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = 0));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = PAGE + 1));
    EXPECT_EQ(-ENAMETOOLONG, ALLOCATE(.segid = 0, .len = PAGE, .name = "sixteen letters!"));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = PAGE, .name = "a b"));
    EXPECT_EQ(-ERANGE, ALLOCATE(.segid = 0, .len = PAGE, .ds_policy = 1, .ds_mask = &domains, .ds_mask_size = 7));
    EXPECT_EQ(-ERANGE, ALLOCATE(.segid = 0, .len = PAGE, .ds_policy = 1, .ds_mask = &domains, .ds_mask_size = 33));
    EXPECT_EQ(-EFAULT, ALLOCATE(.segid = 0, .len = PAGE, .ds_policy = 1, .ds_mask = (uint64_t *)8, .ds_mask_size = 8));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = PAGE, .ds_policy = 99, .ds_mask = &domains, .ds_mask_size = 8));

    EXPECT_EQ(0, ALLOCATE(.segid = 0, .len = 4 * PAGE));
    EXPECT_EQ(-EEXIST, ALLOCATE(.segid = 0, .len = 4 * PAGE));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = 5 * PAGE));
    EXPECT_EQ(-EINVAL, ALLOCATE(.segid = 0, .len = 4 * PAGE, .name = "device"));
    EXPECT_EQ(0, ALLOCATE(.segid = 1, .len = PAGE, .name = "device"));
    EXPECT_EQ(-EEXIST, ALLOCATE(.segid = 2, .len = PAGE, .name = "device")); /* its node is there already */
}

static void earlier_releases_forms(void)
{
    struct vm_memseg_14 fourteen = { .segid = 1, .len = PAGE, .name = "bootrom" };
    struct vm_memseg_12 twelve = { .segid = 1 };
    EXPECT_EQ(0, guest_ioctl(&guest, VM_ALLOC_MEMSEG_14, &fourteen));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GET_MEMSEG_12, &twelve));
    EXPECT_EQ(VM_BOOTROM, twelve.segid);
    EXPECT_EQ(PAGE, twelve.len);
    EXPECT_EQ(0, strcmp("bootrom", twelve.name));

    struct vm_memseg_14 endless = { .segid = 2, .len = PAGE, .name = "sixteen letters!" };
    EXPECT_EQ(-ENAMETOOLONG, guest_ioctl(&guest, VM_ALLOC_MEMSEG_14, &endless));
}

static void inquiry(void)
{
    struct vm_memseg segment = { .segid = 5, .len = 1, .name = "as it was" };
    EXPECT_EQ(-EINVAL, guest_ioctl(&guest, VM_GET_MEMSEG, &(struct vm_memseg){ .segid = -1 }));
    EXPECT_EQ(-EINVAL, guest_ioctl(&guest, VM_GET_MEMSEG, &(struct vm_memseg){ .segid = VM_MAX_MEMSEGS }));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_GET_MEMSEG, &segment));
    EXPECT_EQ(0, segment.len);
    EXPECT_EQ(0, strcmp("as it was", segment.name));
}

static void mapping(void)
{
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = 0));
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = 8));
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = VM_PROT_ALL, .flags = 2));
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = VM_PROT_ALL, .segid = -1));
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = VM_PROT_ALL, .segid = VM_MAX_MEMSEGS));
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = VM_PROT_ALL, .segid = 7)); /* not allocated */
    EXPECT_EQ(-EINVAL, MAP(.len = PAGE, .prot = VM_PROT_ALL, .segoff = -PAGE));
    EXPECT_EQ(-EINVAL, MAP(.len = 0, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EINVAL, MAP(.len = 5 * PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EINVAL, MAP(.len = UINT64_MAX - PAGE + 1, .segoff = PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EINVAL, MAP(.gpa = 1, .len = PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EINVAL, MAP(.segoff = 1, .len = PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EFAULT, MAP(.gpa = (uint64_t)1 << 47, .len = PAGE, .prot = VM_PROT_ALL));

    EXPECT_EQ(0, MAP(.len = 4 * PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EFAULT, MAP(.len = 4 * PAGE, .prot = VM_PROT_ALL));
    EXPECT_EQ(-EFAULT, MAP(.gpa = 3 * PAGE, .len = 4 * PAGE, .prot = VM_PROT_ALL));
}

static void unmapping(void)
{
    EXPECT_EQ(-EINVAL, UNMAP(.gpa = 0, .len = PAGE));
    EXPECT_EQ(-EINVAL, UNMAP(.gpa = PAGE, .len = 3 * PAGE));
    EXPECT_EQ(-EINVAL, UNMAP(.gpa = 0, .len = 5 * PAGE));
    EXPECT_EQ(0, UNMAP(.gpa = 0, .len = 4 * PAGE));
    EXPECT_EQ(-EINVAL, UNMAP(.gpa = 0, .len = 4 * PAGE));
    EXPECT_EQ(0, UNMAP(.gpa = 0, .len = 0)); /* matches any free place */
}

static void enumeration(void)
{
    struct vm_memmap next = { .gpa = 0x7000 };
    EXPECT_EQ(0, MAP(.gpa = 0x8000, .len = PAGE, .segoff = PAGE, .prot = VM_PROT_READ));
    EXPECT_EQ(0, guest_ioctl(&guest, VM_MMAP_GETNEXT, &next));
    EXPECT_EQ(0x8000, next.gpa);
    EXPECT_EQ(PAGE, next.segoff);
    EXPECT_EQ(VM_PROT_READ, next.prot);
    EXPECT_EQ(-ENOENT, guest_ioctl(&guest, VM_MMAP_GETNEXT, &(struct vm_memmap){ .gpa = 0x8001 }));
    EXPECT_EQ(0, UNMAP(.gpa = 0x8000, .len = PAGE));
}

static void the_map_has_so_many_places(void)
{
    for (uint64_t i = 0; i < VM_MAX_MEMMAPS; i++)
        EXPECT_EQ(0, MAP(.gpa = i * PAGE, .len = PAGE, .prot = VM_PROT_ALL));

    EXPECT_EQ(-ENOSPC, MAP(.gpa = VM_MAX_MEMMAPS * PAGE, .len = PAGE, .prot = VM_PROT_ALL));
    for (uint64_t i = 0; i < VM_MAX_MEMMAPS; i++)
        EXPECT_EQ(0, UNMAP(.gpa = i * PAGE, .len = PAGE));
}

static void translation(void)
{
    struct vm_guest_paging nowhere = { .cpu_mode = CPU_MODE_64BIT, .paging_mode = PAGING_MODE_64, .cr3 = 0x40000000 };
    EXPECT_EQ(-EFAULT, TRANSLATE(.prot = VM_PROT_READ, .paging = nowhere));
    EXPECT_EQ(-EINVAL, TRANSLATE(.vcpuid = -1, .prot = VM_PROT_READ));
    EXPECT_EQ(0, TRANSLATE(.prot = VM_PROT_READ, .gla = 5));
}

int main(void)
{
    guest_create(&guest, "errors");
    int status = RUN_CASES(
        CASE(allocation),
        CASE(earlier_releases_forms),
        CASE(inquiry),
        CASE(mapping),
        CASE(unmapping),
        CASE(enumeration),
        CASE(the_map_has_so_many_places),
        CASE(translation));
    guest_close(&guest);
    return atomic_load(&check_failures) == 0 ? status : EXIT_FAILURE;
}
