using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 5.4 and 9: the IO-APIC, the PIC pair, and the windows of devices.</summary>
internal static class ControllerCases
{
    private const ulong IoApicSelect = 0xFEC0_0000;
    private const ulong IoApicWindow = 0xFEC0_0010;
    private const uint DoubleWord = 2;

    private static readonly Command[] IoApicCommands = [VM_IOAPIC_ASSERT_IRQ, VM_IOAPIC_DEASSERT_IRQ, VM_IOAPIC_PULSE_IRQ];
    private static readonly Command[] IsaCommands = [VM_ISA_ASSERT_IRQ, VM_ISA_DEASSERT_IRQ, VM_ISA_PULSE_IRQ];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_IOAPIC_PINCOUNT/is-32", "9", "Upstream's IO-APIC has 32 pins.", vm => Check.Equal("pins", 32, vm.Do(VM_IOAPIC_PINCOUNT, Int(0)).I32(0))),
        .. IoApicCommands.Select(command => OnVm($"{command}/no-such-pin-is-EINVAL", "9", "Pins are 0 to 31.", vm =>
        {
            foreach (int pin in new[] { -1, 32, int.MaxValue, int.MinValue })
            {
                vm.Expect(EINVAL, command, Int(pin));
            }
        })),
        OnVm("VM_IOAPIC_PULSE_IRQ/is-delivered", "9", "An edge on a pin whose entry is not masked.", vm =>
        {
            ApicCases.LoadEnabled(vm);
            Redirect(vm, 4, 0x44);
            vm.Do(VM_IOAPIC_PULSE_IRQ, Int(4));
            Check.Equal("the vector", (byte)0x44, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN VM_SET_KERNEMU_DEV"),
        OnVm("VM_IOAPIC_ASSERT_IRQ/counts", "9", "An interrupt comes of the first assertion, and again when all are taken back.", vm =>
        {
            ApicCases.LoadEnabled(vm, thenCounts: true);
            Redirect(vm, 5, 0x45);
            vm.Do(VM_IOAPIC_ASSERT_IRQ, Int(5));
            Check.Equal("the vector", (byte)0x45, vm.RunToPort(GuestCode.Vector));
            ApicCases.End(vm);
            vm.Do(VM_IOAPIC_ASSERT_IRQ, Int(5));
            vm.Do(VM_IOAPIC_DEASSERT_IRQ, Int(5));
            RunningVcpu running = vm.EnterCounting();
            vm.AwaitCounting();
            Check.That("the guest, with the pin asserted all the time", !running.IsDone, "counting", "interrupted");
            vm.Do(VM_IOAPIC_DEASSERT_IRQ, Int(5));
            vm.Do(VM_IOAPIC_ASSERT_IRQ, Int(5));
            Check.Equal("the vector", 0x45U, running.Wait().Eax & 0xFF);
        }, also: "VM_IOAPIC_DEASSERT_IRQ VM_RUN"),
        OnVm("VM_IOAPIC_PULSE_IRQ/a-masked-pin-drops-edges", "9", "An edge is not remembered.", vm =>
        {
            ApicCases.LoadEnabled(vm, thenCounts: true);
            Redirect(vm, 6, 0x1_0046);
            vm.Do(VM_IOAPIC_PULSE_IRQ, Int(6));
            Redirect(vm, 6, 0x46);
            RunningVcpu running = vm.EnterCounting();
            vm.AwaitCounting();
            Check.That("the guest", !running.IsDone, "counting", "interrupted");
        }, also: "VM_RUN"),
        OnVm("VM_IOAPIC_ASSERT_IRQ/a-level-fires-again", "9", "At the end of the interrupt, while the pin is asserted.", vm =>
        {
            ApicCases.LoadEnabled(vm);
            Redirect(vm, 7, 0x8047);
            vm.Do(VM_IOAPIC_ASSERT_IRQ, Int(7));
            Check.Equal("the vector", (byte)0x47, vm.RunToPort(GuestCode.Vector));
            ApicCases.End(vm);
            Check.Equal("the vector again", (byte)0x47, vm.RunToPort(GuestCode.Vector));
            vm.Do(VM_IOAPIC_DEASSERT_IRQ, Int(7));
        }, also: "VM_RUN"),
        .. IsaCommands.SelectMany(command => new[]
        {
            OnVm($"{command}/no-such-line-is-EINVAL", "9", "The PIC pair has lines 0 to 15.", vm =>
            {
                foreach (int line in new[] { -1, 16, int.MaxValue })
                {
                    vm.Expect(EINVAL, command, Pair(line, -1));
                }
            }),
            OnVm($"{command}/no-such-pin-is-EINVAL", "9", "-1 alone stands for no pin.", vm =>
            {
                vm.Expect(EINVAL, command, Pair(3, 32));
                vm.Expect(EINVAL, command, Pair(3, int.MaxValue));
            }),
            OnVm($"{command}/before-the-PIC-is-initialized", "9", "It is ignored, and that is no error.", vm => vm.Do(command, Pair(3, -1))),
        }),
        OnVm("VM_ISA_PULSE_IRQ/the-PIC-interrupts", "9", "Through the processor's own pin as long as the local APIC is disabled.", vm =>
        {
            // PIC: base 50h, nothing masked; sti; out 98h, al; hlt and back
            vm.LoadRealMode([
                0xB0, 0x11, 0xE6, 0x20, 0xB0, 0x50, 0xE6, 0x21, 0xB0, 0x04, 0xE6, 0x21, 0xB0, 0x01, 0xE6, 0x21, 0xB0, 0x00, 0xE6, 0x21,
                0xFB, 0xE6, GuestCode.Mark, .. GuestCode.HaltForever]);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_ISA_PULSE_IRQ, Pair(3, -1));
            Check.Equal("the vector", (byte)0x53, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("VM_ISA_ASSERT_IRQ/also-the-IO-APIC", "9", "The second number is a pin.", vm =>
        {
            ApicCases.LoadEnabled(vm);
            Redirect(vm, 9, 0x49);
            vm.Do(VM_ISA_ASSERT_IRQ, Pair(9, 9));
            Check.Equal("the vector", (byte)0x49, vm.RunToPort(GuestCode.Vector));
            vm.Do(VM_ISA_DEASSERT_IRQ, Pair(9, 9));
        }, also: "VM_ISA_DEASSERT_IRQ VM_RUN"),
        OnVm("VM_ISA_SET_IRQ_TRIGGER/no-such-line-is-EINVAL", "9", "The PIC pair has lines 0 to 15.", vm =>
        {
            vm.Expect(EINVAL, VM_ISA_SET_IRQ_TRIGGER, Pair(16, 0));
            vm.Expect(EINVAL, VM_ISA_SET_IRQ_TRIGGER, Pair(-1, 1));
        }),
        OnVm("VM_ISA_SET_IRQ_TRIGGER/fixed-lines-to-level-is-EINVAL", "9", "0, 1, 2, 8 and 13 are edges for ever.", vm =>
        {
            foreach (int line in new[] { 0, 1, 2, 8, 13 })
            {
                vm.Expect(EINVAL, VM_ISA_SET_IRQ_TRIGGER, Pair(line, 1));
                vm.Do(VM_ISA_SET_IRQ_TRIGGER, Pair(line, 0));
            }
        }),
        OnVm("VM_ISA_SET_IRQ_TRIGGER/shows-in-ELCR", "5.4", "The guest sees the same bits at 4D0h and 4D1h.", vm =>
        {
            // mov dx, 4D0h; in al, dx; mov ah, al; inc dx; in al, dx; xchg al, ah; out 98h, ax (AL 4D0h, AH 4D1h)
            vm.LoadRealMode(0xBA, 0xD0, 0x04, 0xEC, 0x88, 0xC4, 0x42, 0xEC, 0x86, 0xC4, 0xE7, GuestCode.Mark);
            vm.Do(VM_ISA_SET_IRQ_TRIGGER, Pair(5, 1));
            vm.Do(VM_ISA_SET_IRQ_TRIGGER, Pair(11, 1));
            vm.Do(VM_ISA_SET_IRQ_TRIGGER, Pair(12, 1));
            vm.Do(VM_ISA_SET_IRQ_TRIGGER, Pair(12, 0));
            Exit exit = vm.RunTo(Exits.Inout);
            Check.Equal("port, the two registers", (GuestCode.Mark, 0x0820U), (exit.Port, exit.Eax & 0xFFFF));
        }, also: "VM_RUN"),
        .. new[] { VM_GET_KERNEMU_DEV, VM_SET_KERNEMU_DEV }.Select(command =>
            OnVm($"{command}/no-such-device-is-EINVAL", "9", "Local APIC and IO-APIC have 4 KiB, the HPET has 1.", vm =>
            {
                foreach (ulong gpa in new[] { 0UL, 0xFEE0_1000, 0xFEBF_FFFC, 0xFEC0_1000, 0xFED0_0400, 0xFECF_FFFC, ulong.MaxValue - 3 })
                {
                    vm.Expect(EINVAL, command, DeviceAccess(0, DoubleWord, gpa));
                }
            })),
        OnVm("VM_GET_KERNEMU_DEV/IO-APIC-version", "9", "The index register first, then the window.", vm =>
        {
            vm.Do(VM_SET_KERNEMU_DEV, DeviceAccess(0, DoubleWord, IoApicSelect, 1));
            Check.Equal("the version register", 0x1F_0011UL, vm.Do(VM_GET_KERNEMU_DEV, DeviceAccess(0, DoubleWord, IoApicWindow)).U64(16));
        }, also: "VM_SET_KERNEMU_DEV"),
        OnVm("VM_SET_KERNEMU_DEV/what-a-local-APIC-does-not-take-is-EINVAL", "9", "Writes have four bytes, at multiples of sixteen.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_KERNEMU_DEV, DeviceAccess(0, 0, 0xFEE0_00B0));
            vm.Expect(EINVAL, VM_SET_KERNEMU_DEV, DeviceAccess(0, 3, 0xFEE0_00B0));
            vm.Expect(EINVAL, VM_SET_KERNEMU_DEV, DeviceAccess(0, DoubleWord, 0xFEE0_00B4));
        }),
        OnVm("VM_GET_KERNEMU_DEV/the-rest-of-the-width-word-is-ignored", "9", "Three bits count.", vm =>
            Check.Equal("APIC id of vCPU 1", 1UL << 24, vm.Do(VM_GET_KERNEMU_DEV, DeviceAccess(1, 0xFFFF_FFF8 | DoubleWord, 0xFEE0_0020)).U64(16))),
        OnVm("ports/of-devices-are-no-exits", "5.4", "PIC, PIT, ELCR, port 61h and the clock are in the system.", vm =>
        {
            // in al, 21h; in al, A1h; in al, 40h; in al, 61h; mov al, 0Dh; out 70h, al; in al, 71h; mov dx, 4D0h; in al, dx; out 98h, al
            vm.LoadRealMode(
                0xE4, 0x21, 0xE4, 0xA1, 0xE4, 0x40, 0xE4, 0x61, 0xB0, 0x0D, 0xE6, 0x70, 0xE4, 0x71, 0xBA, 0xD0, 0x04, 0xEC, 0xE6, GuestCode.Mark);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("ports/of-the-power-management-timer", "5.4", "Port 408h counts.", vm =>
        {
            vm.LoadRealMode(0xBA, 0x08, 0x04, 0x66, 0xED, 0xE6, GuestCode.Mark); // mov dx, 408h; in eax, dx; out 98h, al
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
    ];

    /// <summary>Sets the low half of a pin's entry; the high half, destination 0, is as after reset.</summary>
    private static void Redirect(VmClient vm, uint pin, uint entry)
    {
        vm.Do(VM_SET_KERNEMU_DEV, DeviceAccess(0, DoubleWord, IoApicSelect, 0x10 + (2 * pin)));
        vm.Do(VM_SET_KERNEMU_DEV, DeviceAccess(0, DoubleWord, IoApicWindow, entry));
    }
}
