using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 2.3, 2.4 and 2.7: making VMs.</summary>
internal static class CreateCases
{
    private static readonly Caller User = new(1001);

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnHost("VMMCTL_VM_CREATE/the-node-is-there-at-once", "2.3", "The device can be opened when the command returns.", host => host.CreateVm()),
        OnHost("VMMCTL_VM_CREATE/gives-nothing-back", "2.1", "The struct comes back as it went.", host =>
        {
            Struct argument = VmName("guest", HostClient.DestroyOnClose);
            byte[] before = argument.Snapshot();
            host.Expect(0, host.Control, VMMCTL_VM_CREATE, argument);
            Check.Bytes("the argument", before, argument.Bytes);
        }),
        OnHost("VMMCTL_VM_CREATE/reserved-word-is-EINVAL", "2.3", "Reserved words are 0.", host =>
        {
            for (int offset = 236; offset < 296; offset += 4)
            {
                host.Expect(EINVAL, host.Control, VMMCTL_VM_CREATE, VmName("guest", HostClient.DestroyOnClose).I32(offset, 1));
            }

            host.ExpectOpen(ENOENT, "/dev/vmm/guest");
        }),
        OnHost("VMMCTL_VM_CREATE/unknown-flag-is-EINVAL", "2.3", "Flags that are not known are refused.", host =>
        {
            host.Create(EINVAL, "guest", 2);
            host.Create(EINVAL, "guest", HostClient.DestroyOnClose | 0x8000_0000);
        }),
        OnHost("VMMCTL_VM_CREATE/existing-name-is-EEXIST", "2.3", "A name stands for one VM.", host =>
        {
            host.CreateVm();
            host.Create(EEXIST, "guest");
        }),
        OnHost("VMMCTL_VM_CREATE/malformed-comes-before-existing-and-is-EINVAL", "2.3", "The struct is judged before the list of VMs is looked at.", host =>
        {
            host.CreateVm();
            host.Create(EINVAL, "guest", 2);
            host.Expect(EINVAL, host.Control, VMMCTL_VM_CREATE, VmName("guest").I32(240, 1));
        }),
        OnHost("VMMCTL_VM_CREATE/user-without-destroy-on-close-is-EPERM", "2.3", "A user's VMs go with their descriptor.", host =>
        {
            int control = host.Open("/dev/vmmctl", caller: User);
            host.Create(EPERM, "guest", flags: 0, control: control);
            host.Create(0, "guest", control: control);
            host.Open("/dev/vmm/guest", caller: User);
        }),
        OnHost("VMMCTL_VM_CREATE/existing-comes-before-privilege-and-is-EEXIST", "2.3", "The list is searched before the privilege is asked for.", host =>
        {
            host.CreateVm();
            host.Create(EEXIST, "guest", flags: 0, control: host.Open("/dev/vmmctl", caller: User));
        }),
        OnHost("VMMCTL_VM_CREATE/too-many-of-one-user-is-ENOMEM", "2.3", "A user owns a limited number of VMs, and destroying one makes room.", host =>
        {
            int control = host.Open("/dev/vmmctl", caller: User);
            host.Create(0, "first", control: control);
            host.Create(0, "second", control: control);
            host.Create(ENOMEM, "third", control: control);
            host.Create(0, "another-users");
            host.Destroy(0, "first", control);
            host.Create(0, "third", control: control);
        }, new SystemSetup { MaxVmsPerUser = 2 }),
        OnHost("VMMCTL_VM_CREATE/privilege-comes-before-the-limit-and-is-EPERM", "2.3", "Who may not create is not told that there are too many.", host =>
        {
            int control = host.Open("/dev/vmmctl", caller: User);
            host.Create(0, "first", control: control);
            host.Create(EPERM, "second", flags: 0, control: control);
        }, new SystemSetup { MaxVmsPerUser = 1 }),
        OnHost("VMMCTL_VM_CREATE/limit-comes-before-the-name-and-is-ENOMEM", "2.3", "The device node, which judges the name, is made last.", host =>
        {
            host.Create(0, "first");
            host.Create(ENOMEM, "a b");
        }, new SystemSetup { MaxVmsPerUser = 1 }),
        OnHost("VMMCTL_VM_CREATE/name-fills-its-field", "2.4", "229 bytes are a name.", host => host.CreateVm(new string('n', 229))),
        OnHost("VMMCTL_VM_CREATE/long-name-is-cut", "2.3", "The last byte of the field is taken for the end, whatever it is.", host =>
        {
            host.Create(0, new string('n', 230));
            host.Open("/dev/vmm/" + new string('n', 229));
            host.Create(EEXIST, new string('n', 229));
        }),
        OnHost("VMMCTL_VM_CREATE/empty-name-is-EINVAL", "2.4", "A node has a name.", host => host.Create(EINVAL, "")),
        OnHost("VMMCTL_VM_CREATE/slash-at-the-end-is-EINVAL", "2.4", "A node is no directory.", host => host.Create(EINVAL, "guest/")),
        OnHost("VMMCTL_VM_CREATE/white-space-is-EINVAL", "2.4", "White space and quotes are not for nodes.", host =>
        {
            foreach (char bad in " \t\n\v\f\r\"")
            {
                host.Create(EINVAL, $"a{bad}b");
            }
        }),
        OnHost("VMMCTL_VM_CREATE/dot-component-is-EINVAL", "2.4", "No part of the path is a dot or two.", host =>
        {
            foreach (string bad in new[] { ".", "..", "a/./b", "a/..", "../a" })
            {
                host.Create(EINVAL, bad);
            }

            host.Create(0, "...");
            host.Create(0, ".a");
        }),
        OnHost("VMMCTL_VM_CREATE/slash-makes-a-directory", "2.4", "A slash is a part of the name.", host => host.CreateVm("a/b")),
        OnHost("VMMCTL_VM_CREATE/slashes-collapse-so-the-node-is-EEXIST", "2.4", "Names that differ in slashes alone have one node.", host =>
        {
            host.Create(0, "a//b");
            host.Open("/dev/vmm/a/b");
            host.Create(EEXIST, "a/b");
        }),
        OnHost("VMMCTL_VM_CREATE/names-are-bytes", "2.4", "Case matters.", host =>
        {
            host.CreateVm("guest");
            host.CreateVm("Guest");
        }),
        OnHost("VMMCTL_VM_CREATE/invisible-VM-of-the-name-is-EEXIST", "2.4", "The nodes are shared by those who cannot see each other.", host =>
        {
            host.CreateVm();
            host.Create(EEXIST, "guest", control: host.Open("/dev/vmmctl", caller: User));
        }, new SystemSetup { SeeOtherUids = false }),
        OnHost("VMMCTL_VM_CREATE/destroy-on-close-at-the-last-close", "2.6", "Such a VM goes with the open file, not with one of its descriptors.", host =>
        {
            int control = host.Open("/dev/vmmctl");
            host.Create(0, "guest", control: control);
            int vm = host.Open("/dev/vmm/guest");
            Check.Equal("dup", 0, host.Scope.System.Duplicate(control, out int duplicate));
            host.Scope.System.Close(control);
            host.Expect(0, vm, VM_GET_TOPOLOGY, new Struct(8));
            host.Scope.System.Close(duplicate);
            host.Expect(ENXIO, vm, VM_GET_TOPOLOGY, new Struct(8));
            host.ExpectOpen(ENOENT, "/dev/vmm/guest");
        }),
        OnHost("VMMCTL_VM_CREATE/without-the-flag-a-VM-lasts", "2.6", "Other VMs outlive the descriptor that made them.", host =>
        {
            int control = host.Open("/dev/vmmctl");
            host.Create(0, "lasting", flags: 0, control: control);
            host.Scope.System.Close(control);
            host.Open("/dev/vmm/lasting");
        }),
    ];
}
