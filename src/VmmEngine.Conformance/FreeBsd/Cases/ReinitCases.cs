using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 4.7: resetting a VM.</summary>
internal static class ReinitCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_REINIT/not-suspended-is-EBUSY", "4.7", "Every active vCPU must have reported the suspend.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Expect(EBUSY, VM_REINIT);
            vm.Do(VM_SUSPEND, Int(Exits.Reset));
            vm.Expect(EBUSY, VM_REINIT);
            vm.RunToSuspend(Exits.Reset);
            vm.Expect(0, VM_REINIT);
        }, also: "VM_SUSPEND VM_RUN"),
        OnVm("VM_REINIT/without-active-vCPUs", "4.7", "With nobody active, nobody has to be suspended.", vm => vm.Expect(0, VM_REINIT)),
        OnVm("VM_REINIT/empties-the-sets", "4.7", "Nobody is active, suspended or debug-stopped after it.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Do(VM_SUSPEND_CPU, Int(0));
            Reset(vm);
            for (int which = 0; which < 3; which++)
            {
                Check.Equal($"set {which}", 0UL, vm.CpuSet(which));
            }

            vm.ExpectRun(EINVAL);
            vm.Activate();
        }, also: "VM_GET_CPUS VM_ACTIVATE_CPU VM_SUSPEND_CPU"),
        OnVm("VM_REINIT/forgets-the-suspend", "4.7", "A VM that has been reset runs and can be suspended again.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            Reset(vm);
            vm.StartRealMode(0);
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.RunToSuspend(Exits.PowerOff);
        }, also: "VM_SUSPEND VM_RUN"),
        OnVm("VM_REINIT/resets-registers", "4.7", "The registers are those of a processor after reset.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            ulong rip = vm.Get(Registers.Rip, 1);
            ulong cr0 = vm.Get(Registers.Cr0, 1);
            vm.Set(Registers.Rax, 77);
            Reset(vm);
            Check.Equal("RAX", 0UL, vm.Get(Registers.Rax));
            Check.Equal("RIP", rip, vm.Get(Registers.Rip));
            Check.Equal("CR0", cr0, vm.Get(Registers.Cr0));
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_REINIT/resets-capabilities", "4.7", "Capabilities have to be set again.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            Reset(vm);
            Check.Equal("the halt capability", 0, vm.Do(VM_GET_CAPABILITY, Capability(0, Capabilities.HaltExit)).I32(8));
        }, also: "VM_GET_CAPABILITY VM_SET_CAPABILITY"),
        OnVm("VM_REINIT/keeps-memory", "4.7", "Segments, their contents and the mappings of system memory stay.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Write(0x5000, 0xAA, 0x55);
            Reset(vm);
            Check.Bytes("the memory", [0xAA, 0x55], vm.Read(0x5000, 2));
            Check.Equal("the mapping's length", GuestCode.MemorySize, vm.Do(VM_MMAP_GETNEXT, Mapping(0, 0, 0)).U64(24));
        }, also: "VM_MMAP_GETNEXT VM_GET_MEMSEG"),
        OnVm("VM_REINIT/drops-device-memory-mappings", "4.7", "Device memory is mapped again by whoever needs it; the segment stays.", vm =>
        {
            vm.AddMemory(GuestCode.MemorySize);
            vm.Do(VM_ALLOC_MEMSEG, Segment(BootRom, 4096, "bootrom"));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0xF000_0000, BootRom, 4096));
            vm.Expect(0, VM_REINIT);
            vm.Expect(ENOENT, VM_MMAP_GETNEXT, Mapping(GuestCode.MemorySize, 0, 0));
            Check.Equal("the segment's length", 4096UL, vm.Do(VM_GET_MEMSEG, Segment(BootRom, 0)).U64(8));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0xF000_0000, BootRom, 4096));
        }, also: "VM_MMAP_GETNEXT VM_MMAP_MEMSEG"),
        OnVm("VM_REINIT/keeps-the-topology", "4.7", "The topology is the VM's, not the vCPUs'.", vm =>
        {
            vm.Do(VM_SET_TOPOLOGY, Topology(1, 2, 2));
            vm.Expect(0, VM_REINIT);
            Check.Equal("threads", (ushort)2, vm.Do(VM_GET_TOPOLOGY, new Struct(8)).U16(4));
        }, also: "VM_GET_TOPOLOGY"),
        OnVm("VM_REINIT/drops-a-pending-exception", "4.7", "Nothing of before is delivered after.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            vm.Do(VM_INJECT_NMI, Int(0));
            Reset(vm);
            vm.StartRealMode(0);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_INJECT_EXCEPTION VM_INJECT_NMI"),
        OnVm("VM_REINIT/drops-stored-event-info", "4.7", "Nothing of before is delivered after.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_SET_INTINFO, EventInfo(0, 0x8000_0030));
            Reset(vm);
            Check.Equal("info1", 0UL, vm.Do(VM_GET_INTINFO, EventInfo(0)).U64(8));
        }, also: "VM_SET_INTINFO VM_GET_INTINFO"),
        OnVm("VM_REINIT/disables-x2APIC", "4.7", "The local APICs begin anew.", vm =>
        {
            vm.Do(VM_SET_X2APIC_STATE, Pair(0, 1));
            vm.Expect(0, VM_REINIT);
            Check.Equal("the state", 0, vm.Do(VM_GET_X2APIC_STATE, Pair(0, 0)).I32(4));
        }, also: "VM_SET_X2APIC_STATE VM_GET_X2APIC_STATE"),
        OnVm("VM_REINIT/keeps-the-time", "4.7", "The clock goes on.", vm =>
        {
            vm.Do(VM_RTC_SETTIME, new Struct(8).U64(0, 1_000_000_000));
            vm.Expect(0, VM_REINIT);
            long seconds = (long)vm.Do(VM_RTC_GETTIME, new Struct(8)).U64(0);
            Check.That("the time", seconds is >= 1_000_000_000 and < 1_000_000_100, "about 1000000000", $"{seconds}");
        }, also: "VM_RTC_SETTIME VM_RTC_GETTIME"),
    ];

    private static void Reset(VmClient vm)
    {
        vm.Do(VM_SUSPEND, Int(Exits.Reset));
        vm.RunToSuspend(Exits.Reset);
        vm.Expect(0, VM_REINIT);
    }
}
