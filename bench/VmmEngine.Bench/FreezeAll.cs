using BenchmarkDotNet.Attributes;
using VmmEngine.Ratios.Benchmarks;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Bench;

/// <summary>Freezing and thawing all vCPUs of a VM, none of which is running.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class FreezeAll
{
    private RatioWorld? _world;
    private FreezeAllVariant? _variant;

    [Params(4, 16, 64)]
    public uint Vcpus { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _world = new RatioWorld(Vcpus, callers: 1);
        _variant = new FreezeAllVariant(_world);
    }

    [Benchmark(OperationsPerInvoke = Batch.Freezes)]
    public ulong FreezeAndThaw() => _variant!.Run(thread: 0, Batch.Freezes);

    [GlobalCleanup]
    public void TearDown() => Batch.End(_world);
}
