using VmmEngine.Ratios.Measurement;

namespace VmmEngine.Ratios.Emulators;

/// <summary>One program on both sides.</summary>
/// <param name="Kernel">The program.</param>
/// <param name="OursNs">Nanoseconds for an instruction on the software vCPU, median of the rounds.</param>
/// <param name="OtherNs">The same of the other emulator; not a number without one.</param>
/// <param name="Ratio">The median of the rounds' ratios.</param>
internal sealed record KernelTimes(Kernel Kernel, double OursNs, double OtherNs, double Ratio)
{
    /// <summary>Measures both sides in turn.</summary>
    public static KernelTimes Measure(Kernel kernel, OtherEmulator? other, string? program, int rounds, string directory)
    {
        KernelImage work = kernel.Build(kernel.Iterations);
        KernelImage start = kernel.Build(kernel.FewIterations);
        string workFile = Path.Combine(directory, kernel.Name + "-work");
        string startFile = Path.Combine(directory, kernel.Name + "-start");
        other?.Write(work, workFile);
        other?.Write(start, startFile);

        // Once for the JIT, whose second compilation comes after a pause.
        EmulatorRun.OnEngine(work, out _);
        Thread.Sleep(200);

        List<double> ours = [];
        List<double> others = [];
        for (int round = 0; round < rounds; round++)
        {
            EmulatorRun ourWork = EmulatorRun.OnEngine(work, out ulong instructions);
            EmulatorRun ourStart = EmulatorRun.OnEngine(start, out ulong few);
            double executed = instructions - few;
            ours.Add((ourWork.Seconds - ourStart.Seconds) * 1e9 / executed);
            if (other is null)
            {
                continue;
            }

            EmulatorRun theirWork = other.Run(program!, workFile);
            if (theirWork.Result != ourWork.Result)
            {
                throw new InvalidOperationException($"The kernel '{kernel.Name}' ends with {ourWork.Result} here and with {theirWork.Result} on {other.Name}.");
            }

            others.Add((theirWork.Seconds - other.Run(program!, startFile).Seconds) * 1e9 / executed);
        }

        return other is null
            ? new KernelTimes(kernel, Samples.Median(ours), double.NaN, double.NaN)
            : new KernelTimes(kernel, Samples.Median(ours), Samples.Median(others), Samples.MedianRatio(ours, others));
    }
}
