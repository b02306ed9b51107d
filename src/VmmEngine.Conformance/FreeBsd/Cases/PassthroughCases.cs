using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 12: PCI passthrough, as a machine without an IOMMU answers it.</summary>
internal static class PassthroughCases
{
    private static readonly Command[] Privileged = [.. OfVm.Where(command => command.Before.HasFlag(Before.Passthrough))];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. Privileged.SelectMany(command => new[]
        {
            OnVm($"{command}/a-jail-without-leave-is-EPERM", "3.5", "Before anything is locked.", vm =>
            {
                int descriptor = vm.Host.Open("/dev/vmm/guest", caller: new Caller(0, new CallerJail(1, AllowVmm: true)));
                vm.Host.Expect(EPERM, descriptor, command, new Struct(command.Size));
            }),
            OnHost($"{command}/a-user-is-EPERM", "3.5", "Passthrough needs a privilege, even with a VM of one's own.", host =>
            {
                Caller user = new(1001);
                host.Create(0, "users", control: host.Open("/dev/vmmctl", caller: user));
                host.Expect(EPERM, host.Open("/dev/vmm/users", caller: user), command, new Struct(command.Size));
            }),
            command == VM_BIND_PPTDEV
                ? OnVm($"{command}/without-IOMMU-is-ENXIO", "12", "Nothing can be bound; clients probe by this answer.",
                    vm => vm.Expect(ENXIO, command, new Struct(command.Size).I32(0, 1)))
                : OnVm($"{command}/no-such-device-is-ENOENT", "12", "What could not be bound is not there.",
                    vm => vm.Expect(ENOENT, command, new Struct(command.Size).I32(0, 1))),
        }),
        OnVm("VM_BIND_PPTDEV/other-commands-need-no-privilege", "3.5", "A process in a jail may use the VM all the same.", vm =>
        {
            int descriptor = vm.Host.Open("/dev/vmm/guest", caller: new Caller(0, new CallerJail(1, AllowVmm: true)));
            vm.Host.Expect(0, descriptor, VM_GET_TOPOLOGY, new Struct(8));
        }),
    ];
}
