using System.Globalization;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Emulators;

/// <summary>
/// The software vCPU against another emulator, time for time on the same programs: the geometric mean over the <see cref="Kernels"/>.
/// </summary>
/// <remarks>
/// What starting costs is taken off on both sides, by a run of each program with hardly any work. Both sides translate the code they run within the time
/// that is measured.
/// </remarks>
internal sealed class EmulatorBenchmark(string name, string description, double target, OtherEmulator other) : RatioBenchmark(name, description, target)
{
    private const int ThoroughRounds = 3;

    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException("Processes are not measured in batches.");

    internal override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing)
    {
        string? program = other.Find(options.CompilerCache, out string? absent);
        int rounds = options.Rounds >= RatioOptions.Thorough.Rounds ? ThoroughRounds : 1;
        DirectoryInfo files = Directory.CreateTempSubdirectory("vmmengine-kernels-");
        try
        {
            KernelTimes[] times = [.. Kernels.All.Select(kernel => KernelTimes.Measure(kernel, program is null ? null : other, program, rounds, files.FullName))];
            return Report(times, program is null ? absent : null);
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private RatioResult Report(KernelTimes[] times, string? absent)
    {
        double ours = Mean(times.Select(time => time.OursNs));
        if (absent is not null)
        {
            return new RatioResult(Name, ours, BaselineNs: null, Ratio: null, Target, Met: null, absent);
        }

        double ratio = Mean(times.Select(time => time.Ratio));
        string note = string.Join(", ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Kernel.Name} {time.Ratio:F2} ({1000 / time.OursNs:F0} MIPS)")));
        return new RatioResult(Name, ours, Mean(times.Select(time => time.OtherNs)), ratio, Target, ratio <= Target, note);
    }

    private static double Mean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
