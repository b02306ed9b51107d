using System.Diagnostics;
using System.Globalization;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Guests;

/// <summary>A command to a running vCPU through a relaxed handle, against the same one as upstream has it, which throws the vCPU out of its guest.</summary>
internal sealed unsafe class RelaxedBenchmark(string name, string description, RelaxedCommand command) : RatioBenchmark(name, description, target: 0.1)
{
    private const int RoundsAtMost = 301;

    // Behind a faithful command the vCPU has to come back first.
    private const int RelaxedBatch = 10;
    private const ulong MemoryBytes = 1 << 20;
    private const ulong NmiHandler = 0x2000;
    private const int NmiVector = 2;

    private static ReadOnlySpan<byte> Code => [0xFE, 0x06, 0x00, 0x30, 0xEB, 0xFA]; // inc byte [3000h]; jmp -6

    private static ReadOnlySpan<byte> Handler => [0xCF]; // iret

    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException("Whole guests are not measured in batches.");

    internal override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing)
    {
        FreeBsdHost host = DeviceGuest.Host(vcpus: 1, haltDetection: true);
        using DeviceGuest guest = new(host, vcpus: 1, MemoryBytes, Code);
        DeviceGuest.Check(guest.Vm.Write(NmiVector * 4, [0x00, (byte)(NmiHandler >> 8), 0x00, 0x00]));
        DeviceGuest.Check(guest.Vm.Write((long)NmiHandler, Handler));
        VmHandle relaxed = guest.Open(VmOpenOptions.Relaxed);
        guest.StartAll();
        List<double> ours = [];
        List<double> faithful = [];
        long thrownOut = 0;
        for (int round = 0; round < Math.Min(options.Rounds, RoundsAtMost); round++)
        {
            AwaitRunning(guest);
            faithful.Add(Time(guest.Vm, 1));
            AwaitRunning(guest);
            long returns = guest.Returns;
            ours.Add(Time(relaxed, RelaxedBatch));
            thrownOut += guest.Returns - returns;
        }

        relaxed.Close();
        double ratio = Samples.MedianRatio(ours, faithful);
        string note = string.Create(CultureInfo.InvariantCulture, $"the baseline is the engine's own, the faithful command; the relaxed ones threw the vCPU out {thrownOut} times; time, not processor time");
        return new RatioResult(Name, Samples.Median(ours), Samples.Median(faithful), ratio, Target, Met: ratio <= Target && thrownOut == 0, note);
    }

    // The guest counts.
    private static void AwaitRunning(DeviceGuest guest)
    {
        byte[] count = new byte[1];
        DeviceGuest.Check(guest.Vm.Read(0x3000, count));
        byte before = count[0];
        DeviceGuest.Await(() => guest.Vm.Read(0x3000, count) == 0 && count[0] != before, "the guest does not run");
    }

    private double Time(VmHandle vm, int commands)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < commands; i++)
        {
            DeviceGuest.Check(Send(vm));
        }

        return Stopwatch.GetElapsedTime(begin).TotalNanoseconds / commands;
    }

    private int Send(VmHandle vm)
    {
        switch (command)
        {
            case RelaxedCommand.Statistics:
                vm_stats statistics = default;
                return vm.Ioctl(VmCommandWords.VM_STATS, &statistics);

            case RelaxedCommand.LocalInterrupt:
                vm_lapic_irq interrupt = new() { vector = 0x40 };
                return vm.Ioctl(VmCommandWords.VM_LAPIC_IRQ, &interrupt);

            default:
                vm_nmi nmi = default;
                return vm.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi);
        }
    }
}

/// <summary>Which command.</summary>
internal enum RelaxedCommand
{
    /// <summary>VM_STATS.</summary>
    Statistics,

    /// <summary>VM_INJECT_NMI.</summary>
    Nmi,

    /// <summary>VM_LAPIC_IRQ.</summary>
    LocalInterrupt,
}
