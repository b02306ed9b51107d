using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 2.2 and 2.7: who opens which device.</summary>
internal static class ControlOpenCases
{
    private static readonly Caller Jailed = new(0, new CallerJail(1, AllowVmm: false));
    private static readonly Caller User = new(1001);

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnHost("open/control-from-a-jail-is-EPERM", "2.2", "A jail needs leave to use VMs.", host => host.ExpectOpen(EPERM, "/dev/vmmctl", caller: Jailed)),
        OnHost("open/control-from-an-allowed-jail", "2.2", "With leave it may.", host =>
            host.Open("/dev/vmmctl", caller: new Caller(0, new CallerJail(1, AllowVmm: true)))),
        OnHost("open/control-for-reading-is-EPERM", "2.2", "The control device is opened for writing.",
            host => host.ExpectOpen(EPERM, "/dev/vmmctl", Access.Read)),
        OnHost("open/control-for-writing-alone", "2.2", "Writing is enough.", host =>
        {
            int control = host.Open("/dev/vmmctl", Access.Write);
            host.Create(0, "guest", control: control);
        }, also: "VMMCTL_VM_CREATE"),
        OnHost("open/no-such-VM-is-ENOENT", "2.3", "A VM has a node as long as it exists.", host => host.ExpectOpen(ENOENT, "/dev/vmm/guest")),
        OnVm("open/VM-from-a-jail-is-EPERM", "2.7", "A jail needs leave to use VMs.", vm => vm.Host.ExpectOpen(EPERM, "/dev/vmm/guest", caller: Jailed)),
        OnVm("open/VM-of-another-user-is-EACCES", "2.3", "The node belongs to its creator, and to nobody else.",
            vm => vm.Host.ExpectOpen(EACCES, "/dev/vmm/guest", caller: User)),
        OnVm("open/VM-any-number-of-times", "2.7", "Several programs share a VM.", vm =>
        {
            int second = vm.Host.Open("/dev/vmm/guest");
            vm.Host.Expect(0, second, VM_SET_TOPOLOGY, Topology(2, 1, 1));
            Check.Equal("sockets seen by the first descriptor", (ushort)2, vm.Do(VM_GET_TOPOLOGY, new Struct(8)).U16(0));
        }, also: "VM_GET_TOPOLOGY VM_SET_TOPOLOGY"),
        OnVm("open/closing-every-descriptor-leaves-the-VM", "2.3", "A VM does not hang on descriptors of its device.", vm =>
        {
            vm.Do(VM_SET_TOPOLOGY, Topology(1, 2, 1));
            vm.Host.Scope.System.Close(vm.Descriptor);
            Struct topology = new(8);
            vm.Host.Expect(0, vm.Host.Open("/dev/vmm/guest"), VM_GET_TOPOLOGY, topology);
            Check.Equal("cores", (ushort)2, topology.U16(2));
        }, also: "VM_GET_TOPOLOGY"),
    ];
}
