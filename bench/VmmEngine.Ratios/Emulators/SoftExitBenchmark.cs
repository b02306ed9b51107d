using Iced.Intel;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>
/// A guest on the software vCPU that writes to a port in a loop of three instructions: from one exit to the next, through a device and back. There is no
/// other side: the baseline is the bound.
/// </summary>
internal sealed class SoftExitBenchmark(string name, string description, double boundNs) : RatioBenchmark(name, description, target: 1)
{
    private const uint Exits = 2_000_000;
    private const int Rounds = 5;
    private const int IdlePort = 0x80; // a device of the board's that ignores what it gets

    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException("A whole machine is not measured in batches.");

    internal override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing)
    {
        KernelImage work = KernelImage.Build(assembler => Write(assembler, Exits));
        KernelImage start = KernelImage.Build(assembler => Write(assembler, 1));
        EmulatorRun.OnEngine(work, out _);
        List<double> times = [];
        for (int round = 0; round < Rounds; round++)
        {
            times.Add((EmulatorRun.OnEngine(work, out _).Seconds - EmulatorRun.OnEngine(start, out _).Seconds) * 1e9 / Exits);
        }

        double time = Samples.Median(times);
        return new RatioResult(Name, time, boundNs, time / boundNs, Target, Met: time <= boundNs, "against its bound; time, not processor time");
    }

    private static void Write(Assembler a, uint exits)
    {
        Label loop = a.CreateLabel();
        a.mov(ecx, exits);
        a.Label(ref loop);
        a.@out(IdlePort, al);
        a.dec(ecx);
        a.jne(loop);
        a.xor(eax, eax);
    }
}
