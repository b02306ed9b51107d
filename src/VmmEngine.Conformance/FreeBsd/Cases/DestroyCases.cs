using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 2.5 and 2.6: destroying VMs.</summary>
internal static class DestroyCases
{
    private static readonly Caller User = new(1001);

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnHost("VMMCTL_VM_DESTROY/unknown-name-is-EINVAL", "2.5", "Not ENOENT.", host => host.Destroy(EINVAL, "guest")),
        OnVm("VMMCTL_VM_DESTROY/reserved-word-is-EINVAL", "2.5", "Reserved words are 0, and nothing is destroyed.", vm =>
        {
            vm.Host.Expect(EINVAL, vm.Host.Control, VMMCTL_VM_DESTROY, VmName("guest").I32(232, 1));
            vm.Host.Expect(EINVAL, vm.Host.Control, VMMCTL_VM_DESTROY, VmName("guest").I32(292, -1));
            vm.Do(VM_GET_TOPOLOGY, new Struct(8));
        }),
        OnVm("VMMCTL_VM_DESTROY/another-users-is-EPERM", "2.5", "A VM is its creator's.", vm =>
        {
            vm.Host.Destroy(EPERM, "guest", vm.Host.Open("/dev/vmmctl", caller: User));
            vm.Do(VM_GET_TOPOLOGY, new Struct(8));
        }),
        OnHost("VMMCTL_VM_DESTROY/the-superuser-may", "2.5", "The privilege replaces the ownership.", host =>
        {
            host.Create(0, "guest", control: host.Open("/dev/vmmctl", caller: User));
            host.Destroy(0, "guest");
        }),
        OnVm("VMMCTL_VM_DESTROY/invisible-is-EINVAL", "2.5", "Who cannot see a VM is told that there is none.",
            vm => vm.Host.Destroy(EINVAL, "guest", vm.Host.Open("/dev/vmmctl", caller: User)), new SystemSetup { SeeOtherUids = false }),
        OnVm("VMMCTL_VM_DESTROY/every-operation-is-ENXIO", "2.5", "Descriptors of a VM that is gone stay, and answer.", vm =>
        {
            vm.AddMemory(GuestCode.MemorySize);
            vm.Host.Destroy(0, "guest");
            vm.Expect(ENXIO, VM_GET_TOPOLOGY, new Struct(8));
            vm.Expect(ENXIO, VM_RUN, Run(0, BadPointer));
            vm.ExpectRead(ENXIO, 0, 1);
            vm.ExpectWrite(ENXIO, 0, 1);
            vm.ExpectMap(ENXIO, 0, 4096);
        }, also: "VM_GET_TOPOLOGY VM_RUN"),
        OnVm("VMMCTL_VM_DESTROY/gone-comes-before-unknown-and-is-ENXIO", "3.5", "A device that is gone does not search its tables.", vm =>
        {
            vm.Host.Destroy(0, "guest");
            vm.Host.ExpectWord(ENXIO, vm.Descriptor, 0x8004_76FE, new Struct(4));
        }),
        OnVm("VMMCTL_VM_DESTROY/the-node-and-the-name-are-free", "2.5", "When the command returns, nothing is left.", vm =>
        {
            vm.Host.Destroy(0, "guest");
            vm.Host.ExpectOpen(ENOENT, "/dev/vmm/guest");
            vm.Host.Destroy(EINVAL, "guest");
            vm.Host.CreateVm();
        }),
        OnVm("VMMCTL_VM_DESTROY/long-name-is-cut", "2.5", "As in creation.", vm =>
        {
            vm.Host.Create(0, new string('n', 229));
            vm.Host.Destroy(0, new string('n', 230));
        }),
        OnVm("VMMCTL_VM_DESTROY/mapped-memory-stays", "2.5", "A mapping in a process holds the memory.", vm =>
        {
            vm.AddMemory(GuestCode.MemorySize);
            vm.Write(0x5000, 1, 2, 3);
            using IMappedMemory memory = vm.ExpectMap(0, 0x5000, 4096)!;
            vm.Host.Destroy(0, "guest");
            Check.Bytes("the mapped memory", [1, 2, 3], memory.Bytes[..3]);
            memory.Bytes[0] = 9;
        }),
        OnVm("VMMCTL_VM_DESTROY/a-running-guest-ends", "2.5", "A vCPU in the guest comes out suspended, or finds the VM gone.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu running = vm.EnterCounting();
            vm.Host.Destroy(0, "guest");
            CheckEnd(running);
        }, also: "VM_RUN"),
        OnVm("VMMCTL_VM_DESTROY/a-halted-guest-ends", "2.5", "A vCPU that sleeps comes out too.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForever);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            RunningVcpu running = vm.Enter();
            vm.Host.Destroy(0, "guest");
            CheckEnd(running);
        }, also: "VM_RUN"),
        OnVm("VMMCTL_VM_DESTROY/a-waiting-suspend-ends", "2.5", "A vCPU that waits for others which never come is set free.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Activate(1);
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            RunningVcpu waiting = vm.Enter();
            vm.Host.Scope.Await("vCPU 0 is suspended", () => vm.CpuSet(1) == 1);
            vm.Host.Destroy(0, "guest");
            CheckEnd(waiting);
        }, also: "VM_RUN VM_SUSPEND"),
    ];

    private static void CheckEnd(RunningVcpu running)
    {
        int error = running.WaitForError();
        Check.OneOf("the run's error", error, 0, ENXIO, EINVAL);
        if (error == 0)
        {
            Check.Equal("the exit code", Exits.Suspended, running.Wait().Code);
        }
    }
}
