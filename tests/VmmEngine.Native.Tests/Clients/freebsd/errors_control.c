/* Every error of the control device and of opening. */
#include "freebsd_guest.h"

static int control;

#define CREATE(...) device_ioctl(control, VMMCTL_VM_CREATE, &(struct vmmctl_vm_create){ __VA_ARGS__ })
#define DESTROY(...) device_ioctl(control, VMMCTL_VM_DESTROY, &(struct vmmctl_vm_destroy){ __VA_ARGS__ })

static void creation_refuses_what_it_does_not_know(void)
{
    EXPECT_EQ(-EINVAL, CREATE(.name = "a", .flags = 0x2));
    EXPECT_EQ(-EINVAL, CREATE(.name = "a", .flags = 0x80000000));
    EXPECT_EQ(-EINVAL, CREATE(.name = "a", .reserved = { [0] = 1 }));
    EXPECT_EQ(-EINVAL, CREATE(.name = "a", .reserved = { [14] = -1 }));
    EXPECT_EQ(-ENOENT, device_open("/dev/vmm/a", O_RDWR));
}

static void a_name_must_make_a_device_name(void)
{
    static const char *const refused[] = { "", "a/", "a b", "a\tb", "a\nb", "a\"b", ".", "..", "./a", "a/../b", "a/." };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int error = vm_create(control, refused[i], 0);
        if (error != -EINVAL)
            printf("name \"%s\":\n", refused[i]);
        EXPECT_EQ(-EINVAL, error);
    }

    static const char *const accepted[] = { "a", "a.b", "...", "folder/vm", "\xC3\xA4" };
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        char path[64];
        guest_path(accepted[i], path, sizeof path);
        EXPECT_EQ(0, vm_create(control, accepted[i], 0));
        int vm = device_open(path, O_RDWR);
        EXPECT(vm >= 0);
        EXPECT_EQ(0, device_close(vm));
        EXPECT_EQ(0, vm_destroy(control, accepted[i]));
    }
}

static void a_name_without_an_end_is_cut(void)
{
    struct vmmctl_vm_create create = { 0 };
    char path[300] = "/dev/vmm/";
    memset(create.name, 'n', sizeof create.name);
    memset(path + strlen("/dev/vmm/"), 'n', VM_MAX_NAMELEN);

    EXPECT_EQ(0, device_ioctl(control, VMMCTL_VM_CREATE, &create));
    int vm = device_open(path, O_RDWR);
    EXPECT(vm >= 0);
    EXPECT_EQ(0, device_close(vm));
    EXPECT_EQ(-EEXIST, device_ioctl(control, VMMCTL_VM_CREATE, &create));
    EXPECT_EQ(0, vm_destroy(control, path + strlen("/dev/vmm/")));
}

static void a_name_is_given_once(void)
{
    EXPECT_EQ(0, vm_create(control, "once", 0));
    EXPECT_EQ(-EEXIST, vm_create(control, "once", 0));
    EXPECT_EQ(0, vm_create(control, "Once", 0));
    EXPECT_EQ(0, vm_destroy(control, "Once"));
    EXPECT_EQ(0, vm_destroy(control, "once"));
}

static void destruction_knows_existing_vms_only(void)
{
    EXPECT_EQ(-EINVAL, vm_destroy(control, "nobody"));
    EXPECT_EQ(-EINVAL, vm_destroy(control, ""));
    EXPECT_EQ(0, vm_create(control, "kept", 0));
    EXPECT_EQ(-EINVAL, DESTROY(.name = "kept", .reserved = { [15] = 1 }));
    EXPECT_EQ(0, vm_destroy(control, "kept"));
    EXPECT_EQ(-EINVAL, vm_destroy(control, "kept"));
}

/* The limit is the environment's, VMMENGINE_MAX_VMS. */
static void a_user_may_have_so_many(void)
{
    const char *limit = getenv("VMMENGINE_MAX_VMS");
    REQUIRE(limit != NULL);
    char name[16];
    int made = 0;
    for (int error = 0; error == 0 && made <= atoi(limit); made += error == 0) {
        snprintf(name, sizeof name, "many%d", made);
        error = vm_create(control, name, 0);
        if (error != 0)
            EXPECT_EQ(-ENOMEM, error);
    }

    EXPECT_EQ(atoi(limit), made);
    while (made > 0) {
        snprintf(name, sizeof name, "many%d", --made);
        EXPECT_EQ(0, vm_destroy(control, name));
    }
}

static void the_control_device_is_for_writing(void)
{
    EXPECT_EQ(-EPERM, device_open("/dev/vmmctl", O_RDONLY));
    int writer = device_open("/dev/vmmctl", O_WRONLY);
    EXPECT(writer >= 0);
    EXPECT_EQ(0, vm_create(writer, "written", 0));
    EXPECT_EQ(0, vm_destroy(writer, "written"));
    EXPECT_EQ(0, device_close(writer));
}

static void a_path_without_a_device_is_none(void)
{
    static const char *const paths[] = {
        "/dev/vmm/", "/dev/vmm/nobody", "/dev/vmmctl/", "/dev/vmmctlx", "/dev/vmm.io", "/dev/vmm.io/", "/dev/vmm.io/nobody.rom",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int fd = device_open(paths[i], O_RDWR);
        if (fd != -ENOENT)
            printf("%s:\n", paths[i]);
        EXPECT(fd == -ENOENT || fd == -ENOTDIR);
    }
}

static void other_commands_are_unknown(void)
{
    struct vm_register reg = { 0 };
    EXPECT_EQ(-ENOTTY, device_ioctl(control, VM_GET_REGISTER, &reg));
    EXPECT_EQ(-ENOTTY, device_ioctl(control, BSD_IOWR('V', 2, struct vmmctl_vm_create), &(struct vmmctl_vm_create){ .name = "a" }));
    EXPECT_EQ(-ENOTTY, device_ioctl(control, BSD_IOW('V', 0, struct vmmctl_vm_create), &(struct vmmctl_vm_create){ .name = "a" }));
    EXPECT_EQ(-ENOTTY, device_ioctl(control, BSD_IO('V', 0), NULL));
}

int main(void)
{
    control = device_open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    int status = RUN_CASES(
        CASE(creation_refuses_what_it_does_not_know),
        CASE(a_name_must_make_a_device_name),
        CASE(a_name_without_an_end_is_cut),
        CASE(a_name_is_given_once),
        CASE(destruction_knows_existing_vms_only),
        CASE(a_user_may_have_so_many),
        CASE(the_control_device_is_for_writing),
        CASE(a_path_without_a_device_is_none),
        CASE(other_commands_are_unknown));
    return device_close(control) == 0 ? status : EXIT_FAILURE;
}
