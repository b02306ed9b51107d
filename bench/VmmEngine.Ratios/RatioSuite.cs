using VmmEngine.Ratios.Benchmarks;
using VmmEngine.Ratios.Clients;
using VmmEngine.Ratios.Emulators;
using VmmEngine.Ratios.Guests;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;
using Words = VmmEngine.Ratios.Generated.LockedCommandWords;

namespace VmmEngine.Ratios;

/// <summary>The speed table: every row, and how to measure some or all of them.</summary>
public static class RatioSuite
{
    private const NativeOptions Bare = NativeOptions.None;

    /// <summary>All rows, in the order in which they are published; those with entry into the device are beyond the published table.</summary>
    public static IReadOnlyList<RatioBenchmark> All { get; } =
    [
        new DispatchBenchmark(
            "dispatch-predictable", "Dispatch, eight commands in turn, against the upstream algorithm", 0.22,
            () => CommandStreams.Predictable, baselines => baselines.Upstream(1, Bare)),
        new DispatchBenchmark(
            "dispatch-random", "Dispatch, all 68 commands at random, against the upstream algorithm", 0.44,
            () => CommandStreams.Random, baselines => baselines.Upstream(1, Bare)),
        new DispatchBenchmark(
            "dispatch-unknown", "Dispatch, unknown commands, against the upstream algorithm", 0.10,
            () => CommandStreams.Unknown, baselines => baselines.Upstream(1, Bare)),

        Whole("lock-one-1", "VM_GET_REGISTER (freezes one vCPU), 1 thread", 0.55, threads: 1, () => CommandStreams.Only(Words.VM_GET_REGISTER)),
        Whole("lock-one-2", "VM_GET_REGISTER, 2 threads on their own vCPUs", 0.50, threads: 2, () => CommandStreams.Only(Words.VM_GET_REGISTER)),
        Whole("slock-1", "VM_MMAP_GETNEXT (memory map, shared), 1 thread", 0.23, threads: 1, () => CommandStreams.Only(Words.VM_MMAP_GETNEXT)),
        Whole("slock-2", "VM_MMAP_GETNEXT, 2 threads", 0.07, threads: 2, () => CommandStreams.Only(Words.VM_MMAP_GETNEXT)),

        new FreezeAllBenchmark(4, 0.48),
        new FreezeAllBenchmark(16, 0.43),
        new FreezeAllBenchmark(64, 0.43),

        Whole("hot-mix-1", "Twelve hot commands at random, 1 thread", 0.42, threads: 1, () => CommandStreams.HotMix),
        Whole("hot-mix-2", "Twelve hot commands at random, 2 threads on their own vCPUs", 0.36, threads: 2, () => CommandStreams.HotMix),

        new DispatchBenchmark(
            "dispatch-random-best", "Dispatch, all 68 commands at random, against the same design in C", 1.30,
            () => CommandStreams.Random, baselines => baselines.Best(1, Bare)),

        Entering("entered-lock-one-1", "VM_GET_REGISTER with entry into the device, 1 thread", 0.55, threads: 1, () => CommandStreams.Only(Words.VM_GET_REGISTER)),
        Entering("entered-lock-one-2", "VM_GET_REGISTER with entry, 2 threads on their own vCPUs", 0.50, threads: 2, () => CommandStreams.Only(Words.VM_GET_REGISTER)),
        Entering("entered-hot-mix-1", "Twelve hot commands with entry, 1 thread", 0.42, threads: 1, () => CommandStreams.HotMix),

        new LoopBenchmark(
            "loop-one-port", "The run loop, scripted OUT to one port, against the same loop in C", 1.20, () => LoopScript.OnePort, upstreamTransitions: false),
        new LoopBenchmark(
            "loop-random", "The run loop, scripted random ports and device memory, against the same loop in C", 1.12, () => LoopScript.Random, upstreamTransitions: false),
        new LoopBenchmark(
            "loop-state", "The run loop, scripted OUT to one port, against C with the upstream changes of state", 0.63, () => LoopScript.OnePort, upstreamTransitions: true),

        new KvmExitBenchmark("kvm-port", "The run loop on KVM, OUT to one port, against the same loop in C", 1.01, withRegisters: false),
        new KvmExitBenchmark("kvm-registers", "An exit on KVM and all general registers, against the exit alone in C", 1.04, withRegisters: true),
        new KvmStopAllBenchmark(4, 0.05),
        new KvmKickBenchmark("kvm-kick-p50", "From kick to return on KVM, median, against 12 us", KickMeasure.Median, boundNs: 12_000, target: 1),
        new KvmKickBenchmark("kvm-kick-p99", "From kick to return on KVM, 99th percentile, against 25 us", KickMeasure.Percentile99, boundNs: 25_000, target: 1),
        new KvmKickBenchmark("kvm-kick-lost", "Lost kicks on KVM", KickMeasure.Lost, boundNs: 0, target: 0),

        new EmulatorBenchmark("soft-qemu", "Software vCPU, five programs, against QEMU's code generator", 1 / 0.55, OtherEmulator.Qemu),
        new EmulatorBenchmark("soft-unicorn", "Software vCPU, five programs, against Unicorn", 0.25, OtherEmulator.Unicorn),
        new SoftExitBenchmark("soft-exit", "Software vCPU, from one port exit to the next, against 100 ns", boundNs: 100),

        new LivesBenchmark("vm-lives", "A VM of 1 vCPU and 16 MiB created, run to a halt and destroyed, against a 300th of a second", boundNs: 1e9 / 300),
        new MapBenchmark("map-p99", "Map or unmap a region while 2 vCPUs run, 99th percentile, against 100 us", boundNs: 100_000),
        new HaltedBenchmark("halted-64", "64 halted vCPUs, processor time in a second, against 0.5 % of a core", HaltedMeasure.ProcessorTime, boundNs: 5e6),
        new HaltedBenchmark("parked-64", "64 vCPUs halted with interrupts off, wake-ups of their threads in a second", HaltedMeasure.WakeUps, boundNs: 0),
        new RelaxedBenchmark("relaxed-stats", "VM_STATS of a running vCPU, relaxed against faithful", RelaxedCommand.Statistics),
        new RelaxedBenchmark("relaxed-nmi", "VM_INJECT_NMI to a running vCPU, relaxed against faithful", RelaxedCommand.Nmi),
        new RelaxedBenchmark("relaxed-lapic", "VM_LAPIC_IRQ to a running vCPU, relaxed against faithful", RelaxedCommand.LocalInterrupt),
        new MsiBenchmark("msi-p50", "From an MSI to a halted vCPU to its handler, median, against 30 us", 0.5, boundNs: 30_000),
        new MsiBenchmark("msi-p99", "From an MSI to a halted vCPU to its handler, 99th percentile, against 100 us", 0.99, boundNs: 100_000),
        new RestoreBenchmark("restore-64m", "From a snapshot's file of 64 MiB to the first instruction, against 5 ms", boundNs: 5e6),

        new CallBenchmark("native-linked", "A register read from C, linked, against 20 ns", 1, "register", throughShim: false) { BoundNs = 20 },
        new CallBenchmark("native-shim", "A register read from C, through the shim, against 30 ns", 1, "register", throughShim: true) { BoundNs = 30 },
        new CallBenchmark("native-linked-system", "A register read from C, linked, against a real ioctl", 0.25, "register", throughShim: false),
        new CallBenchmark("native-shim-system", "A register read from C, through the shim, against a real ioctl", 0.25, "register", throughShim: true),
        new CallBenchmark("native-other", "An unrelated ioctl through the shim, with the library loaded, against without", 1.03, "other", throughShim: true),
        new ClientExitBenchmark("native-exit", "VM_RUN to the next scripted exit from C, against the same loop in C#", 1.5),
        new LoadBenchmark("native-load", "The C library loaded and a device opened, against 5 ms", boundNs: 5e6),
        new SizeBenchmark("native-size", "The C library's file, against 5 MB", boundBytes: 5e6),
    ];

    /// <summary>Measures rows one after the other on the calling thread.</summary>
    /// <param name="names">Which, in which order; empty for all.</param>
    /// <param name="options">How thoroughly.</param>
    /// <param name="progress">Told before each row which one it is.</param>
    /// <returns>A result for each row, whether it meets its target or not.</returns>
    /// <exception cref="ArgumentException">A name that no row has.</exception>
    /// <exception cref="InvalidOperationException">The two sides of a row answer differently.</exception>
    public static IReadOnlyList<RatioResult> Run(IReadOnlyCollection<string> names, RatioOptions options, IProgress<RatioBenchmark>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(options);

        RatioBenchmark[] chosen = names.Count == 0 ? [.. All] : [.. names.Select(Find)];
        Baselines? baselines = Baselines.TryLoad(options.CompilerCache, out string? missing);
        List<RatioResult> results = [];
        foreach (RatioBenchmark benchmark in chosen)
        {
            progress?.Report(benchmark);
            results.Add(benchmark.Measure(options, baselines, missing));
        }

        return results;
    }

    private static RatioBenchmark Find(string name) =>
        All.FirstOrDefault(benchmark => benchmark.Name == name)
        ?? throw new ArgumentException($"There is no benchmark '{name}'. There are: {string.Join(", ", All.Select(benchmark => benchmark.Name))}.", nameof(name));

    private static CommandBenchmark Whole(string name, string description, double target, int threads, Func<IReadOnlyList<uint>> commands) =>
        new(name, $"{description}, against the upstream algorithm", target, threads, commands);

    private static CommandBenchmark Entering(string name, string description, double target, int threads, Func<IReadOnlyList<uint>> commands) =>
        new(name, $"{description}, against the upstream algorithm", target, threads, commands) { EntersDevice = true };
}
