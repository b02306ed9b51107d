using System.Diagnostics;
using System.Globalization;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Bus;
using VmmEngine.FreeBsd;

namespace VmmEngine.Ratios.Guests;

/// <summary>From a message-signalled interrupt to a halted vCPU until the first instruction of its handler.</summary>
/// <param name="name">For the command line and the results.</param>
/// <param name="description">For people.</param>
/// <param name="share">Which of the sorted times is the figure, 0 to 1.</param>
/// <param name="boundNs">It is to be this at most.</param>
internal sealed class MsiBenchmark(string name, string description, double share, double boundNs) : BoundBenchmark(name, description, boundNs)
{
    private const int Times = 2_000;
    private const int FewTimes = 50;
    private const ulong MemoryBytes = 1 << 20;
    private const byte Vector = 0x40;
    private const ulong Handler = 0x2000;
    private const byte HandlerPort = 0x99;
    private const byte ReadyPort = 0x9A;
    private const ulong LocalApic = 0xFEE0_0000;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    // The local APIC as x2APIC, because real mode does not reach the other one's page; then halted for ever.
    private static ReadOnlySpan<byte> Code =>
    [
        0x66, 0xB9, 0x1B, 0x00, 0x00, 0x00, // mov ecx, 1Bh (APIC_BASE)
        0x66, 0xB8, 0x00, 0x0D, 0xE0, 0xFE, // mov eax, 0FEE00D00h (boot processor, x2APIC, on)
        0x66, 0x31, 0xD2, // xor edx, edx
        0x0F, 0x30, // wrmsr
        0x66, 0xB9, 0x0F, 0x08, 0x00, 0x00, // mov ecx, 80Fh (spurious vector)
        0x66, 0xB8, 0xFF, 0x01, 0x00, 0x00, // mov eax, 1FFh (enabled)
        0x0F, 0x30, // wrmsr
        0x66, 0xB9, 0x0B, 0x08, 0x00, 0x00, // mov ecx, 80Bh (end of interrupt)
        0x66, 0x31, 0xC0, // xor eax, eax
        0xE6, ReadyPort, // out ReadyPort, al: from here on no interrupt is lost
        0xFB, 0xF4, 0xEB, 0xFD, // sti; hlt; jmp -3
    ];

    private static ReadOnlySpan<byte> HandlerCode => [0xE6, HandlerPort, 0x0F, 0x30, 0xCF]; // out HandlerPort, al; wrmsr; iret

    private protected override (double Time, string Note) Measure(bool thorough)
    {
        using DeviceGuest guest = new(DeviceGuest.Host(vcpus: 1, haltDetection: false), vcpus: 1, MemoryBytes, Code);
        guest.Command(VmCommandWords.VM_SET_X2APIC_STATE, new vm_x2apic { state = vm_x2apic.X2APIC_ENABLED });
        DeviceGuest.Check(guest.Vm.Write(Vector * 4, [0x00, (byte)(Handler >> 8), 0x00, 0x00]));
        DeviceGuest.Check(guest.Vm.Write((long)Handler, HandlerCode));
        Arrivals ready = new(), handled = new();
        guest.Vm.Bus.MapPorts(ReadyPort, 1, ready);
        guest.Vm.Bus.MapPorts(HandlerPort, 1, handled);
        guest.StartAll();
        DeviceGuest.Await(() => ready.Count != 0, "the guest does not begin");

        int times = thorough ? Times : FewTimes;
        Send(guest, handled, times / 10);
        List<double> samples = Send(guest, handled, times);
        samples.Sort();
        double time = samples[(int)(samples.Count * share)];
        return (time, string.Create(CultureInfo.InvariantCulture, $"{samples.Count} interrupts; time, not processor time"));
    }

    private static List<double> Send(DeviceGuest guest, Arrivals handled, int times)
    {
        List<double> samples = new(times);
        for (int i = 0; i < times; i++)
        {
            Thread.Sleep(s_pause); // the vCPU is to be halted again, and its thread asleep
            long before = handled.Count;
            long sent = Stopwatch.GetTimestamp();
            guest.Command(VmCommandWords.VM_LAPIC_MSI, new vm_lapic_msi { addr = LocalApic, msg = Vector });
            DeviceGuest.Await(() => handled.Count != before, "the interrupt does not arrive");
            samples.Add(Stopwatch.GetElapsedTime(sent, handled.Last).TotalNanoseconds);
        }

        return samples;
    }

    /// <summary>A port whose writes are counted, with the time of the last.</summary>
    private sealed class Arrivals : PortDevice
    {
        private long _count;

        public long Last { get; private set; }

        public long Count => Volatile.Read(ref _count);

        public override uint Read(ushort port, int size) => 0;

        public override void Write(ushort port, int size, uint value)
        {
            Last = Stopwatch.GetTimestamp();
            Volatile.Write(ref _count, _count + 1);
        }
    }
}
