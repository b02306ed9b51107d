using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 5.6 and 9: local APICs and messages to them.</summary>
internal static class ApicCases
{
    private const int ApicIdRegister = 0x20;
    private const int EndOfInterrupt = 0xB0;
    private const ulong MessageBase = 0xFEE0_0000;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_LAPIC_IRQ/bad-vector-is-EINVAL", "9", "Vectors are 16 to 255.", vm =>
        {
            foreach (int vector in new[] { -1, 0, 15, 256, int.MaxValue })
            {
                vm.Expect(EINVAL, VM_LAPIC_IRQ, Pair(0, vector));
            }
        }),
        OnVm("VM_LAPIC_IRQ/is-delivered", "9", "An edge interrupt to a local APIC that is enabled.", vm =>
        {
            LoadEnabled(vm);
            vm.Do(VM_LAPIC_IRQ, Pair(0, 0x40));
            Check.Equal("the vector", (byte)0x40, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_IRQ/wakes-a-halted-vCPU", "5.5", "A halt ends for an interrupt.", vm =>
        {
            LoadEnabled(vm);
            RunningVcpu running = vm.Enter();
            vm.Do(VM_LAPIC_IRQ, Pair(0, 0x41));
            Check.Equal("the vector", 0x41U, running.Wait().Eax & 0xFF);
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_IRQ/the-same-waits-for-the-end-of-the-first", "9", "A vector in service is not delivered again before its EOI.", vm =>
        {
            LoadEnabled(vm);
            vm.Do(VM_LAPIC_IRQ, Pair(0, 0x40));
            vm.RunToPort(GuestCode.Vector);
            vm.Do(VM_LAPIC_IRQ, Pair(0, 0x40));
            vm.Do(VM_LAPIC_IRQ, Pair(0, 0x80)); // a higher one is
            Check.Equal("the vector", (byte)0x80, vm.RunToPort(GuestCode.Vector));
            End(vm);
            End(vm);
            Check.Equal("the vector after both ends", (byte)0x40, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_SET_KERNEMU_DEV"),
        OnVm("VM_LAPIC_LOCAL_IRQ/a-disabled-LINT1-is-an-NMI", "9", "Without an enabled APIC the pins are the processor's own.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_LAPIC_LOCAL_IRQ, Pair(0, 1));
            Check.Equal("the vector", (byte)2, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_LOCAL_IRQ/other-pins-when-disabled", "9", "They are ignored.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_LAPIC_LOCAL_IRQ, Pair(0, 2));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_LOCAL_IRQ/unknown-pins-when-disabled", "9", "They are ignored too.", vm => vm.Do(VM_LAPIC_LOCAL_IRQ, Pair(0, 99))),
        OnVm("VM_LAPIC_LOCAL_IRQ/no-such-pin-is-EINVAL", "9", "An enabled APIC has entries 0 to 6.", vm =>
        {
            LoadEnabled(vm);
            foreach (int pin in new[] { -1, 7, 99, int.MaxValue })
            {
                vm.Expect(EINVAL, VM_LAPIC_LOCAL_IRQ, Pair(0, pin));
            }
        }),
        OnVm("VM_LAPIC_LOCAL_IRQ/all-active", "9", "-1 means every active vCPU.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.StartRealMode(1);
            vm.Do(VM_LAPIC_LOCAL_IRQ, Pair(-1, 1));
            Check.Equal("vCPU 0's vector", (byte)2, vm.RunToPort(GuestCode.Vector));
            Check.Equal("vCPU 1's vector", (byte)2, vm.RunToPort(GuestCode.Vector, 1));
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_LOCAL_IRQ/the-timers-entry", "9", "Entry 2 of the table says which vector.", vm =>
        {
            LoadEnabled(vm);
            vm.Do(VM_SET_KERNEMU_DEV, DeviceAccess(0, 2, MessageBase + 0x320, 0x50));
            vm.Do(VM_LAPIC_LOCAL_IRQ, Pair(0, 2));
            Check.Equal("the vector", (byte)0x50, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN VM_SET_KERNEMU_DEV"),
        OnVm("VM_LAPIC_MSI/bad-address-is-EINVAL", "9", "Messages go to FEExxxxxh.", vm =>
        {
            foreach (ulong address in new ulong[] { 0UL, 0xFED0_0000, 0xFEF0_0000, 0x41 })
            {
                vm.Expect(EINVAL, VM_LAPIC_MSI, Msi(0x41, address));
            }
        }),
        OnVm("VM_LAPIC_MSI/the-message-comes-before-the-address", "9", "In the struct.", vm =>
        {
            LoadEnabled(vm);
            vm.Expect(EINVAL, VM_LAPIC_MSI, new Struct(16).U64(0, MessageBase).U64(8, 0x41));
            vm.Do(VM_LAPIC_MSI, new Struct(16).U64(0, 0x41).U64(8, MessageBase));
            Check.Equal("the vector", (byte)0x41, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_MSI/leaves-a-running-vCPU-in-the-guest", "9", "It is the cheap way: nobody is frozen.", vm =>
        {
            LoadEnabled(vm, thenCounts: true);
            RunningVcpu running = vm.EnterCounting();
            int before = running.ReqIdleExits;
            vm.Do(VM_LAPIC_MSI, Msi(0x42, MessageBase));
            Check.Equal("the vector", 0x42U, running.Wait().Eax & 0xFF);
            Check.Equal("REQIDLE exits", 0, running.ReqIdleExits - before);
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_MSI/to-all", "9", "Destination FFh is every active vCPU.", vm =>
        {
            LoadEnabled(vm);
            vm.Do(VM_LAPIC_MSI, Msi(0x43, MessageBase | (0xFF << 12)));
            Check.Equal("the vector", (byte)0x43, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("VM_LAPIC_MSI/to-nobody", "9", "A message that nobody takes is lost, without an error.", vm =>
        {
            vm.Do(VM_LAPIC_MSI, Msi(0x43, MessageBase | (3 << 12)));
            vm.Do(VM_LAPIC_MSI, Msi(0x43, MessageBase | (0x77 << 12)));
        }),
        OnVm("VM_LAPIC_MSI/other-delivery-modes-are-dropped", "9", "Messages are fixed, lowest priority or ExtINT; no NMI comes of one.", vm =>
        {
            LoadEnabled(vm, thenCounts: true);
            vm.Do(VM_LAPIC_MSI, Msi(0x400, MessageBase));
            vm.Do(VM_LAPIC_MSI, Msi(0x500, MessageBase));
            RunningVcpu running = vm.EnterCounting();
            vm.AwaitCounting();
            Check.That("the guest", !running.IsDone, "counting", "interrupted");
        }, also: "VM_RUN"),
        OnVm("VM_SET_X2APIC_STATE/no-such-state-is-EINVAL", "9", "Disabled and enabled.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_X2APIC_STATE, Pair(0, 2));
            vm.Expect(EINVAL, VM_SET_X2APIC_STATE, Pair(0, -1));
        }),
        OnVm("VM_SET_X2APIC_STATE/what-is-set-is-got", "9", "Each vCPU has its own; disabled until set.", vm =>
        {
            Check.Equal("vCPU 0 at first", 0, vm.Do(VM_GET_X2APIC_STATE, Pair(0, 7)).I32(4));
            vm.Do(VM_SET_X2APIC_STATE, Pair(0, 1));
            Check.Equal("vCPU 0", 1, vm.Do(VM_GET_X2APIC_STATE, Pair(0, 7)).I32(4));
            Check.Equal("vCPU 1", 0, vm.Do(VM_GET_X2APIC_STATE, Pair(1, 7)).I32(4));
            vm.Do(VM_SET_X2APIC_STATE, Pair(0, 0));
            Check.Equal("vCPU 0 when cleared", 0, vm.Do(VM_GET_X2APIC_STATE, Pair(0, 7)).I32(4));
        }, also: "VM_GET_X2APIC_STATE"),
        OnVm("VM_GET_KERNEMU_DEV/APIC-id-is-the-vCPUs", "9", "In the highest byte of the register.", vm =>
        {
            for (int cpu = 0; cpu < 3; cpu++)
            {
                Check.Equal($"APIC id of vCPU {cpu}", (ulong)cpu << 24, vm.Do(VM_GET_KERNEMU_DEV, DeviceAccess(cpu, 2, MessageBase + ApicIdRegister)).U64(16));
            }
        }),
        OnVm("IPI/INIT-and-STARTUP-are-exits-if-enabled", "5.6", "The client resets and starts the application processor.", vm =>
        {
            vm.SkipOnKvm("KVM's local APICs start other processors themselves, without an exit");
            LoadSender(vm, 0x4500, 0x4608);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.IpiExit, 1));
            vm.Activate(1);
            Check.Equal("mode", 0x500U, RunToIpi(vm).U32(16));
            Struct startup = RunToIpi(vm);
            Check.Equal("mode, vector", (0x600U, (byte)8), (startup.U32(16), startup.U8(20)));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN VM_SET_CAPABILITY"),
        OnVm("IPI/STARTUP-without-exits-is-SPINUP_AP", "5.6", "For clients of before: INIT is silent, STARTUP names vCPU and address.", vm =>
        {
            vm.SkipOnKvm("KVM's local APICs start other processors themselves, without an exit");
            LoadSender(vm, 0x4500, 0x4608);
            vm.Activate(1);
            Exit exit = vm.RunTo(Exits.SpinupAp);
            Check.Equal("vCPU, rip", (1, 0x8000UL), (exit.Fields.I32(16), exit.Fields.U64(24)));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("IPI/STARTUP-without-INIT-is-ignored", "5.6", "Only a vCPU that awaits it is started.", vm =>
        {
            LoadSender(vm, 0x4608, 0x4608);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.IpiExit, 1));
            vm.Activate(1);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
    ];

    /// <summary>mov dword [address], value, in real mode with segments of 4 GiB: 12 bytes.</summary>
    internal static byte[] Store(uint address, uint value) =>
        [0x67, 0x66, 0xC7, 0x05, .. BitConverter.GetBytes(address), .. BitConverter.GetBytes(value)];

    /// <summary>A guest that enables its APIC and interrupts, says so, and halts or counts.</summary>
    internal static void LoadEnabled(VmClient vm, bool thenCounts = false)
    {
        // spurious-interrupt vector register: enabled; sti; out 98h, al; then hlt and back, or counting
        vm.LoadRealMode([
            .. Store(0xFEE0_00F0, 0x1FF), 0xFB, 0xE6, GuestCode.Mark,
            .. thenCounts ? GuestCode.CountForever : GuestCode.HaltForever]);
        vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
        vm.RunToPort(GuestCode.Mark);
    }

    internal static void End(VmClient vm) => vm.Do(VM_SET_KERNEMU_DEV, DeviceAccess(0, 2, MessageBase + EndOfInterrupt));

    // Writes the interrupt command register twice, with vCPU 1 as the physical destination, then says that it is done.
    private static void LoadSender(VmClient vm, uint first, uint second)
    {
        vm.LoadRealMode([
            .. Store(0xFEE0_00F0, 0x1FF), .. Store(0xFEE0_0310, 1 << 24), .. Store(0xFEE0_0300, first), .. Store(0xFEE0_0300, second),
            0xE6, GuestCode.Mark, 0xEB, 0xFE]);
    }

    private static Struct RunToIpi(VmClient vm)
    {
        Struct exit = new(Exits.Size);
        Struct destinations = new Struct(16).Filled(0xEE);
        do
        {
            vm.Do(VM_RUN, Run(0, exit, destinations, (ulong)destinations.Size));
        }
        while (exit.I32(0) is Exits.ReqIdle or Exits.Bogus);

        Check.Equal("the exit code", Exits.Ipi, exit.I32(0));
        Check.Equal("the destinations", (2UL, 0UL), (destinations.U64(0), destinations.U64(8)));
        return exit;
    }
}
